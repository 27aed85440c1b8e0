"""The length of a slot."""

from datetime import timedelta

from django.conf import settings


def get_interval() -> timedelta:
    """Return the length of a slot [whole seconds]."""
    return timedelta(seconds=settings.MONITORING_INTERVAL_SECONDS)
