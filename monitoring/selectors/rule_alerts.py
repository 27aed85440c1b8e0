"""How rules stand, as captures left it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from monitoring.models import Alert, AlertEpisode, AlertKind


@dataclass(frozen=True, slots=True)
class RuleAlert:
    """How a rule stands.

    Args:
        alert: What is remembered, with the version of the rule that judged it last.
        episode_id: The open episode, None without one.
        last_fired: When the last episode that is over fired, last_closed when it was over; None before the first.
    """

    alert: Alert
    episode_id: int | None
    last_fired: datetime | None
    last_closed: datetime | None


def load_rule_alerts(rule_ids: Collection[int]) -> dict[int, RuleAlert]:
    """Return how rules stand, by rule, in one statement; one that nothing was judged by yet is left out.

    Args:
        rule_ids: Ids of rules.
    """
    episodes = AlertEpisode.objects.filter(alert=OuterRef("pk"))
    closed = episodes.filter(closed_slot__isnull=False).order_by("-fired_slot", "-id")
    rows = (
        Alert.objects.filter(kind=AlertKind.RULE, rule_id__in=rule_ids)
        .select_related("rule_version")
        .annotate(
            episode_id=Subquery(episodes.filter(closed_slot=None).values("id")[:1]),
            last_fired=Subquery(closed.values("fired_slot")[:1]),
            last_closed=Subquery(closed.values("closed_slot")[:1]),
        )
        .order_by("id")
    )
    return {
        row.rule_id: RuleAlert(row, row.episode_id, row.last_fired, row.last_closed)
        for row in rows
        if row.rule_id is not None
    }
