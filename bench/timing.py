"""Stop watches."""

import time
from collections.abc import Callable, Sequence
from statistics import median


def time_call(work: Callable[[], object]) -> float:
    """Return how long a call takes [seconds]."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def time_side_by_side(
    works: Sequence[Callable[[], object]], *, repeats: int, prepare: Callable[[], object] = lambda: None
) -> list[list[float]]:
    """Return the seconds of several calls, taken in turns so that a noisy moment hits all of them.

    Args:
        works: The calls.
        repeats: How many turns.
        prepare: Called before each turn, not timed.

    Returns:
        One list per call, each with `repeats` figures; figures of one turn stand at the same place.
    """
    turns = []
    for _ in range(repeats):
        prepare()
        turns.append([time_call(work) for work in works])
    return [list(column) for column in zip(*turns, strict=True)]


def median_ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """Return the median of the ratios of pairs that were measured in the same turn."""
    return median(a / b for a, b in zip(numerators, denominators, strict=True))
