"""Posting messages: written in the caller's transaction, told by the dispatcher once that has committed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from monitoring.domain.alerting.words import MessageKind
from monitoring.models import AlertMessage

# The outbox: one notification per channel that one of the messages is severe enough for. A batch that is there already
# is left alone. The keys are PostgreSQL's, and never change again.
POST = """
INSERT INTO monitoring_notifications
    (key, channel_id, batch, state, attempts, created_at, next_attempt_at, last_error)
SELECT gen_random_uuid(), channel.id, %(batch)s, 'pending', 0, %(now)s, %(now)s, ''
FROM monitoring_notification_channels AS channel
WHERE channel.is_active
    AND (channel.min_severity = 'warning' OR %(has_critical)s)
    AND channel.id IS DISTINCT FROM %(except_channel)s
ON CONFLICT (channel_id, batch) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """Something to tell.

    Args:
        kind: What it says.
        severity: How bad it is; channels have a least severity.
        alert_id: The alert that it is about.
        episode_id: The episode that it is about.
        transition_id: The transition that it tells of.
        slot: The slot that it became true in.
        is_quiet: Whether it is kept, not told: the alert is flapping.
        data: The values, to be told even if nothing else can be.
    """

    kind: MessageKind
    severity: str
    alert_id: int | None = None
    episode_id: int | None = None
    transition_id: int | None = None
    slot: datetime | None = None
    is_quiet: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)


def post_messages(
    messages: Sequence[NewMessage], *, batch: str, now: datetime, except_channel: int | None = None
) -> list[AlertMessage]:
    """Store messages, and a notification with them for every active channel, in two statements; in none without any.

    Call it in the transaction that makes them true.

    Args:
        messages: What there is to tell.
        batch: What is told together, at most 64 characters; posted once.
        now: The time.
        except_channel: A channel that is not told: the one that it is about.
    """
    if not messages:
        return []
    rows = [_build_row(message, batch, now) for message in messages]
    AlertMessage.objects.bulk_create(rows)
    has_critical = any(message.severity == "critical" for message in messages)
    parameters: dict[str, str | datetime | bool | int | None] = {
        "batch": batch,
        "now": now,
        "has_critical": has_critical,
        "except_channel": except_channel,
    }
    with connection.cursor() as cursor:
        cursor.execute(POST, parameters)
    return rows


def _build_row(message: NewMessage, batch: str, now: datetime) -> AlertMessage:
    return AlertMessage(
        kind=message.kind.value,
        batch=batch,
        severity=message.severity,
        alert_id=message.alert_id,
        episode_id=message.episode_id,
        transition_id=message.transition_id,
        slot=message.slot,
        is_quiet=message.is_quiet,
        data=dict(message.data),
        created_at=now,
    )
