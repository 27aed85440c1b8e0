"""E-mail, through Django's mail backend: plain text and HTML in one letter."""

import smtplib
from collections.abc import Mapping
from contextlib import suppress
from email.utils import formataddr, getaddresses, parseaddr
from threading import Thread
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from monitoring.channels.errors import PermanentError, TemporaryError
from monitoring.domain.letter import Letter
from monitoring.models import NotificationChannel

AUTHENTICATION_CODES = frozenset({530, 534, 535, 538})
"""Of replies that are about our account, RFC 4954, whichever command they answer."""
FIRST_PERMANENT_CODE = 500


def send(channel: NotificationChannel, letter: Letter, *, key: UUID) -> None:
    """Hand a letter for all recipients of the channel to the mail server.

    Raises:
        TemporaryError: If it may arrive later.
        PermanentError: If it will not until somebody changes the channel.
    """
    if not settings.EMAIL_HOST:
        raise TemporaryError(_("No mail server is configured. Set EMAIL_HOST."))
    mail = write_mail(channel, letter, key=key)
    try:
        _send_in_time(mail)
    except TimeoutError:
        seconds = settings.NOTIFICATION_TIMEOUT_SECONDS
        raise TemporaryError(_("The mail server took longer than %(seconds)s s.") % {"seconds": seconds}) from None
    except (smtplib.SMTPException, OSError) as error:
        raise classify(error) from None


def write_mail(channel: NotificationChannel, letter: Letter, *, key: UUID) -> EmailMultiAlternatives:
    """Return a letter as an e-mail. Its Message-ID follows from the key, so that repeats are known as such."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=read_recipients(channel.recipients),
        headers={
            "Message-ID": f"<{key}@{domain}>",
            "Idempotency-Key": str(key),
            "Auto-Submitted": "auto-generated",  # RFC 3834: nobody's holiday answers this
        },
        alternatives=[(letter.html, "text/html")],
    )


def read_recipients(written: str) -> list[str]:
    """Return the addresses of a channel, which are separated by commas or lines and may have names before them.

    Raises:
        PermanentError: If one is no address, or there is none.

    Example:
        >>> read_recipients("buyer@example.com, Second <second@example.com>")
        ['buyer@example.com', 'Second <second@example.com>']
    """
    lines = (line.strip(" ,") for line in written.splitlines())
    pairs = getaddresses([",".join(line for line in lines if line)])
    try:
        for _name, address in pairs or [("", "")]:
            validate_email(address)  # Django's mail would stumble over some of what is none, each time in another way
    except ValidationError:
        raise PermanentError(_("One of the recipients is no e-mail address. Correct it.")) from None
    return [formataddr(pair, charset="utf-8") if pair[0] else pair[1] for pair in pairs]


def classify(error: smtplib.SMTPException | OSError) -> TemporaryError | PermanentError:
    """Return what a failure means.

    What the server says about the letter or its recipients counts by its code: 4xx temporary, 5xx permanent. What it
    says about us (the connection, the greeting, encryption, the account) is always temporary: that is a setting of the
    whole system, and a wrong password must not switch off one channel after the other. Once it is put right, all
    letters leave that have waited.

    Args:
        error: What the mail backend raised.
    """
    match error:
        case smtplib.SMTPAuthenticationError():
            return TemporaryError(_("The mail server refused our account. Check EMAIL_HOST_USER and the password."))
        case smtplib.SMTPRecipientsRefused():
            return _judge_recipients(error.recipients)
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return TemporaryError(_("The mail server refused the connection (%(code)s).") % {"code": error.smtp_code})
        case smtplib.SMTPResponseException():
            return _judge_code(error.smtp_code)
    name = type(error).__name__
    return TemporaryError(_("The connection to the mail server failed (%(error)s).") % {"error": name})


def _judge_recipients(refused: Mapping[str, tuple[int, bytes]]) -> TemporaryError | PermanentError:
    codes = {code for code, _reply in refused.values()}
    if any(code < FIRST_PERMANENT_CODE or code in AUTHENTICATION_CODES for code in codes):
        return TemporaryError(_("The mail server does not accept the recipients now."))
    return PermanentError(_("The mail server refused all recipients. Check their addresses."))


def _judge_code(code: int) -> TemporaryError | PermanentError:
    if code in AUTHENTICATION_CODES:
        return TemporaryError(_("The mail server wants an account. Check EMAIL_HOST_USER and the password."))
    words = _("The mail server refused the message (%(code)s).") % {"code": code}
    return PermanentError(words) if code >= FIRST_PERMANENT_CODE else TemporaryError(words)


def _send_in_time(mail: EmailMultiAlternatives) -> None:
    """Send, or give up after NOTIFICATION_TIMEOUT_SECONDS.

    EMAIL_TIMEOUT limits each read and no more, and nothing limits the conversation. So it is held in a thread that is
    left behind when it takes too long; it ends with the connection.

    Raises:
        TimeoutError: If it took too long.
    """
    failures: list[BaseException] = []

    def converse() -> None:
        backend = get_connection(timeout=settings.NOTIFICATION_TIMEOUT_SECONDS)
        try:
            backend.send_messages([mail])
        except Exception as error:  # noqa: BLE001  (raised again where somebody waits for it)
            failures.append(error)
            with suppress(OSError):
                backend.close()  # Django leaves a connection open whose log-in failed

    thread = Thread(target=converse, name="mail", daemon=True)
    thread.start()
    thread.join(settings.NOTIFICATION_TIMEOUT_SECONDS)
    if thread.is_alive():
        raise TimeoutError
    if failures:
        raise failures[0]
