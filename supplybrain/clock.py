"""The clock, read only at the edges: views, tasks and commands pass dates and times on to the services."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def get_business_date(moment: datetime | None = None) -> date:
    """Return the business day of a moment, now by default, in BUSINESS_TIME_ZONE."""
    return timezone.localtime(moment, ZoneInfo(settings.BUSINESS_TIME_ZONE)).date()
