"""Celery tasks of monitoring: thin, idempotent, and owners of nothing but their time limits."""

from celery import shared_task
from django.utils import timezone

from monitoring.services.capture import capture_on_schedule
from monitoring.services.retention import thin_history_as_configured
from monitoring.services.runs import RUN_TIME_LIMIT

TIME_LIMIT_SECONDS = int(RUN_TIME_LIMIT.total_seconds())
GRACE_SECONDS = 30  # to write down why it ended


@shared_task(soft_time_limit=TIME_LIMIT_SECONDS - GRACE_SECONDS, time_limit=TIME_LIMIT_SECONDS)
def capture_current_slot() -> None:
    """Fill the running slot unless that is done. Beat knocks every minute, so a failure needs no retry of its own."""
    capture_on_schedule()


@shared_task(soft_time_limit=TIME_LIMIT_SECONDS - GRACE_SECONDS, time_limit=TIME_LIMIT_SECONDS)
def thin_history() -> None:
    """Delete what the settings no longer keep. What a run does not get done is left to the next one."""
    thin_history_as_configured(now=timezone.now())
