"""What changed between two states of a table, by key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planning_core.domain.arrays import BoolArray, IntArray

Columns = Mapping[str, IntArray]
"""Rows of a table, column by column."""


@dataclass(frozen=True, eq=False)
class Changes:
    """Which rows differ.

    Attributes:
        ended: Positions of the rows of the earlier state that no longer hold: changed or gone.
        began: Positions of the rows of the later state that did not hold before: changed or new.
    """

    ended: IntArray
    began: IntArray

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(len(self.ended) or len(self.began))


@dataclass(frozen=True, eq=False)
class Matching:
    """Rows of two states that are about the same thing.

    Attributes:
        before: Position in the earlier state per row of the later one, -1 where it is new.
        gone: Positions in the earlier state of what the later one does not have.
    """

    before: IntArray
    gone: IntArray


def match_rows(before: Sequence[IntArray], after: Sequence[IntArray]) -> Matching:
    """Match the rows of two states by their keys.

    Args:
        before: The key columns of the earlier state, one array per column; keys are unique.
        after: Those of the later state.

    Example:
        >>> matching = match_rows([np.array([4, 7])], [np.array([7, 9])])
        >>> matching.before.tolist(), matching.gone.tolist()
        ([1, -1], [0])
    """
    n_before = len(before[0])
    number = _number_keys([np.concatenate(columns) for columns in zip(before, after, strict=True)])
    place = np.full(number.max(initial=-1) + 1, -1, dtype=np.int64)
    place[number[:n_before]] = np.arange(n_before)
    found = place[number[n_before:]]
    is_gone = np.ones(n_before, dtype=np.bool_)
    is_gone[found[found >= 0]] = False
    return Matching(before=found, gone=np.flatnonzero(is_gone))


def _number_keys(columns: Sequence[IntArray]) -> IntArray:
    """Return a number per row, from 0 on without holes, that two rows share if they are equal in all columns.

    Column by column, since sorting integers is many times as fast as sorting rows of them.
    """
    number: IntArray = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, rank = np.unique(column, return_inverse=True)
        _, number = np.unique(number * len(values) + rank, return_inverse=True)
    return number


def find_changes(before: Columns, after: Columns, *, key: Sequence[str]) -> Changes:
    """Return which rows of a table ended and which began between two states.

    Args:
        before: The earlier state.
        after: The later state, with the same columns.
        key: The columns that tell what a row is about; unique in each state.

    Example:
        >>> before = {"id": np.array([1, 2, 3]), "pieces": np.array([5, 5, 5])}
        >>> after = {"id": np.array([2, 3, 4]), "pieces": np.array([5, 6, 7])}
        >>> changes = find_changes(before, after, key=["id"])
        >>> changes.ended.tolist(), changes.began.tolist()
        ([0, 2], [1, 2])
    """
    matching = match_rows([before[name] for name in key], [after[name] for name in key])
    is_known = matching.before >= 0
    is_changed: BoolArray = np.zeros(len(matching.before), dtype=np.bool_)
    known = matching.before[is_known]
    for name in after:
        is_changed[is_known] |= before[name][known] != after[name][is_known]
    ended = np.concatenate([matching.before[is_changed], matching.gone])
    return Changes(ended=np.sort(ended), began=np.flatnonzero(is_changed | ~is_known))
