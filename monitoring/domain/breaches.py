"""When a threshold was breached over a series of slots, and for how long."""

from dataclasses import dataclass

import numpy as np

from monitoring.domain.alerts import ThresholdSide
from planning_core.domain.arrays import BoolArray, IntArray


@dataclass(frozen=True, eq=False)
class Breaches:
    """Breaches of a threshold, oldest first; shape (n_breaches,). Places are those of slots in the series.

    Attributes:
        first: The first slot in breach.
        end: The first slot after it that is clear again; the number of slots where the breach goes on.
        breached_slots: Slots from `first` to `end` that are in breach.
        missing_slots: Slots from `first` to `end` without a value: nobody knows what they were.
        n_slots: How many slots the series has.
        n_known: How many of them have a value.
    """

    first: IntArray
    end: IntArray
    breached_slots: IntArray
    missing_slots: IntArray
    n_slots: int
    n_known: int

    def __len__(self) -> int:
        return len(self.first)

    @property
    def goes_on(self) -> bool:
        """Whether the last breach was not seen to end."""
        return len(self) > 0 and int(self.end[-1]) == self.n_slots


def find_breaches(values: IntArray, is_known: BoolArray, *, threshold_type: str, threshold_value: int) -> Breaches:
    """Return the breaches of a threshold over a series of slots.

    A slot is in breach strictly beyond the threshold, as in `is_breached`. A slot without a value neither opens a
    breach nor closes one.

    Args:
        values: Value per slot, oldest first, shape (n_slots,); what stands in unknown slots does not matter.
        is_known: Whether the slot has a value, shape (n_slots,).
        threshold_type: `above` or `below`.
        threshold_value: The threshold, in the metric's unit; at most 64 bits.

    Raises:
        ValueError: If the threshold type is neither.

    Example:
        >>> values, is_known = np.array([1, 6, 0, 7, 2]), np.array([True, True, False, True, True])
        >>> breaches = find_breaches(values, is_known, threshold_type="above", threshold_value=5)
        >>> [column.tolist() for column in (breaches.first, breaches.end, breaches.breached_slots)]
        [[1], [4], [2]]
    """
    side = ThresholdSide(threshold_type)
    places = np.flatnonzero(is_known)
    known = values[places]
    is_beyond = known > threshold_value if side is ThresholdSide.ABOVE else known < threshold_value
    turns = np.diff(is_beyond.astype(np.int64), prepend=0)
    opening, closing = np.flatnonzero(turns == 1), np.flatnonzero(turns == -1)
    first = places[opening]
    end = np.append(places[closing], len(values))[: len(first)]
    breached = np.append(closing, len(places))[: len(first)] - opening
    return Breaches(
        first=first,
        end=end,
        breached_slots=breached,
        missing_slots=end - first - breached,
        n_slots=len(values),
        n_known=len(places),
    )
