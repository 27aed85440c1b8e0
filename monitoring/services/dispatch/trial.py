"""Trying a channel out: a message for it alone, sent while somebody waits."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from monitoring.domain.alerting.words import MessageKind
from monitoring.models import AlertMessage, Notification, NotificationChannel
from monitoring.selectors.clock import get_database_clock
from monitoring.services.dispatch.claims import Claim
from monitoring.services.dispatch.meta import TEST
from monitoring.services.dispatch.outcomes import Outcome
from monitoring.services.dispatch.run import attempt_delivery
from monitoring.services.interval import get_interval
from supplybrain.errors import NotFoundError


class ChannelNotFoundError(NotFoundError):
    """There is no such channel."""

    code = "channel_not_found"


@dataclass(frozen=True, slots=True)
class TestResult:
    """What became of a test.

    Attributes:
        notification: Its row in the outbox.
        is_sent: Whether the receiver took it.
        error: Why not, for people; empty if it did.
    """

    __test__ = False  # no test of pytest's

    notification: Notification
    is_sent: bool
    error: str


def send_test_message(*, channel_id: int) -> TestResult:
    """Send a test message to one channel through the outbox, and wait for the outcome.

    It is tried once, also on a channel that is switched off, which it neither switches on nor off. Must not be called
    inside a transaction.

    Args:
        channel_id: The channel.

    Raises:
        ChannelNotFoundError: If there is none.
    """
    channel = NotificationChannel.objects.filter(pk=channel_id).first()
    if channel is None:
        raise ChannelNotFoundError(_("There is no channel %(id)s.") % {"id": channel_id})
    claim = _post_claimed(channel)
    outcome = attempt_delivery(claim)
    claim.notification.refresh_from_db()
    return TestResult(claim.notification, outcome is Outcome.SENT, claim.notification.last_error)


@transaction.atomic(durable=True)
def _post_claimed(channel: NotificationChannel) -> Claim:
    """Store a message and its notification, claimed from the start: no dispatcher comes in between."""
    now = get_database_clock(interval=get_interval()).now
    batch = f"{TEST}{uuid4()}"
    AlertMessage.objects.create(
        kind=MessageKind.TEST.value,
        batch=batch,
        severity=channel.min_severity,
        data={"channel": channel.name, "channel_id": channel.pk},
        created_at=now,
    )
    ends_at = now + timedelta(seconds=settings.NOTIFICATION_LEASE_SECONDS)
    notification = Notification.objects.create(
        channel=channel, batch=batch, attempts=1, created_at=now, next_attempt_at=ends_at, sending_until=ends_at
    )
    return Claim(notification, attempts=1, claimed_at=now)
