"""Celery tasks of monitoring: thin, idempotent, and owners of nothing but their time limits."""

import structlog
from celery import shared_task
from celery.exceptions import OperationalError
from django.db import transaction
from django.utils import timezone

from monitoring.channels import LONGEST_SEND
from monitoring.models import RunState
from monitoring.services import dispatch
from monitoring.services.capture import capture_on_schedule
from monitoring.services.dispatch.run import RUN_TIME
from monitoring.services.retention import thin_history_as_configured
from monitoring.services.runs import RUN_TIME_LIMIT

log = structlog.get_logger(__name__)

TIME_LIMIT_SECONDS = int(RUN_TIME_LIMIT.total_seconds())
GRACE_SECONDS = 30  # to write down why it ended
DISPATCH_TIME_LIMIT_SECONDS = int((RUN_TIME + LONGEST_SEND).total_seconds()) + GRACE_SECONDS


@shared_task(soft_time_limit=TIME_LIMIT_SECONDS - GRACE_SECONDS, time_limit=TIME_LIMIT_SECONDS)
def capture_current_slot() -> None:
    """Fill the running slot unless that is done. Beat knocks every minute, so a failure needs no retry of its own."""
    result = capture_on_schedule()
    if result.state is RunState.CAPTURED:
        transaction.on_commit(send_dispatch)


@shared_task(time_limit=DISPATCH_TIME_LIMIT_SECONDS)
def dispatch_notifications() -> None:
    """Send what waits in the outbox. It may be killed anywhere: what it was sending is sent again."""
    dispatch.dispatch_notifications()


@shared_task(soft_time_limit=TIME_LIMIT_SECONDS - GRACE_SECONDS, time_limit=TIME_LIMIT_SECONDS)
def thin_history() -> None:
    """Delete what the settings no longer keep. What a run does not get done is left to the next one."""
    thin_history_as_configured(now=timezone.now())


def send_dispatch() -> None:
    """Have the outbox looked at now. Beat does so every few seconds anyway, so nothing depends on it."""
    try:
        dispatch_notifications.apply_async(retry=False)
    except OperationalError as error:
        log.warning("dispatch_not_sent", error=type(error).__name__)
