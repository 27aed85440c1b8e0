"""System checks: misconfiguration found at start, each with the remedy in its hint.

What cannot be read at all never gets here: the readers of `supplybrain.env` refuse it and name the variable. These look
at values that are well-formed but cannot work, or not together.
"""

import re
from email.utils import parseaddr
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from rest_framework.settings import api_settings

DAY_SECONDS = 86_400
SHORTEST_INTERVAL_SECONDS = 60
SHORTEST_SALT = 16
RATE = re.compile(r"[1-9]\d*/(s|sec|second|m|min|minute|h|hour|d|day)")  # DRF looks at the first letter only
TRANSACTION_LIMITS = (
    "MONITORING_STATEMENT_TIMEOUT_SECONDS",
    "MONITORING_LOCK_TIMEOUT_SECONDS",
    "MONITORING_IDLE_TIMEOUT_SECONDS",
)


@register
def check_business_time_zone(**_kwargs: object) -> list[CheckMessage]:
    """The business day needs a zone that this machine knows."""
    try:
        ZoneInfo(settings.BUSINESS_TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return [
            Error(
                f"BUSINESS_TIME_ZONE {settings.BUSINESS_TIME_ZONE!r} is not a known time zone.",
                hint="Use an IANA name such as Europe/Moscow.",
                id="supplybrain.E001",
            )
        ]
    return []


@register
def check_heartbeat_url(**_kwargs: object) -> list[CheckMessage]:
    """The heartbeat is an HTTP request; anything else would fail after every capture."""
    url = urlsplit(settings.MONITORING_HEARTBEAT_URL)
    if not settings.MONITORING_HEARTBEAT_URL or (url.scheme in {"http", "https"} and url.hostname):
        return []
    return [
        Error(
            "MONITORING_HEARTBEAT_URL is not an http:// or https:// URL.",  # its value is a secret
            hint="Copy the whole ping URL, or leave the variable empty.",
            id="supplybrain.E002",
        )
    ]


@register
def check_throttle_rates(**_kwargs: object) -> list[CheckMessage]:
    """A rate that cannot be read would answer 500 to the first request that is counted."""
    return [
        Error(
            f"THROTTLE_{scope.upper()} {rate!r} is not a rate.",
            hint="Use a number per sec, min, hour or day, such as 60/min.",
            id="supplybrain.E003",
        )
        for scope, rate in api_settings.DEFAULT_THROTTLE_RATES.items()
        if rate is not None and not RATE.fullmatch(str(rate))
    ]


@register
def check_monitoring_interval(**_kwargs: object) -> list[CheckMessage]:
    """Slots should begin at the same times every day, and be long enough to be caught."""
    seconds = settings.MONITORING_INTERVAL_SECONDS
    messages: list[CheckMessage] = []
    if DAY_SECONDS % seconds:
        messages.append(
            CheckWarning(
                f"Slots of {seconds} s do not divide a day: they begin at other times every day.",
                hint="Choose MONITORING_INTERVAL_MINUTES among 5, 10, 15, 20, 30, 60 and other divisors of 1440.",
                id="supplybrain.W001",
            )
        )
    if seconds < SHORTEST_INTERVAL_SECONDS:
        messages.append(
            CheckWarning(
                f"Slots of {seconds} s are shorter than a capture may take: most of them will stay empty.",
                hint="MONITORING_INTERVAL_SECONDS is for tests. Unset it and use MONITORING_INTERVAL_MINUTES.",
                id="supplybrain.W002",
            )
        )
    return messages


@register
def check_monitoring_timeouts(**_kwargs: object) -> list[CheckMessage]:
    """A capture that may hang for longer than a slot lets the next slot go by."""
    interval = settings.MONITORING_INTERVAL_SECONDS
    return [
        CheckWarning(
            f"{name} is {getattr(settings, name)} s, not less than a slot ({interval} s): hanging once costs slots.",
            hint="Lower it below the interval, or lengthen MONITORING_INTERVAL_MINUTES.",
            id="supplybrain.W003",
        )
        for name in TRANSACTION_LIMITS
        if getattr(settings, name) >= interval
    ]


@register
def check_public_url(**_kwargs: object) -> list[CheckMessage]:
    """Links in messages begin with it: half of one leads nowhere."""
    url = urlsplit(settings.PUBLIC_URL)
    if not settings.PUBLIC_URL or (url.scheme in {"http", "https"} and url.hostname and not url.query + url.fragment):
        return []
    return [
        Error(
            f"PUBLIC_URL {settings.PUBLIC_URL!r} is not the address of a site.",
            hint="Enter what stands before /admin/ when people open it, such as https://brain.example.com.",
            id="supplybrain.E004",
        )
    ]


@register(deploy=True)
def check_messages_have_links(**_kwargs: object) -> list[CheckMessage]:
    """Who is told of an alert wants to see it."""
    if settings.PUBLIC_URL:
        return []
    return [
        CheckWarning(
            "PUBLIC_URL is not set: messages about alerts have no link.",
            hint="Enter what stands before /admin/ when people open it, such as https://brain.example.com.",
            id="supplybrain.W008",
        )
    ]


@register
def check_sender_of_mail(**_kwargs: object) -> list[CheckMessage]:
    """A mail without a sender is refused by the first server that sees it."""
    try:
        EmailValidator(allowlist=["localhost"])(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    except ValidationError:
        return [
            Error(
                f"EMAIL_FROM {settings.DEFAULT_FROM_EMAIL!r} has no e-mail address.",
                hint="Use an address, or a name and an address: Supply Brain <alerts@example.com>.",
                id="supplybrain.E005",
            )
        ]
    return []


@register
def check_lease_of_notifications(**_kwargs: object) -> list[CheckMessage]:
    """A message that is still being sent must not be taken over."""
    lease, longest = settings.NOTIFICATION_LEASE_SECONDS, settings.NOTIFICATION_TIMEOUT_SECONDS
    if lease >= 2 * longest:  # looking up a host's name is not in the limit
        return []
    return [
        CheckWarning(
            f"NOTIFICATION_LEASE_SECONDS is {lease} s, less than twice NOTIFICATION_TIMEOUT_SECONDS ({longest} s): "
            "slow receivers would get messages twice.",
            hint="Lengthen the lease, or shorten the time-out.",
            id="supplybrain.W009",
        )
    ]


@register(Tags.security)
def check_encryption_salt(**_kwargs: object) -> list[CheckMessage]:
    """Vendor tokens are encrypted with the key and the salt: two secrets that differ, neither to be guessed."""
    current = settings.SALT_KEY[0]
    if len(current) >= SHORTEST_SALT and current != settings.SECRET_KEY:
        return []
    return [
        CheckWarning(
            f"FIELD_ENCRYPTION_SALT is shorter than {SHORTEST_SALT} characters, or the same as SECRET_KEY.",
            hint="Make another one as .env.example says, and keep this one in FIELD_ENCRYPTION_SALT_FALLBACKS.",
            id="supplybrain.W004",
        )
    ]


@register(Tags.security)
def check_debug_is_not_public(**_kwargs: object) -> list[CheckMessage]:
    """HTTPS_ONLY says that strangers come by; DEBUG shows them source code and settings."""
    if not (settings.DEBUG and settings.HTTPS_ONLY):
        return []
    return [
        CheckWarning(
            "DEBUG and HTTPS_ONLY are both true: error pages would show settings to the public.",
            hint="Unset DEBUG; for work on this machine set HTTPS_ONLY=false instead.",
            id="supplybrain.W005",
        )
    ]


@register(Tags.security)
def check_https_has_a_proxy(**_kwargs: object) -> list[CheckMessage]:
    """The web process speaks plain HTTP: without word from a proxy every request looks insecure and is redirected."""
    if not settings.HTTPS_ONLY or settings.BEHIND_PROXY:
        return []
    return [
        CheckWarning(
            "HTTPS_ONLY is true and BEHIND_PROXY false: every request will be redirected to itself for ever.",
            hint="Set BEHIND_PROXY=true behind a proxy that terminates TLS, or HTTPS_ONLY=false to try things out.",
            id="supplybrain.W006",
        )
    ]


@register(Tags.security, deploy=True)
def check_allowed_hosts_are_named(**_kwargs: object) -> list[CheckMessage]:
    """Links in answers and pages are built from the host that a request names."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        CheckWarning(
            "ALLOWED_HOSTS allows every host name: a forged Host header ends up in links.",
            hint="Name your hosts. The probes need no entry: they are answered before hosts are checked.",
            id="supplybrain.W007",
        )
    ]
