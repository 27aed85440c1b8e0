"""System checks: misconfiguration found at start, each with the remedy in its hint."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


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
