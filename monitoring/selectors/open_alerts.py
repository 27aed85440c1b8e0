"""What is going on now, in one statement each, for pages that show all of it at once."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from monitoring.models import (
    Alert,
    AlertEpisode,
    HealthChoice,
    Notification,
    NotificationChannel,
    NotificationState,
    StateChoice,
)
from monitoring.selectors.episodes import select_standing
from monitoring.selectors.silences import select_silences

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """An alert that is not at rest, or cannot be judged.

    Attributes:
        alert: Its row, with the version of its rule.
        episode: Its open episode; None while it is pending.
        acknowledged_by: Who looks after the episode; empty if nobody does.
        silenced_until: When the longest silence about it ends [UTC]; None without one.
        silenced_by: Whose silence that is.
    """

    alert: Alert
    episode: AlertEpisode | None
    acknowledged_by: str
    silenced_until: datetime | None
    silenced_by: str


def list_open_alerts(*, now: datetime) -> list[OpenAlert]:
    """Return alerts that are pending, firing, recovering, or cannot be judged, oldest first.

    Args:
        now: The time that silences are looked at.
    """
    silences = select_silences(now=now, rule_id="rule_id", metric="rule_version__metric")
    standing = select_standing(episode="open_episode__id").order_by("-created_at", "-id")
    alerts = (
        Alert.objects.exclude(state=StateChoice.INACTIVE, health=HealthChoice.OK)
        .annotate(open_episode=FilteredRelation("episodes", condition=Q(episodes__closed_slot=None)))
        .select_related("rule_version", "open_episode")  # type: ignore[misc]  # the plugin knows no filtered relations
        .annotate(
            acknowledged_by=Subquery(standing.values("author_name")[:1]),
            silenced_until=Subquery(silences.values("ends_at")[:1]),
            silenced_by=Subquery(silences.values("author_name")[:1]),
        )
        .order_by("id")
    )
    return [
        OpenAlert(
            alert=alert,
            episode=getattr(alert, "open_episode", None),  # not set where nothing is joined
            acknowledged_by=alert.acknowledged_by or "",
            silenced_until=alert.silenced_until,
            silenced_by=alert.silenced_by or "",
        )
        for alert in alerts
    ]


def list_troubled_channels(*, since: datetime) -> QuerySet[NotificationChannel]:
    """Return channels that were switched off because of an error, that fail, or that gave up on a notification lately.

    Each has `n_dead`, the notifications given up, and `n_retried`, those that wait for another attempt. Addresses
    and secrets stay in the database.

    Args:
        since: From when on notifications that were given up count.
    """
    notifications = Notification.objects.filter(channel_id=OuterRef("id")).order_by()
    dead = notifications.filter(state=NotificationState.DEAD, created_at__gte=since)
    retried = notifications.filter(state=NotificationState.PENDING, attempts__gt=0)
    has_failed = Q(is_active=True, last_failure_at__gt=Coalesce("last_success_at", LONG_AGO))
    return (
        NotificationChannel.objects.defer("url", "secret")
        .annotate(n_dead=_count(dead), n_retried=_count(retried))
        .filter(Q(disabled_at__isnull=False) | Q(n_dead__gt=0) | Q(n_retried__gt=0) | has_failed)
        .order_by("name")
    )


def _count(notifications: QuerySet[Notification]) -> Coalesce:
    counted = notifications.values("channel_id").annotate(count=Count("id")).values("count")
    return Coalesce(Subquery(counted), Value(0))
