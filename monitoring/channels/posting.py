"""One HTTP request to somebody else's machine, which may do anything: hang, drip, redirect, answer without end."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from monitoring.channels.errors import PermanentError, TemporaryError

MOST_ANSWER_BYTES = 65_536
TEMPORARY_STATUSES = frozenset({408, 425, 429})
"""Of those below 500: it took too long, it came too early, there were too many."""
LONGEST_WAIT = timedelta(days=1)
"""A receiver that wants to be left alone for longer is asked again all the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said.

    Attributes:
        status: The HTTP status.
        retry_after: How long it asks to be left alone, at most `LONGEST_WAIT`; None if it does not say.
        body: As much of its answer as was asked for.
    """

    status: int
    retry_after: timedelta | None
    body: bytes


def post(url: str, body: bytes, headers: Mapping[str, str], *, answer_bytes: int = 0) -> Answer:
    """Send bytes and return the answer, within NOTIFICATION_TIMEOUT_SECONDS from the first byte to the last.

    Redirects are not followed: a signed letter goes to whom it is meant for and to nobody else.

    Args:
        url: Where to.
        body: What.
        headers: With the content type.
        answer_bytes: How much of the answer to read; what is beyond is never fetched.

    Raises:
        TemporaryError: If there was no answer.
        PermanentError: If the URL cannot be asked at all.
    """
    try:
        return asyncio.run(_post_in_time(url, body, headers, answer_bytes))
    except (TimeoutError, httpx.TimeoutException):
        seconds = settings.NOTIFICATION_TIMEOUT_SECONDS
        raise TemporaryError(_("No complete answer within %(seconds)s s.") % {"seconds": seconds}) from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError):
        raise PermanentError(_("The URL cannot be used. Enter a complete one, with https://.")) from None
    except (httpx.TransportError, OSError) as error:
        # the type alone, and no cause: the messages of these errors name the host, and some the whole URL
        raise TemporaryError(_("The connection failed (%(error)s).") % {"error": type(error).__name__}) from None


def judge(answer: Answer) -> None:
    """Return if the receiver has taken the letter.

    Raises:
        TemporaryError: If it may take it later: 408, 425, 429, 5xx.
        PermanentError: If it will not: a redirect or any other 4xx.
    """
    status = answer.status
    if httpx.codes.is_success(status):
        return
    if status in TEMPORARY_STATUSES or httpx.codes.is_server_error(status):
        raise TemporaryError(_("The receiver answered %(status)s.") % {"status": status}, answer.retry_after)
    if httpx.codes.is_redirect(status):
        words = _("The receiver answered %(status)s, a redirect. Enter the URL that it leads to.")
        raise PermanentError(words % {"status": status})
    raise PermanentError(_("The receiver refused with %(status)s. Check its address.") % {"status": status})


def read_retry_after(written: str | None, *, now: datetime) -> timedelta | None:
    """Return how long a Retry-After header asks to wait, in seconds or as a date; None if it does not say.

    Args:
        written: The header's value.
        now: What a date is counted from.

    Example:
        >>> read_retry_after("120", now=datetime(2026, 1, 1, tzinfo=UTC))
        datetime.timedelta(seconds=120)
        >>> read_retry_after("Thu, 01 Jan 2026 00:05:00 GMT", now=datetime(2026, 1, 1, tzinfo=UTC))
        datetime.timedelta(seconds=300)
        >>> read_retry_after("soon", now=datetime(2026, 1, 1, tzinfo=UTC))
    """
    text = (written or "").strip()
    if text.isascii() and text.isdigit():
        return wait_seconds(int(text))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return wait_seconds((moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def wait_seconds(seconds: float) -> timedelta:
    """Return a wait within 0 and `LONGEST_WAIT`."""
    return timedelta(seconds=min(max(seconds, 0), LONGEST_WAIT.total_seconds()))


async def _post_in_time(url: str, body: bytes, headers: Mapping[str, str], answer_bytes: int) -> Answer:
    # httpx limits each read and no more: a receiver that drips a byte a second would hold us for ever. Hence asyncio.
    limit = settings.NOTIFICATION_TIMEOUT_SECONDS
    async with (
        asyncio.timeout(limit),
        httpx.AsyncClient(verify=_load_certificates(), timeout=limit, follow_redirects=False) as client,
        client.stream("POST", url, content=body, headers={**headers, "Accept-Encoding": "identity"}) as response,
    ):
        retry_after = read_retry_after(response.headers.get("Retry-After"), now=datetime.now(UTC))
        return Answer(response.status_code, retry_after, await _read_start(response, answer_bytes))


async def _read_start(response: httpx.Response, answer_bytes: int) -> bytes:
    start = b""
    if answer_bytes:
        async for chunk in response.aiter_raw():
            start += chunk
            if len(start) >= answer_bytes:
                break
    return start[:answer_bytes]


@cache
def _load_certificates() -> ssl.SSLContext:
    """Return the trusted certificates: reading them takes longer than a request."""
    return httpx.create_ssl_context()
