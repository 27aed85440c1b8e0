"""Writing down how an attempt ended: by whoever still holds the claim, or not at all."""

import random
from datetime import datetime, timedelta
from enum import Enum

import structlog
from django.conf import settings
from django.db import connection, transaction

from monitoring.domain.alerting.backoff import compute_delay, plan_retry
from monitoring.models import Notification, NotificationChannel, NotificationState
from monitoring.services.dispatch.claims import Claim, hold_claim
from monitoring.services.dispatch.meta import is_test, tell_channel_disabled, tell_delivery_dead
from supplybrain.audit.actors import Actor, acting
from supplybrain.audit.models import Channel as AuditChannel

log = structlog.get_logger(__name__)

DISPATCHER = Actor(channel=AuditChannel.COMMAND, name="dispatch_notifications")

# Nobody waits: what is locked is being claimed, and will be told the same by the receiver.
REST_CHANNEL = """
UPDATE monitoring_notifications SET next_attempt_at = %(until)s
WHERE id IN (
    SELECT id FROM monitoring_notifications
    WHERE channel_id = %(channel)s AND state = 'pending' AND next_attempt_at < %(until)s
        AND (sending_until IS NULL OR sending_until <= statement_timestamp())
    FOR UPDATE SKIP LOCKED
)
"""


class Outcome(Enum):
    """How an attempt ended."""

    SENT = "sent"
    WITHHELD = "withheld"
    POSTPONED = "postponed"
    DEAD = "dead"
    LOST = "lost"
    """Somebody else took it over: what became of it is theirs to write down."""


def mark_sent(claim: Claim) -> Outcome:
    """Write down that the receiver has taken it."""
    with transaction.atomic(durable=True):
        now = hold_claim(claim)
        if now is None:
            return Outcome.LOST
        _update(claim, state=NotificationState.SENT, sent_at=now)
        NotificationChannel.objects.filter(pk=claim.notification.channel_id).update(last_success_at=now)
    return Outcome.SENT


def postpone(claim: Claim, error: str, *, retry_after: timedelta | None = None) -> Outcome:
    """Write down that it may arrive later, and when to try again; give it up if it has been tried for long enough.

    A receiver that asks to be left alone is not asked for anything else either in the meantime.

    Args:
        claim: The claim.
        error: What went wrong, without secrets.
        retry_after: How long the receiver asks to be left alone.
    """
    with transaction.atomic(durable=True):
        now = hold_claim(claim)
        if now is None:
            return Outcome.LOST
        retry_at = None if is_test(claim.notification) else _plan(claim, now, retry_after)
        if retry_at is None:
            return _bury(claim, error, now)
        _note_failure(claim, error, now)
        _update(claim, next_attempt_at=retry_at, last_error=error)
        if retry_after:
            _rest_channel(claim.notification.channel_id, until=retry_at)
    return Outcome.POSTPONED


def give_up(claim: Claim, error: str) -> Outcome:
    """Write down that it will not be tried again, and tell the other channels.

    Args:
        claim: The claim.
        error: Why, without secrets.
    """
    with transaction.atomic(durable=True):
        now = hold_claim(claim)
        return Outcome.LOST if now is None else _bury(claim, error, now)


def switch_channel_off(claim: Claim, error: str) -> Outcome:
    """Give a notification up that the receiver will never take, switch its channel off, and tell the other channels.

    What else waits for the channel stays, and goes on when somebody has switched it on again. A test that fails
    switches nothing off: somebody is looking at it.

    Args:
        claim: The claim.
        error: What is wrong with the channel, without secrets.
    """
    with acting(lambda: DISPATCHER), transaction.atomic(durable=True):
        now = hold_claim(claim)
        if now is None:
            return Outcome.LOST
        channel = NotificationChannel.objects.filter(pk=claim.notification.channel_id, is_active=True)
        if is_test(claim.notification) or not channel.update(is_active=False, disabled_at=now, disabled_reason=error):
            return _bury(claim, error, now)
        _note_failure(claim, error, now)
        _update(claim, state=NotificationState.DEAD, last_error=error)
        tell_channel_disabled(claim, error=error, now=now)
    log.error("channel_switched_off", channel_id=claim.notification.channel_id, error=error)
    return Outcome.DEAD


def _bury(claim: Claim, error: str, now: datetime) -> Outcome:
    _note_failure(claim, error, now)
    _update(claim, state=NotificationState.DEAD, last_error=error)
    tell_delivery_dead(claim, error=error, now=now)
    log.error("notification_given_up", notification_id=claim.notification.pk, attempts=claim.attempts, error=error)
    return Outcome.DEAD


def _plan(claim: Claim, now: datetime, retry_after: timedelta | None) -> datetime | None:
    first = timedelta(seconds=settings.NOTIFICATION_FIRST_RETRY_SECONDS)
    return plan_retry(
        now=now,
        created_at=claim.notification.created_at,
        delay=compute_delay(claim.attempts, first=first, chance=random.random()),  # noqa: S311  (spreads, hides nothing)
        give_up_after=timedelta(hours=settings.NOTIFICATION_GIVE_UP_HOURS),
        retry_after=retry_after,
    )


def _update(claim: Claim, **values: str | datetime | NotificationState) -> None:
    """Change the notification of a claim that is held, and end the lease."""
    Notification.objects.filter(pk=claim.notification.pk).update(sending_until=None, **values)


def _note_failure(claim: Claim, error: str, now: datetime) -> None:
    channel = NotificationChannel.objects.filter(pk=claim.notification.channel_id)
    channel.update(last_failure_at=now, last_error=error)


def _rest_channel(channel_id: int, *, until: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REST_CHANNEL, {"channel": channel_id, "until": until})
