"""What a rule would have done over the past, before anybody saves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np

from monitoring.domain.breaches import Breaches, find_breaches
from monitoring.selectors.slot_values import SlotValues, load_slot_values
from monitoring.selectors.timeseries import MissingReason
from monitoring.services.interval import get_interval
from planning_core.domain.arrays import BoolArray, IntArray

BACKTEST_DAYS = 90
MOST_SLOTS = 10_000  # 90 days of quarters of an hour are 8,640


@dataclass(frozen=True, slots=True)
class Condition:
    """When a rule is breached.

    Args:
        threshold_type: `above` or `below`.
        threshold_value: The threshold, in the metric's unit; at most 64 bits.
    """

    threshold_type: str
    threshold_value: int


@dataclass(frozen=True, kw_only=True, eq=False)
class MetricHistory:
    """A metric slot by slot, from the first value in the range to the slot that is running or the one before it.

    Args:
        metric: Its name.
        start: When the first slot begins [UTC].
        step: Length of a slot; of a longer period, if slots are too short to judge each.
        values: Value per slot, oldest first, shape (n_slots,); 0 where there is none.
        is_known: Whether there is a value, shape (n_slots,).
        reasons: Why there is no value (a `MissingReason`), by the place of the slot.
    """

    metric: str
    start: datetime
    step: timedelta
    values: IntArray
    is_known: BoolArray
    reasons: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def current_value(self) -> int | None:
        """The last value there is."""
        known = np.flatnonzero(self.is_known)
        return int(self.values[known[-1]]) if len(known) else None

    def get_edge(self, place: int) -> datetime:
        """Return when a slot begins; of the place after the last one, when that one ends [UTC]."""
        return self.start + place * self.step

    def list_values(self) -> list[int | None]:
        """Return one value per slot, None where there is none."""
        pairs = zip(self.values.tolist(), self.is_known.tolist(), strict=True)
        return [value if is_known else None for value, is_known in pairs]

    def list_gaps(self) -> list[tuple[datetime, datetime, str]]:
        """Return begin, end and reason of the times without a value, slots in a row with one reason together."""
        # in a row, places grow as fast as a counter does
        rows = groupby(enumerate(sorted(self.reasons)), key=lambda pair: (pair[1] - pair[0], self.reasons[pair[1]]))
        stretches = [(reason, [place for _at, place in group]) for (_row, reason), group in rows]
        return [(self.get_edge(p[0]), self.get_edge(p[-1] + 1), reason) for reason, p in stretches]


@dataclass(frozen=True, kw_only=True)
class RuleBacktest:
    """How often and how long a condition held.

    Args:
        condition: The condition.
        history: Over which it was judged.
        breaches: What was found.
    """

    condition: Condition
    history: MetricHistory
    breaches: Breaches

    @property
    def count(self) -> int:
        """How many breaches there were."""
        return len(self.breaches)

    @property
    def breached(self) -> timedelta:
        """How long slots in breach were, all together."""
        return int(self.breaches.breached_slots.sum()) * self.history.step

    @property
    def unobserved(self) -> timedelta:
        """How long nothing was known during breaches; counted apart, as it may have been clear."""
        return int(self.breaches.missing_slots.sum()) * self.history.step

    @property
    def longest(self) -> timedelta:
        """The longest breach from its beginning to its end, unobserved time included."""
        lengths = self.breaches.end - self.breaches.first
        return int(lengths.max(initial=0)) * self.history.step

    @property
    def share(self) -> float | None:
        """Which share of the observed slots was in breach, 0..1; None if nothing was observed."""
        known = self.breaches.n_known
        return int(self.breaches.breached_slots.sum()) / known if known else None

    @property
    def is_breached_now(self) -> bool:
        """Whether the last value is in breach."""
        return self.breaches.goes_on

    @property
    def since(self) -> datetime | None:
        """The slot that the breach began in that goes on; None without one."""
        return self.history.get_edge(int(self.breaches.first[-1])) if self.is_breached_now else None

    @property
    def is_since_exact(self) -> bool:
        """Whether a clear slot was seen before `since`: otherwise the breach may be older than the history."""
        return self.is_breached_now and int(self.breaches.first[-1]) > 0

    def list_periods(self) -> list[tuple[datetime, datetime]]:
        """Return when every breach began and ended, oldest first; one that goes on ends with the last slot."""
        places = zip(self.breaches.first.tolist(), self.breaches.end.tolist(), strict=True)
        return [(self.history.get_edge(first), self.history.get_edge(end)) for first, end in places]


def backtest_rule(*, history: MetricHistory, condition: Condition) -> RuleBacktest:
    """Return how often and how long a condition held; reads nothing.

    Args:
        history: The metric, see `load_history`; load it once for several conditions.
        condition: The condition.
    """
    breaches = find_breaches(
        history.values,
        history.is_known,
        threshold_type=condition.threshold_type,
        threshold_value=condition.threshold_value,
    )
    return RuleBacktest(condition=condition, history=history, breaches=breaches)


def load_history(*, metric: str, slot: datetime, days: int = BACKTEST_DAYS) -> MetricHistory:
    """Return a metric slot by slot, in one statement.

    Args:
        metric: Its name.
        slot: The slot that is running.
        days: How far back.
    """
    interval = get_interval()
    n_slots = timedelta(days=days) // interval
    step = -(-n_slots // MOST_SLOTS) * interval
    start = slot - n_slots * interval
    found = load_slot_values(metric=metric, start=start, end=slot + interval, interval=interval, step=step)
    return _cut(metric, found)


def _cut(metric: str, found: SlotValues) -> MetricHistory:
    """Return what lies between the first value and the running slot, which counts once it has its value."""
    known = np.flatnonzero(found.is_known)
    first = int(known[0]) if len(known) else len(found.values)
    end = len(found.values) - (not found.is_known[-1]) if len(known) else first
    unknown = (place for place in range(first, end) if not found.is_known[place])
    return MetricHistory(
        metric=metric,
        start=found.start + first * found.step,
        step=found.step,
        values=found.values[first:end],
        is_known=found.is_known[first:end],
        reasons={place - first: found.reasons.get(place, MissingReason.UNEXPLAINED.value) for place in unknown},
    )
