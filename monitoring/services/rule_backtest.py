"""What a rule would have done over the past, before anybody saves it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

import numpy as np
from django.conf import settings

from monitoring.domain.alerting.figures import ReplayFigures, Span, list_spans, summarize
from monitoring.domain.alerting.machine import Terms
from monitoring.domain.alerting.past import Past, read_values
from monitoring.domain.alerting.readings import Condition
from monitoring.domain.alerting.replay import Replay, replay
from monitoring.domain.alerting.trust import find_expiry
from monitoring.domain.alerting.words import AlertState
from monitoring.domain.slots import EPOCH
from monitoring.models import Severity
from monitoring.models.alerts import AlertTerms
from monitoring.selectors.slot_sources import SourceTimes, load_source_times
from monitoring.selectors.slot_values import MICROSECOND, SlotValues, load_slot_values
from monitoring.selectors.timeseries import MissingReason
from monitoring.services.interval import get_interval
from monitoring.services.metric_history import MetricHistory
from planning_core.domain.arrays import BoolArray, IntArray

BACKTEST_DAYS = 90
MOST_DAYS = 365
MOST_SLOTS = 150_000  # 90 days of quarters of an hour are 8,640, of minutes 129,600
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTerms:
    """What a rule says, as far as it matters to what it does.

    Args:
        metric: Its name.
        condition: When it is breached, and when clear.
        terms: How many slots it takes.
        severity: How often people are reminded.
    """

    metric: str
    condition: Condition
    terms: Terms
    severity: str = Severity.WARNING.value


def read_terms(rule: AlertTerms) -> RuleTerms:
    """Return what a rule, or a version of one, says."""
    return RuleTerms(
        metric=rule.metric,
        condition=Condition(rule.threshold_type, rule.threshold_value, rule.recovery_threshold),
        terms=Terms(rule.pending_slots, rule.recover_slots),
        severity=rule.severity,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class MetricPast:
    """A metric over the past, and which slots can be judged by it. Shapes (n_slots,).

    Args:
        history: The metric slot by slot.
        is_captured: Whether there is a snapshot, with a value or without.
        is_degraded: Whether the data behind the snapshot were too old to trust.
    """

    history: MetricHistory
    is_captured: BoolArray
    is_degraded: BoolArray

    def read(self, condition: Condition) -> Past:
        """Return what the captured slots said under a condition."""
        places = np.flatnonzero(self.is_captured)
        values, is_known = self.history.values[places], self.history.is_known[places]
        return Past(
            start=self.history.start,
            step=self.history.step,
            places=places,
            codes=read_values(values, is_known, self.is_degraded[places], condition),
            values=values,
            is_known=is_known,
        )

    def list_degraded(self) -> list[Span]:
        """Return the times in which data were too old to trust."""
        edges = np.diff(self.is_degraded.astype(np.int8), prepend=0, append=0)
        begins, ends = np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()
        get_edge = self.history.get_edge
        return [(get_edge(begin), get_edge(end)) for begin, end in zip(begins, ends, strict=True)]


@dataclass(frozen=True, kw_only=True, eq=False)
class RuleBacktest:
    """What a rule would have done.

    Args:
        terms: What it says.
        past: Over what it was judged.
        replay: What the state machine did.
        figures: What that amounts to.
    """

    terms: RuleTerms
    past: MetricPast
    seen: Past
    replay: Replay
    figures: ReplayFigures

    @property
    def history(self) -> MetricHistory:
        """The metric slot by slot."""
        return self.past.history

    @property
    def share(self) -> float | None:
        """Which share of the time it was firing, 0..1; None if there is nothing to judge by."""
        return self.figures.firing / (len(self.history) * self.history.step) if len(self.history) else None

    @property
    def state(self) -> AlertState:
        """Where the alert would stand."""
        return self.replay.track.state

    @cached_property
    def firing_spans(self) -> list[Span]:
        """From when to when each episode fired, oldest first."""
        return list_spans(self.replay.episodes, self.seen)

    def list_pending_spans(self) -> list[Span]:
        """Return from when to when it was pending, oldest first."""
        changes = [one.change for one in self.replay.changes]
        spans = [
            (before.slot, after.slot) for before, after in pairwise(changes) if before.to_state is AlertState.PENDING
        ]
        if self.state is AlertState.PENDING:
            spans.append((changes[-1].slot, self.history.get_edge(len(self.history))))
        return spans


def backtest_rule(*, past: MetricPast, terms: RuleTerms) -> RuleBacktest:
    """Return what a rule would have done; reads nothing.

    Args:
        past: Its metric, see `load_pasts`; load it once for several terms.
        terms: What the rule says.
    """
    seen = past.read(terms.condition)
    done = replay(seen, terms.terms, is_worse_above=terms.condition.is_worse_above)
    figures = summarize(done, seen, remind_after=find_reminder(terms.severity))
    return RuleBacktest(terms=terms, past=past, seen=seen, replay=done, figures=figures)


def backtest_rules(*, terms: Sequence[RuleTerms], slot: datetime, days: int = BACKTEST_DAYS) -> list[RuleBacktest]:
    """Return what rules would have done, in their order; a statement per metric and one for the age of the sources.

    Args:
        terms: What they say; metrics of the registry.
        slot: The slot that is running.
        days: How far back.
    """
    pasts = load_pasts(metrics=[one.metric for one in terms], slot=slot, days=days) if terms else {}
    return [backtest_rule(past=pasts[one.metric], terms=one) for one in terms]


def find_reminder(severity: str) -> timedelta | None:
    """Return when people are told again of an alert that goes on; None for never."""
    hours = (
        settings.ALERT_REMINDER_HOURS_CRITICAL
        if severity == Severity.CRITICAL
        else settings.ALERT_REMINDER_HOURS_WARNING
    )
    return timedelta(hours=hours) if hours else None


def find_most_days() -> int:
    """Return how many days can be judged at once: a year, fewer if slots are very short."""
    return max(1, min(MOST_DAYS, MOST_SLOTS * get_interval() // timedelta(days=1)))


def load_pasts(*, metrics: Iterable[str], slot: datetime, days: int = BACKTEST_DAYS) -> dict[str, MetricPast]:
    """Return metrics slot by slot, in a statement per metric and one for the age of their sources.

    Args:
        metrics: Their names.
        slot: The slot that is running.
        days: How far back, see `find_most_days` for how far that can be.
    """
    interval = get_interval()
    start = slot - min(timedelta(days=days) // interval, MOST_SLOTS) * interval
    end = slot + interval
    sources = load_source_times(start=start, end=end)
    return {
        metric: _cut(
            metric,
            load_slot_values(metric=metric, start=start, end=end, interval=interval, step=interval),
            sources,
        )
        for metric in dict.fromkeys(metrics)
    }


def _cut(metric: str, found: SlotValues, sources: list[SourceTimes]) -> MetricPast:
    """Return what lies between the first value and the running slot, which counts once it has its value."""
    known = np.flatnonzero(found.is_known)
    first = int(known[0]) if len(known) else len(found.values)
    end = len(found.values) - (not found.is_known[-1]) if len(known) else first
    unknown = (place for place in range(first, end) if not found.is_known[place])
    captured_at = found.captured_at[first:end]
    return MetricPast(
        history=MetricHistory(
            metric=metric,
            start=found.start + first * found.step,
            step=found.step,
            values=found.values[first:end],
            is_known=found.is_known[first:end],
            reasons={place - first: found.reasons.get(place, MissingReason.UNEXPLAINED.value) for place in unknown},
        ),
        is_captured=captured_at > 0,
        is_degraded=_find_degraded(metric, captured_at, sources),
    )


def _find_degraded(metric: str, captured_at: IntArray, sources: list[SourceTimes]) -> BoolArray:
    """Return which snapshots were built on data that were too old; each saw the sources as of the last change."""
    if not sources:
        return np.zeros(len(captured_at), dtype=np.bool_)
    max_age = timedelta(hours=settings.SOURCE_MAX_AGE_HOURS)
    expiries = [find_expiry(metric, one.sources, max_age=max_age) for one in sources]
    expires_at = np.array([NEVER if at is None else (at - EPOCH) // MICROSECOND for at in expiries], dtype=np.int64)
    changes = np.array([one.captured_at for one in sources], dtype=np.int64)
    in_force = np.maximum(np.searchsorted(changes, captured_at, side="right") - 1, 0)
    return (captured_at > 0) & (captured_at > expires_at[in_force])
