"""A metric slot by slot, as charts show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np

from planning_core.domain.arrays import BoolArray, IntArray

MOST_POINTS = 10_000
"""So many slots a chart can draw; 90 days of quarters of an hour are 8,640."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MetricHistory:
    """A metric slot by slot, from the first value in the range to the slot that is running or the one before it.

    Args:
        metric: Its name.
        start: When the first slot begins [UTC].
        step: Length of a slot; of a longer period, if slots are too short to show each.
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

    def thin(self) -> "MetricHistory":
        """Return the history in longer periods, the last value of each, if it has more slots than a chart can draw."""
        size = -(-len(self) // MOST_POINTS)
        if size <= 1:
            return self
        known = np.flatnonzero(self.is_known)
        values = np.zeros(-(-len(self) // size), dtype=np.int64)
        is_known = np.zeros(len(values), dtype=np.bool_)
        values[known // size] = self.values[known]  # of several the last one stays
        is_known[known // size] = True
        return MetricHistory(
            metric=self.metric, start=self.start, step=size * self.step, values=values, is_known=is_known, reasons={}
        )
