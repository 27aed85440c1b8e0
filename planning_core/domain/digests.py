"""Digests of rows: numbers by which a change of something that is not worth storing whole can be told."""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from planning_core.domain.arrays import IntArray

HashArray = npt.NDArray[np.uint64]

# The finalizer of splitmix64: every bit of the input changes every bit of the output half of the time.
GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
SECOND_FACTOR = np.uint64(0x94D049BB133111EB)


def digest_rows(*columns: IntArray) -> IntArray:
    """Return a digest of each row of columns, the same on every machine and in every process.

    Args:
        columns: One or more arrays of one length; their order counts.

    Example:
        >>> one, two = digest_rows(np.array([1, 1]), np.array([2, 3])).tolist()
        >>> one == two, one == int(digest_rows(np.array([1]), np.array([2]))[0])
        (False, True)
    """
    digest: HashArray = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        digest = _mix(digest ^ _mix(column.astype(np.int64).view(np.uint64)))
    return digest.view(np.int64)


def digest_groups(groups: IntArray, rows: IntArray, count: int) -> IntArray:
    """Return a digest of the rows of each group, whatever their order; 0 for a group without rows.

    Args:
        groups: Group number of each row.
        rows: Digest of each row.
        count: How many groups there are.

    Example:
        >>> a, b, empty = digest_groups(np.array([0, 1, 0, 1]), np.array([5, 7, 7, 5]), 3).tolist()
        >>> a == b, empty
        (True, 0)
    """
    totals: HashArray = np.zeros(count, dtype=np.uint64)
    np.add.at(totals, groups, rows.view(np.uint64))
    return totals.view(np.int64)


def shorten_digests(digests: IntArray) -> IntArray:
    """Return the upper 32 bits of digests, signed: enough where only one thing is compared with its own past."""
    return digests >> 32


def digest_texts(texts: Sequence[str]) -> IntArray:
    """Return a digest of each text."""
    digests = (hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(b"".join(digests), dtype="<i8").astype(np.int64)


def _mix(words: HashArray) -> HashArray:
    mixed = words + GOLDEN_GAMMA  # arrays wrap around silently, which is meant
    mixed = (mixed ^ (mixed >> np.uint64(30))) * FIRST_FACTOR
    mixed = (mixed ^ (mixed >> np.uint64(27))) * SECOND_FACTOR
    return mixed ^ (mixed >> np.uint64(31))
