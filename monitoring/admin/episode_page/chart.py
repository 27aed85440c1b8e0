"""The metric of an episode over its time, with a margin on both sides."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from monitoring.domain.metrics import METRIC_BY_NAME
from monitoring.models import AlertEpisode, AlertRuleVersion, AlertTransition, StateChoice
from monitoring.selectors.timeseries import MissingReason
from monitoring.services.episode_history import load_episode_history
from monitoring.services.metric_history import MetricHistory
from monitoring.wording import name_metric
from supplybrain.charts import EvenTimes, LineChart, Series, ShadedRange, Shape, Threshold, Tone

TONES = {
    StateChoice.PENDING: Tone.ATTENTION,
    StateChoice.FIRING: Tone.ALARM,
    StateChoice.RECOVERING: Tone.NOTE,
}


def build_episode_chart(
    episode: AlertEpisode, transitions: Sequence[AlertTransition], *, slot: datetime
) -> LineChart | None:
    """Return the chart, in one statement; None for what has no metric, or one that snapshots no longer have.

    Args:
        episode: The episode, with its version.
        transitions: Its transitions, oldest first.
        slot: The slot that is running.
    """
    version = episode.rule_version
    if version is None or version.metric not in METRIC_BY_NAME:
        return None
    history = load_episode_history(
        metric=version.metric, opened=episode.opened_slot, closed=episode.closed_slot, slot=slot
    )
    if not history.is_known.any():
        return None
    gaps = list(_shade_gaps(history))
    hatched = _("Times are UTC. Hatched times have no snapshot; the table says from when to when.")
    return LineChart(
        chart_id="episode",
        title=name_metric(version.metric),
        unit=_(METRIC_BY_NAME[version.metric].unit),
        x=EvenTimes(history.start, history.step, len(history)),
        series=[Series(name=name_metric(version.metric), values=history.list_values(), shape=Shape.STEP)],
        thresholds=list(_list_lines(version)),
        shaded=[*_shade_states(episode, transitions, end=history.get_edge(len(history))), *gaps],
        note=hatched if gaps else _("Times are UTC."),
    )


def _list_lines(version: AlertRuleVersion) -> Iterator[Threshold]:
    yield Threshold(value=version.threshold_value, label=_("threshold"), tone=Tone.ALARM)
    if version.recovery_threshold not in {None, version.threshold_value}:
        yield Threshold(value=version.recovery_threshold or 0, label=_("recovery threshold"), tone=Tone.GOOD)


def _shade_states(
    episode: AlertEpisode, transitions: Sequence[AlertTransition], *, end: datetime
) -> Iterator[ShadedRange]:
    """Yield the times of each state: what was pending at first, then from every transition to the next."""
    changes = [(episode.opened_slot, StateChoice.PENDING.value)]
    changes += [(one.slot, one.to_state) for one in transitions]
    ends = [*(slot for slot, _state in changes[1:]), episode.closed_slot or end]
    for (slot, state), until in zip(changes, ends, strict=True):
        if slot < until and state in TONES:
            label = str(StateChoice(state).label)
            yield ShadedRange(start=slot, end=until, label=label, tone=TONES[StateChoice(state)])


def _shade_gaps(history: MetricHistory) -> Iterator[ShadedRange]:
    for begin, end, reason in history.list_gaps():
        words = _("no snapshot: %(reason)s") % {"reason": MissingReason(reason).label}
        yield ShadedRange(start=begin, end=end, label=words, tone=Tone.NEUTRAL)
