"""Leases: a notification is sent by whoever claimed it last, and by nobody else while the lease lasts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from monitoring.models import Notification

# `statement_timestamp`, unlike the clock itself, can be compared through the index of what is due. Who finds a row
# locked passes on to the next one: somebody else is claiming it.
CLAIM = """
WITH due AS MATERIALIZED (
    SELECT notification.id
    FROM monitoring_notifications AS notification
    JOIN monitoring_notification_channels AS channel ON channel.id = notification.channel_id
    WHERE notification.state = 'pending' AND notification.next_attempt_at <= statement_timestamp()
        AND channel.is_active AND notification.channel_id <> ALL(%(except_channels)s::bigint[])
    ORDER BY notification.next_attempt_at, notification.id
    LIMIT 1
    FOR UPDATE OF notification SKIP LOCKED
)
UPDATE monitoring_notifications AS notification
SET attempts = notification.attempts + 1,
    next_attempt_at = statement_timestamp() + make_interval(secs => %(lease)s),
    sending_until = statement_timestamp() + make_interval(secs => %(lease)s)
FROM due WHERE notification.id = due.id
RETURNING notification.id, notification.attempts, statement_timestamp()
"""

# The number of the attempt tells ours from that of somebody who took it over. Who is stopped inside of the transaction
# loses it, as nobody could claim a row that stays locked.
HOLD = """
SELECT clock_timestamp(), set_config('idle_in_transaction_session_timeout', '30s', true)
FROM monitoring_notifications
WHERE id = %(id)s AND state = 'pending' AND attempts = %(attempts)s
FOR UPDATE
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A notification that is ours to send for a while.

    Args:
        notification: With its channel.
        attempts: Number of this attempt, which tells it from all others.
        claimed_at: When it was claimed, by the database's clock.
    """

    notification: Notification
    attempts: int
    claimed_at: datetime


def claim_next(*, except_channels: Collection[int] = ()) -> Claim | None:
    """Claim the notification that has been due for longest, None if there is none; in two statements.

    Those of channels that are switched off wait. The lease lasts for NOTIFICATION_LEASE_SECONDS.

    Args:
        except_channels: Channels to be left alone for now.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"except_channels": list(except_channels), "lease": settings.NOTIFICATION_LEASE_SECONDS})
        row = cursor.fetchone()
    if row is None:
        return None
    notification_id, attempts, claimed_at = row
    notification = Notification.objects.select_related("channel").get(pk=notification_id)
    return Claim(notification, attempts, claimed_at)


def hold_claim(claim: Claim) -> datetime | None:
    """Keep a claim for the rest of the transaction, so that what is written next is written by its owner.

    Args:
        claim: The claim.

    Returns:
        The time by the database's clock; None if it is ours no more, and nothing may be written.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, {"id": claim.notification.pk, "attempts": claim.attempts})
        row = cursor.fetchone()
    return row[0] if row else None
