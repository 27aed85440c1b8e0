"""Array words that the policies share: grouping, looking ids up, splitting quantities evenly."""

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
ByteArray = npt.NDArray[np.uint8]


def find_group_starts(*sorted_keys: IntArray) -> IntArray:
    """Return where each run of equal keys begins.

    Args:
        sorted_keys: One or more arrays of one length; equal rows must be neighbours.

    Returns:
        Ascending positions, one per group; empty for empty keys.

    Example:
        >>> find_group_starts(np.array([4, 4, 7, 9, 9])).tolist()
        [0, 2, 3]
    """
    size = len(sorted_keys[0])
    is_start = np.zeros(size, dtype=np.bool_)
    is_start[:1] = True
    for key in sorted_keys:
        is_start[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(is_start)


def number_groups(starts: IntArray, size: int) -> IntArray:
    """Return the group number of each of `size` rows, given where the groups start.

    Example:
        >>> number_groups(np.array([0, 2, 3]), 5).tolist()
        [0, 0, 1, 2, 2]
    """
    return np.repeat(np.arange(len(starts), dtype=np.int64), count_group_rows(starts, size))


def count_group_rows(starts: IntArray, size: int) -> IntArray:
    """Return the number of rows of each group of `size` rows in all.

    Example:
        >>> count_group_rows(np.array([0, 2, 3]), 5).tolist()
        [2, 1, 2]
    """
    return np.diff(starts, append=size)


def rank_in_groups(starts: IntArray, size: int) -> IntArray:
    """Return the place 0, 1, 2... of each row inside its group.

    Example:
        >>> rank_in_groups(np.array([0, 2, 3]), 5).tolist()
        [0, 1, 0, 0, 1]
    """
    return np.arange(size, dtype=np.int64) - starts[number_groups(starts, size)]


def sum_by_group(groups: IntArray, values: IntArray, count: int) -> IntArray:
    """Return the sum of `values` per group number, shape (count,), in 64-bit integers.

    Example:
        >>> sum_by_group(np.array([0, 2, 0]), np.array([5, 1, -2]), 3).tolist()
        [3, 0, 1]
    """
    totals = np.zeros(count, dtype=np.int64)
    np.add.at(totals, groups, values)
    return totals


def locate(sorted_ids: IntArray, wanted: IntArray) -> tuple[IntArray, BoolArray]:
    """Return where each wanted id stands in `sorted_ids`, and whether it is there at all.

    Args:
        sorted_ids: Ascending, unique.
        wanted: Ids in any order.

    Returns:
        Positions (0 where absent) and a mask of those that were found, both in the shape of `wanted`.

    Example:
        >>> positions, found = locate(np.array([3, 8]), np.array([8, 5]))
        >>> positions.tolist(), found.tolist()
        ([1, 0], [True, False])
    """
    if not len(sorted_ids):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    positions = np.searchsorted(sorted_ids, wanted)
    positions[positions == len(sorted_ids)] = 0
    found = sorted_ids[positions] == wanted
    return np.where(found, positions, 0).astype(np.int64), found


def expand_ranges(starts: IntArray, counts: IntArray) -> IntArray:
    """Return the positions start, start + 1, ... of every range, one range after the other.

    Example:
        >>> expand_ranges(np.array([7, 2]), np.array([2, 3])).tolist()
        [7, 8, 2, 3, 4]
    """
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    positions: IntArray = np.arange(total, dtype=np.int64) + np.repeat(starts - (ends - counts), counts)
    return positions


def split_evenly(totals: IntArray, starts: IntArray, size: int) -> IntArray:
    """Split each group's total over its rows; the remainder goes one each to the group's first rows.

    Args:
        totals: What to split per group, at least 0.
        starts: Where each group starts; a group has at least one row.
        size: Rows in all.

    Returns:
        The share of each row, shape (size,); the shares of a group sum to its total.

    Example:
        >>> split_evenly(np.array([8, 1]), np.array([0, 3]), 5).tolist()
        [3, 3, 2, 1, 0]
    """
    groups = number_groups(starts, size)
    share, remainder = np.divmod(totals, count_group_rows(starts, size))
    gets_one_more = rank_in_groups(starts, size) < remainder[groups]
    shares: IntArray = np.add(share[groups], gets_one_more, dtype=np.int64)
    return shares
