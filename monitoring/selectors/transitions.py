"""Reads of transitions."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from monitoring.models import Alert, AlertEpisode, AlertTransition, StateChoice
from monitoring.selectors.pages import Page, Position, load_page


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionFilter:
    """Which transitions. What is left out does not matter.

    Args:
        rule_id: The rule that they are about, be it deleted.
        episode_id: Their episode.
        start: Leave out what happened in a slot before this moment.
        end: Leave out what happened in a slot at this moment or later.
    """

    rule_id: int | None = None
    episode_id: int | None = None
    start: datetime | None = None
    end: datetime | None = None


def load_transition_page(
    *, limit: int, wanted: TransitionFilter | None = None, position: Position | None = None
) -> Page[AlertTransition]:
    """Return a page of transitions, newest slot first, in one statement; each with its alert and version of the rule.

    Args:
        limit: How many at most, positive.
        wanted: Which; all if left out.
        position: Where the page begins; at the newest transition if left out.
    """
    return load_page(_list_wanted(wanted or TransitionFilter()), at="slot", limit=limit, position=position)


def list_story(episode: AlertEpisode, *, most: int) -> list[AlertTransition]:
    """Return the last transitions of an episode, oldest first, in one statement.

    The breach that it began with is one of them, though nobody knew then that it would come to an episode.

    Args:
        episode: The episode.
        most: How many at most.
    """
    span = Q(slot__gte=episode.opened_slot, slot__lte=episode.fired_slot)
    before = Q(episode=None, alert=episode.alert_id, to_state=StateChoice.PENDING) & span
    rows = _list_all().filter(Q(episode=episode) | before).order_by("-slot", "-id")[:most]
    return list(rows)[::-1]


def _list_all() -> QuerySet[AlertTransition]:
    return AlertTransition.objects.select_related("alert", "rule_version")


def _list_wanted(wanted: TransitionFilter) -> QuerySet[AlertTransition]:
    conditions = {"episode": wanted.episode_id, "slot__gte": wanted.start, "slot__lt": wanted.end}
    rows = _list_all().filter(**{name: value for name, value in conditions.items() if value is not None})
    if wanted.rule_id is not None:
        rows = rows.filter(alert__in=Alert.objects.filter(rule_id=wanted.rule_id))
    return rows
