"""What the slots of a long time said about a rule, as arrays."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from monitoring.domain.alerting.machine import Observation
from monitoring.domain.alerting.readings import Condition
from monitoring.domain.alerting.words import Reading
from planning_core.domain.arrays import BoolArray, ByteArray, IntArray

READINGS: tuple[Reading, ...] = tuple(Reading)
"""A code is the place of a reading here."""

CODE_OF = {reading: np.uint8(code) for code, reading in enumerate(READINGS)}
OBSERVED = (Reading.BREACH, Reading.BETWEEN, Reading.CLEAR)


@dataclass(frozen=True, kw_only=True, eq=False)
class Past:
    """The captured slots of a range, oldest first; shape of every array (n_captured,).

    Slots that nobody captured are left out: they are gaps between the places of two others.

    Args:
        start: When slot 0 begins [UTC].
        step: Length of a slot.
        places: Numbers of the captured slots, ascending, each once.
        codes: What they said, see `READINGS`.
        values: Their values.
        is_known: Whether there is a value.
    """

    start: datetime
    step: timedelta
    places: IntArray
    codes: ByteArray
    values: IntArray
    is_known: BoolArray

    def __len__(self) -> int:
        return len(self.places)

    def get_slot(self, row: int) -> datetime:
        """Return the slot of a row [UTC]."""
        return self.start + self._places[row] * self.step

    def find_place(self, slot: datetime) -> int:
        """Return the number of a slot, captured or not."""
        return (slot - self.start) // self.step

    def get_reading(self, row: int) -> Reading:
        """Return what a row said."""
        return READINGS[self._codes[row]]

    def get_value(self, row: int) -> int | None:
        """Return the value of a row, None without one."""
        return self._values[row] if self._is_known[row] else None

    def observe(self, row: int) -> Observation:
        """Return a row as the machine wants it."""
        before = self._places[row - 1] if row else self._places[row] - 1
        return Observation(
            slot=self.get_slot(row),
            reading=self.get_reading(row),
            value=self.get_value(row),
            missed_slots=self._places[row] - before - 1,
        )

    def find_rows(self, *readings: Reading) -> list[int]:
        """Return the rows that said one of these, ascending."""
        rows: list[int] = np.flatnonzero(np.isin(self.codes, [CODE_OF[reading] for reading in readings])).tolist()
        return rows

    # single elements of an array are slow to take, and a replay takes thousands

    @cached_property
    def _places(self) -> list[int]:
        return self.places.tolist()  # type: ignore[no-any-return]

    @cached_property
    def _codes(self) -> list[int]:
        return self.codes.tolist()  # type: ignore[no-any-return]

    @cached_property
    def _values(self) -> list[int]:
        return self.values.tolist()  # type: ignore[no-any-return]

    @cached_property
    def _is_known(self) -> list[bool]:
        return self.is_known.tolist()  # type: ignore[no-any-return]


def read_values(values: IntArray, is_known: BoolArray, is_degraded: BoolArray, condition: Condition) -> ByteArray:
    """Return the codes of what values mean, as `readings.read_value` tells it of one; all shapes (n,).

    Args:
        values: The metric's values; what stands where there is none does not matter.
        is_known: Whether there is a value.
        is_degraded: Whether the data behind it were too old to trust.
        condition: When the rule is breached.

    Example:
        >>> values, no = np.array([11, 8, 7, 0]), np.zeros(4, dtype=np.bool_)
        >>> codes = read_values(values, np.array([True, True, True, False]), no, Condition("above", 10, 7))
        >>> [READINGS[code].value for code in codes]
        ['breach', 'between', 'clear', 'no_data']
    """
    is_breach = _is_beyond(values, condition.threshold_value, condition)
    is_between = np.zeros_like(is_breach)
    if condition.recovery_threshold is not None:
        is_between = _is_beyond(values, condition.recovery_threshold, condition)
    # the first that holds counts
    cases = {
        Reading.NO_DATA: ~is_known,
        Reading.DEGRADED: is_degraded,
        Reading.BREACH: is_breach,
        Reading.BETWEEN: is_between,
    }
    codes: ByteArray = np.select(
        list(cases.values()), [CODE_OF[reading] for reading in cases], CODE_OF[Reading.CLEAR]
    ).astype(np.uint8)
    return codes


def _is_beyond(values: IntArray, limit: int, condition: Condition) -> BoolArray:
    return values > limit if condition.is_worse_above else values < limit
