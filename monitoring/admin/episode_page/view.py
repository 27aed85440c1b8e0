"""The context of an episode's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from monitoring.admin.alert_words import SILENCE_HOURS, Chip, chip_severity, list_standing_notes
from monitoring.admin.contributors import ContributorTable, tabulate_contributors
from monitoring.admin.episode_page.chart import build_episode_chart
from monitoring.admin.episode_page.head import describe_episode, list_terms
from monitoring.admin.episode_page.timeline import Chronicler
from monitoring.admin.permissions import may_see
from monitoring.domain.alerting.overlays import find_acknowledgement
from monitoring.domain.metrics import METRIC_BY_NAME
from monitoring.models import AlertAcknowledgement, AlertEpisode, AlertTransition, MonitoringSnapshot, Silence
from monitoring.selectors.episode_events import (
    MOST_EVENTS,
    Delivery,
    list_acknowledgements,
    list_deliveries,
    list_episode_silences,
)
from monitoring.selectors.latest import find_latest_and_clock
from monitoring.selectors.transitions import list_story
from monitoring.services.interval import get_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeActions:
    """What the reader may do about an open episode; addresses are empty for what is not to be done."""

    acknowledge_url: str = ""
    withdraw_url: str = ""
    silence_url: str = ""
    hours: Sequence[int] = SILENCE_HOURS

    @property
    def is_any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.acknowledge_url or self.withdraw_url or self.silence_url)


def build_context(request: HttpRequest, episode: AlertEpisode) -> dict[str, Any]:
    """Return what the page shows of an episode, in nine statements at most.

    Args:
        request: Whose permissions count.
        episode: The episode with its alert, its version, and `rule_version_now`.
    """
    latest, clock = find_latest_and_clock(interval=get_interval())
    transitions = list_story(episode, most=MOST_EVENTS)
    deliveries = list_deliveries(episode_id=episode.pk)
    acknowledgements = list(list_acknowledgements(episode_id=episode.pk))
    silences = list(list_episode_silences(episode, now=clock.now))
    standing = None if episode.closed_slot else find_acknowledgement(acknowledgements, severity=episode.severity)
    silence = max(
        (one for one in silences if one.starts_at <= clock.now < one.ends_at), key=lambda one: one.ends_at, default=None
    )
    return {
        "head": describe_episode(episode, now=clock.now),
        "severity": chip_severity(episode.severity),
        "notes": _list_notes(episode, standing, silence),
        "terms": list_terms(request, episode),
        "actions": _list_actions(request, episode, standing, silence),
        "chart": build_episode_chart(episode, transitions, slot=clock.slot)
        if may_see(request, "monitoring.monitoringsnapshot")
        else None,
        "contributors": _tabulate_contributors(request, episode, latest),
        "timeline": Chronicler(request, episode).tell(
            transitions=transitions,
            deliveries=deliveries,
            acknowledgements=acknowledgements,
            silences=silences,
        ),
        "most_events": _find_limit(transitions, deliveries),
    }


def _find_limit(transitions: Sequence[AlertTransition], deliveries: Sequence[Delivery]) -> int:
    """Return how many changes and messages are shown at most if there may be more; else 0."""
    n_messages = len({one.message_id for one in deliveries})
    return MOST_EVENTS if max(len(transitions), n_messages) >= MOST_EVENTS else 0


def _list_notes(episode: AlertEpisode, standing: AlertAcknowledgement | None, silence: Silence | None) -> list[Chip]:
    if episode.closed_slot:
        return []
    return list_standing_notes(
        acknowledged_by=standing.author_name if standing else "",
        silenced_until=silence.ends_at if silence else None,
        silenced_by=silence.author_name if silence else "",
    )


def _list_actions(
    request: HttpRequest, episode: AlertEpisode, standing: AlertAcknowledgement | None, silence: Silence | None
) -> EpisodeActions:
    """Return what there is to do: nothing about an episode that is over."""
    if episode.closed_slot:
        return EpisodeActions()
    may, rule_is_there = request.user.has_perm, episode.rule_version_now is not None  # type: ignore[attr-defined]  # annotated
    return EpisodeActions(
        acknowledge_url=_name_action(episode, "acknowledge")
        if standing is None and may("monitoring.add_alertacknowledgement")
        else "",
        withdraw_url=_name_action(episode, "withdraw")
        if standing is not None and may("monitoring.change_alertacknowledgement")
        else "",
        silence_url=_name_action(episode, "silence")
        if silence is None and rule_is_there and may("monitoring.add_silence")
        else "",
    )


def _name_action(episode: AlertEpisode, name: str) -> str:
    return reverse(f"admin:monitoring_alertepisode_{name}", args=[episode.pk])


def _tabulate_contributors(
    request: HttpRequest, episode: AlertEpisode, latest: MonitoringSnapshot | None
) -> ContributorTable | None:
    """Return who makes the value now, while the episode is open."""
    version = episode.rule_version
    if episode.closed_slot or latest is None or version is None or version.metric not in METRIC_BY_NAME:
        return None
    return tabulate_contributors(request, snapshot_id=latest.pk, metric=version.metric)
