"""What a rule would have done over the past, before anybody saves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings

from monitoring.domain.breaches import Breaches, find_breaches
from monitoring.domain.buckets import choose_step
from monitoring.selectors.timeseries import Aggregation, MissingReason, load_series
from monitoring.services.interval import get_interval

BACKTEST_DAYS = 90
MOST_SLOTS = 10_000  # 90 days of quarters of an hour are 8,640

UNRECORDED = {MissingReason.NOT_RECORDED, MissingReason.METRIC_UNKNOWN}


@dataclass(frozen=True, slots=True)
class Condition:
    """When a rule is breached.

    Args:
        threshold_type: `above` or `below`.
        threshold_value: The threshold, in the metric's unit; at most 64 bits.
    """

    threshold_type: str
    threshold_value: int


@dataclass(frozen=True, kw_only=True)
class MetricHistory:
    """A metric slot by slot, from the first value in the range to the slot that is running or the last value.

    Args:
        metric: Its name.
        slots: Starts of the slots, oldest first [UTC]; of longer periods if slots are too short to show each.
        values: One per slot, None where there is none.
        reasons: One per slot: why there is no value, None where there is one.
        step: Length of a slot, or of a period.
    """

    metric: str
    slots: Sequence[datetime]
    values: Sequence[int | None]
    reasons: Sequence[str | None]
    step: timedelta

    @cached_property
    def current_value(self) -> int | None:
        """The last value there is."""
        return next((value for value in reversed(self.values) if value is not None), None)

    def get_edge(self, place: int) -> datetime:
        """Return when a slot begins; of the place after the last one, when that one ends."""
        return self.slots[place] if place < len(self.slots) else self.slots[-1] + self.step


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
        return self.history.slots[int(self.breaches.first[-1])] if self.is_breached_now else None

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
    is_known = np.array([value is not None for value in history.values], dtype=np.bool_)
    values = np.array([value or 0 for value in history.values], dtype=np.int64)
    breaches = find_breaches(
        values, is_known, threshold_type=condition.threshold_type, threshold_value=condition.threshold_value
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
    start, end = slot - timedelta(days=days), slot + interval
    zone = ZoneInfo(settings.BUSINESS_TIME_ZONE)
    step = choose_step(start, end, interval=interval, zone=zone, max_points=MOST_SLOTS)
    series = load_series(metrics=[metric], start=start, end=end, step=step, agg=Aggregation.LAST)
    values, reasons = series.series[0].values, series.series[0].reasons
    first = next((place for place, reason in enumerate(reasons) if reason not in UNRECORDED), len(reasons))
    last = len(reasons) - (reasons[-1] == MissingReason.PENDING)  # the running slot may still get its value
    return MetricHistory(
        metric=metric,
        slots=series.starts[first:last],
        values=values[first:last],
        reasons=reasons[first:last],
        step=step,
    )
