"""What happened in an episode: transitions, messages and what became of them, and who took notice."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from monitoring.models import AlertAcknowledgement, AlertEpisode, Silence

MOST_EVENTS = 200

# A digest holds the messages of its batch that are severe enough for its channel.
LIST_DELIVERIES = """
SELECT message.id, message.kind, message.created_at, message.is_quiet,
    notification.id, channel.id, coalesce(channel.name, ''), coalesce(notification.state, ''),
    coalesce(notification.attempts, 0), notification.next_attempt_at, notification.sent_at,
    coalesce(notification.last_error, ''),
    coalesce(withheld.reason, ''), coalesce(withheld.detail, '')
FROM (
    SELECT * FROM monitoring_alert_messages WHERE episode_id = %(episode)s
    ORDER BY created_at DESC, id DESC LIMIT %(most)s
) AS message
LEFT JOIN (
    monitoring_notifications AS notification
    JOIN monitoring_notification_channels AS channel ON channel.id = notification.channel_id
) ON notification.batch = message.batch AND (channel.min_severity = 'warning' OR message.severity = 'critical')
LEFT JOIN monitoring_withheld_messages AS withheld
    ON withheld.message_id = message.id AND withheld.notification_id = notification.id
ORDER BY message.created_at, message.id, channel.name
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message and a channel that it is, was or should be told through.

    Attributes:
        notification_id: Of the outbox; None if no channel was there, and what follows is empty.
        withheld: One of `WithholdingReason`; empty if nothing keeps it back.
    """

    message_id: int
    kind: str
    created_at: datetime
    is_quiet: bool
    notification_id: int | None
    channel_id: int | None
    channel_name: str
    state: str
    attempts: int
    next_attempt_at: datetime | None
    sent_at: datetime | None
    last_error: str
    withheld: str
    detail: str


def list_deliveries(*, episode_id: int) -> list[Delivery]:
    """Return the last messages of an episode, oldest first, each once per channel or once without any; one statement.

    Args:
        episode_id: The episode.
    """
    with connection.cursor() as cursor:
        cursor.execute(LIST_DELIVERIES, {"episode": episode_id, "most": MOST_EVENTS})
        return [Delivery(*row) for row in cursor.fetchall()]


def list_acknowledgements(*, episode_id: int) -> QuerySet[AlertAcknowledgement]:
    """Return the acknowledgements of an episode, oldest first.

    Args:
        episode_id: The episode.
    """
    return AlertAcknowledgement.objects.filter(episode_id=episode_id).order_by("created_at", "id")


def list_episode_silences(episode: AlertEpisode, *, now: datetime) -> QuerySet[Silence]:
    """Return the silences that held during an episode, or hold, oldest first; none for what has no rule.

    Args:
        episode: The episode, with its alert and its version.
        now: The time, for an episode that is open.
    """
    version = episode.rule_version
    if version is None:
        return Silence.objects.none()
    about = Q(rule_id=episode.alert.rule_id) | Q(metric=version.metric)
    span = Q(starts_at__lt=episode.closed_slot or now, ends_at__gt=episode.opened_slot)
    return Silence.objects.filter(about, span).order_by("starts_at", "id")
