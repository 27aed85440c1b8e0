"""Condense daily sales rows, in as many portions as they come, into the two windows that the policy reads."""

from typing import Any

import numpy as np
import numpy.typing as npt

from planning_core.domain.arrays import BoolArray, IntArray, find_group_starts, number_groups
from planning_core.domain.inputs import NO_DAY, NO_ID, OBSERVATION_DAYS, Listings, Sales


class SalesBuilder:
    """Collects the rows of `n_wb_skus` codes, portion by portion; its memory does not grow with the number of rows.

    The rows of a code stand together in one portion, their days in any order.

    Args:
        n_wb_skus: How many codes there are.
        target_day: Last day of the demand window.
        window_days: Length of the demand window.
        recent_from_day: From which day on the rows given to `add` are complete; older ones tell nothing about the
            recent window. Codes that need older rows get them by `set_recent`.
    """

    def __init__(self, *, n_wb_skus: int, target_day: int, window_days: int, recent_from_day: int) -> None:
        self._target_day = target_day
        self._window_days = window_days
        self._recent_from_day = recent_from_day
        self.sales = Sales(
            last_day=np.full(n_wb_skus, NO_DAY, dtype=np.int64),
            recent_units=np.zeros((n_wb_skus, OBSERVATION_DAYS), dtype=np.int64),
            recent_days=np.zeros(n_wb_skus, dtype=np.int64),
            window_units=np.zeros(n_wb_skus, dtype=np.int64),
            window_days=np.zeros((n_wb_skus, -(-window_days // 8)), dtype=np.uint8),
        )

    def add(self, wb_sku: IntArray, day: IntArray, units: IntArray) -> None:
        """Take rows into both windows: the code's position, the day's ordinal and the day's units, shape (n_rows,)."""
        self.set_recent(*_keep(day >= self._recent_from_day, wb_sku, day, units))
        self._set_window(wb_sku, day, units)

    def set_recent(self, wb_sku: IntArray, day: IntArray, units: IntArray) -> None:
        """Fill the recent windows of these codes from these rows, whatever was known of them before."""
        starts = find_group_starts(wb_sku)
        codes, place = wb_sku[starts], number_groups(starts, len(wb_sku))
        last_day = np.maximum.reduceat(day, starts) if len(starts) else starts
        place, age, units = _keep((last_day[place] - day) < OBSERVATION_DAYS, place, last_day[place] - day, units)
        self.sales.last_day[codes] = last_day
        self.sales.recent_units[codes] = np.cumsum(_spread(place, age, units, len(codes), OBSERVATION_DAYS), axis=1)
        is_sold = _spread(place, age, np.ones_like(age), len(codes), OBSERVATION_DAYS)
        self.sales.recent_days[codes] = is_sold @ np.left_shift(1, np.arange(OBSERVATION_DAYS))

    def _set_window(self, wb_sku: IntArray, day: IntArray, units: IntArray) -> None:
        offset = self._target_day - day
        wb_sku, offset, units = _keep((offset >= 0) & (offset < self._window_days), wb_sku, offset, units)
        starts = find_group_starts(wb_sku)
        codes, place = wb_sku[starts], number_groups(starts, len(wb_sku))
        self.sales.window_units[codes] = np.add.reduceat(units, starts) if len(starts) else starts
        is_sold = _spread(place, offset, np.ones(len(place), dtype=np.bool_), len(codes), self._window_days)
        self.sales.window_days[codes] = np.packbits(is_sold, axis=1, bitorder="little")


def _spread(row: IntArray, column: IntArray, values: npt.NDArray[Any], rows: int, columns: int) -> npt.NDArray[Any]:
    """Return a matrix with the values at their places and zeros elsewhere."""
    matrix = np.zeros(rows * columns, dtype=values.dtype)
    matrix[row * columns + column] = values
    return matrix.reshape(rows, columns)


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
