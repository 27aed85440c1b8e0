"""Breaches over a series, against a slow reading slot by slot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.alerts import ThresholdSide, is_breached
from monitoring.domain.breaches import Breaches, find_breaches

Series = list[int | None]


def find(series: Series, side: str, threshold: int) -> Breaches:
    values = np.array([-999 if value is None else value for value in series], dtype=np.int64)
    is_known = np.array([value is not None for value in series], dtype=np.bool_)
    return find_breaches(values, is_known, threshold_type=side, threshold_value=threshold)


def list_rows(breaches: Breaches) -> list[tuple[int, int, int, int]]:
    columns = (breaches.first, breaches.end, breaches.breached_slots, breaches.missing_slots)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def walk(series: Series, side: str, threshold: int) -> list[tuple[int, int, int, int]]:
    """Return the same, the slow way."""
    rows: list[tuple[int, int, int, int]] = []
    first, breached, missing = None, 0, 0
    for place, value in enumerate(series):
        if value is None:
            missing += 1
        elif is_breached(value, threshold_type=side, threshold_value=threshold):
            if first is None:
                first, breached, missing = place, 0, 0
            breached += 1
        elif first is not None:
            rows.append((first, place, breached, missing))
            first = None
    return rows if first is None else [*rows, (first, len(series), breached, missing)]


@given(
    st.lists(st.none() | st.integers(0, 4), max_size=60),
    st.sampled_from([side.value for side in ThresholdSide]),
    st.integers(-1, 5),
)
def test_breaches_are_what_a_slow_reading_finds(series: Series, side: str, threshold: int) -> None:
    breaches = find(series, side, threshold)
    assert list_rows(breaches) == walk(series, side, threshold)
    assert breaches.goes_on == any(end == len(series) for _first, end, _breached, _missing in list_rows(breaches))
    assert (breaches.n_slots, breaches.n_known) == (len(series), sum(value is not None for value in series))


@pytest.mark.parametrize(
    ("series", "rows"),
    [
        ([], []),
        ([None, None], []),
        ([5, 5, 5], []),  # the threshold itself is no breach
        ([6, 6], [(0, 2, 2, 0)]),
        ([None, 6, None, 7, None, 5], [(1, 5, 2, 2)]),  # one breach over a gap, closed by the first clear slot
        ([6, None], [(0, 2, 1, 1)]),  # nobody saw it end
        ([6, 1, None, 6], [(0, 1, 1, 0), (3, 4, 1, 0)]),  # the gap after a clear slot belongs to nobody
    ],
)
def test_gaps_neither_open_nor_close(series: Series, rows: list[tuple[int, int, int, int]]) -> None:
    assert list_rows(find(series, "above", 5)) == rows


def test_an_unknown_side_is_refused() -> None:
    with pytest.raises(ValueError, match="near"):
        find([1], "near", 5)
