"""Condense daily sales rows, in as many portions as they come, into the two windows that the policy reads."""

import numpy as np

from planning_core.domain.arrays import BoolArray, IntArray, find_group_starts, number_groups
from planning_core.domain.inputs import NO_DAY, NO_ID, OBSERVATION_DAYS, Listings, Sales


class SalesBuilder:
    """Collects the rows of `n_wb_skus` codes; its memory does not grow with the number of rows.

    A code's rows come in one portion, so that the portion knows the code's last day.

    Args:
        n_wb_skus: How many codes there are.
        target_day: Last day of the demand window.
        window_days: Length of the demand window.
        recent_from_day: From which day on the rows given to `add` are complete; older ones tell nothing about the
            recent window. Codes that need older rows get them by `replace_recent`.
    """

    def __init__(self, *, n_wb_skus: int, target_day: int, window_days: int, recent_from_day: int) -> None:
        self.last_day: IntArray = np.full(n_wb_skus, NO_DAY, dtype=np.int64)
        self._target_day = target_day
        self._window_days = window_days
        self._recent_from_day = recent_from_day
        self._recent_units = np.zeros((n_wb_skus, OBSERVATION_DAYS), dtype=np.int64)
        self._recent_days = np.zeros(n_wb_skus, dtype=np.int64)
        self._window_units = np.zeros(n_wb_skus, dtype=np.int64)
        self._window_bytes = -(-window_days // 8)
        self._window_bits = np.zeros(n_wb_skus * self._window_bytes, dtype=np.uint8)

    def add(self, wb_sku: IntArray, day: IntArray, units: IntArray) -> None:
        """Take rows into both windows: the code's position, the day's ordinal and the day's units, shape (n_rows,)."""
        self._add_recent(*_keep(day >= self._recent_from_day, wb_sku, day, units))
        self._add_to_window(wb_sku, day, units)

    def replace_recent(self, wb_sku: IntArray, day: IntArray, units: IntArray) -> None:
        """Forget the recent windows of these codes and fill them from these rows, the last 30 days of each code."""
        codes = np.unique(wb_sku)
        self.last_day[codes] = NO_DAY
        self._recent_units[codes] = 0
        self._recent_days[codes] = 0
        self._add_recent(wb_sku, day, units)

    def _add_recent(self, wb_sku: IntArray, day: IntArray, units: IntArray) -> None:
        np.maximum.at(self.last_day, wb_sku, day)
        age = self.last_day[wb_sku] - day
        wb_sku, age, units = _keep(age < OBSERVATION_DAYS, wb_sku, age, units)
        self._recent_units[wb_sku, age] = units
        np.bitwise_or.at(self._recent_days, wb_sku, np.left_shift(1, age))

    def _add_to_window(self, wb_sku: IntArray, day: IntArray, units: IntArray) -> None:
        offset = self._target_day - day
        wb_sku, offset, units = _keep((offset >= 0) & (offset < self._window_days), wb_sku, offset, units)
        np.add.at(self._window_units, wb_sku, units)
        bits = np.left_shift(1, offset & 7).astype(np.uint8)
        np.bitwise_or.at(self._window_bits, wb_sku * self._window_bytes + (offset >> 3), bits)

    def build(self) -> Sales:
        """Return the two windows."""
        return Sales(
            last_day=self.last_day,
            recent_units=np.cumsum(self._recent_units, axis=1),
            recent_days=self._recent_days,
            window_units=self._window_units,
            window_days=self._window_bits.reshape(-1, self._window_bytes),
        )


def _keep(mask: BoolArray, *columns: IntArray) -> tuple[IntArray, ...]:
    """Return the rows where the mask is true, without a copy where it is true throughout."""
    return columns if mask.all() else tuple(column[mask] for column in columns)


def find_incomplete_codes(*, listings: Listings, last_day: IntArray, complete_from_day: int) -> IntArray:
    """Return the codes whose older rows are still needed for the bundle risk.

    A group of codes, those of one bundle type of one article, is judged over the 30 days up to the latest sales day of
    any of them. When rows were read only from some day on, this is known to be right for the groups whose window
    begins on that day or later; the codes of all other groups have to be read further back.

    Args:
        listings: The mappings.
        last_day: Latest day per code among the rows that were read, `NO_DAY` for none, shape (n_wb_skus,).
        complete_from_day: From which day on all rows were read.

    Returns:
        Ascending positions of codes.
    """
    typed = listings.bundle_type_id != NO_ID
    article, bundle_type = listings.article[typed], listings.bundle_type_id[typed]
    wb_sku = listings.wb_sku[typed]
    order = np.lexsort((bundle_type, article))
    starts = find_group_starts(article[order], bundle_type[order])
    group = np.empty(len(order), dtype=np.int64)
    group[order] = number_groups(starts, len(order))
    group_last_day = np.full(len(starts), NO_DAY, dtype=np.int64)
    np.maximum.at(group_last_day, group, last_day[wb_sku])
    is_complete = group_last_day >= complete_from_day + OBSERVATION_DAYS - 1
    return np.unique(wb_sku[~is_complete[group]])
