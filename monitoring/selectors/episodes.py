"""Reads of episodes: pages of them, and one with all that became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from monitoring.domain.alerting.overlays import find_acknowledgement
from monitoring.models import Alert, AlertAcknowledgement, AlertEpisode, Severity, Silence, StateChoice
from monitoring.selectors.pages import Page, Position, load_page
from monitoring.selectors.silences import build_active

OPEN, CLOSED = "open", "closed"
EPISODE_STATES = (OPEN, CLOSED, StateChoice.FIRING.value, StateChoice.RECOVERING.value)
"""What episodes can be asked for by; firing and recovering ones are open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeFilter:
    """Which episodes. What is left out does not matter.

    Args:
        state: One of `EPISODE_STATES`.
        kind: One of `AlertKind`.
        rule_id: The rule that it is about, be it deleted.
        severity: One of `Severity`.
        start: Leave out what fired before this moment.
        end: Leave out what fired at this moment or later.
        is_acknowledged: Whether somebody looks after it, or did when it ended.
    """

    state: str | None = None
    kind: str | None = None
    rule_id: int | None = None
    severity: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    is_acknowledged: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeEntry:
    """An episode as it stands.

    Args:
        episode: Its row, with its alert and the version of the rule that judged it last.
        acknowledgement: Who looks after it, or did when it ended; None if nobody.
        silence: The silence about it that lasts longest; None without one, and for an episode that is over.
        now: The moment that all of that is about.
    """

    episode: AlertEpisode
    acknowledgement: AlertAcknowledgement | None
    silence: Silence | None
    now: datetime

    @property
    def state(self) -> str:
        """`firing`, `recovering` or `closed`."""
        return CLOSED if self.episode.closed_slot else self.episode.alert.state

    @property
    def duration_seconds(self) -> int:
        """Since it fired: until it was over, or until now."""
        end = self.episode.closed_slot or max(self.now, self.episode.fired_slot)
        return int((end - self.episode.fired_slot).total_seconds())


def load_episode_page(
    *, limit: int, now: datetime, wanted: EpisodeFilter | None = None, position: Position | None = None
) -> Page[EpisodeEntry]:
    """Return a page of episodes, those that fired last first, in three statements.

    Args:
        limit: How many at most, positive.
        now: The time.
        wanted: Which; all if left out.
        position: Where the page begins; at the newest episode if left out.
    """
    episodes = list_episodes(wanted or EpisodeFilter())
    page = load_page(episodes, at="fired_slot", limit=limit, position=position)
    return Page(rows=describe_episodes(page.rows, now=now), older=page.older, newer=page.newer)


def list_episodes(wanted: EpisodeFilter) -> QuerySet[AlertEpisode]:
    """Return episodes in no order, each with its alert, the version of its rule and its acknowledgements.

    Args:
        wanted: Which.
    """
    acknowledgements = Prefetch("acknowledgements", AlertAcknowledgement.objects.order_by("created_at", "id"))
    episodes = AlertEpisode.objects.select_related("alert", "rule_version").prefetch_related(acknowledgements)
    return episodes.filter(*_list_conditions(wanted))


def describe_episodes(episodes: Sequence[AlertEpisode], *, now: datetime) -> list[EpisodeEntry]:
    """Return how episodes stand, in one statement; in none if all of them are over.

    Args:
        episodes: As `list_episodes` gives them.
        now: The time.
    """
    silences = load_silences([one for one in episodes if one.closed_slot is None], now=now)
    return [
        EpisodeEntry(
            episode=one,
            acknowledgement=find_acknowledgement(one.acknowledgements.all(), severity=one.severity),
            silence=silences.get(one.pk),
            now=now,
        )
        for one in episodes
    ]


def load_silences(episodes: Sequence[AlertEpisode], *, now: datetime) -> dict[int, Silence]:
    """Return the silence that lasts longest by the id of the episode that it is about, in one statement at most.

    Args:
        episodes: As `list_episodes` gives them.
        now: The time.
    """
    subjects = {
        one.pk: (one.alert.rule_id, one.rule_version.metric)
        for one in episodes
        if one.rule_version and one.alert.rule_id is not None
    }
    if not subjects:
        return {}
    rules, metrics = zip(*subjects.values(), strict=True)
    about = Q(rule_id__in=set(rules)) | Q(metric__in=set(metrics))
    rows = list(Silence.objects.filter(build_active(now), about).order_by("ends_at", "id"))
    by_subject = {row.rule_id or row.metric: row for row in rows}  # of several the last one stays
    return {
        episode_id: max(both, key=lambda row: row.ends_at)
        for episode_id, subject in subjects.items()
        if (both := [by_subject[name] for name in subject if name in by_subject])
    }


def _list_conditions(wanted: EpisodeFilter) -> list[Any]:
    conditions: list[Any] = []
    about = {"kind": wanted.kind, "rule_id": wanted.rule_id}
    if given := {name: value for name, value in about.items() if value is not None}:
        conditions.append(Q(alert__in=Alert.objects.filter(**given)))
    if wanted.state:
        conditions.append(_build_state(wanted.state))
    if wanted.severity:
        conditions.append(Q(severity=wanted.severity))
    if wanted.start:
        conditions.append(Q(fired_slot__gte=wanted.start))
    if wanted.end:
        conditions.append(Q(fired_slot__lt=wanted.end))
    if wanted.is_acknowledged is not None:
        standing = Exists(select_standing())
        conditions.append(standing if wanted.is_acknowledged else ~standing)
    return conditions


def _build_state(state: str) -> Q:
    if state == CLOSED:
        return Q(closed_slot__isnull=False)
    return Q(closed_slot=None) if state == OPEN else Q(closed_slot=None, alert__state=state)


def select_standing(*, episode: str = "pk") -> QuerySet[AlertAcknowledgement]:
    """Return what counts of the acknowledgements of an outer query's episode: `find_acknowledgement` in SQL.

    Args:
        episode: The outer query's path to the number of the episode.
    """
    covers = Q(severity=Severity.CRITICAL) | Q(episode__severity=Severity.WARNING)
    return AlertAcknowledgement.objects.filter(covers, episode=OuterRef(episode), withdrawn_at=None)
