"""Buckets: every moment has one, business days begin where they should, and steps are chosen well."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitoring.domain.buckets import Grid, choose_step, find_smallest_step, format_step

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
MOSCOW = ZoneInfo("Europe/Moscow")
ZONES = st.sampled_from([MOSCOW, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")])
MOMENTS = st.integers(1, 229 * 365 * 86_400 * 1_000).map(
    lambda milliseconds: datetime(1971, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)
STEPS = st.one_of(
    st.integers(1, 400).map(lambda slots: slots * QUARTER), st.integers(1, 60).map(lambda days: days * DAY)
)


@given(MOMENTS, STEPS, ZONES)
@example(datetime(2026, 3, 8, 6, 59, tzinfo=UTC), DAY, ZoneInfo("America/New_York"))  # a day of 23 hours
@example(datetime(1971, 1, 1, tzinfo=UTC), 60 * DAY, MOSCOW)
def test_every_moment_lies_in_its_bucket(moment: datetime, step: timedelta, zone: ZoneInfo) -> None:
    grid = Grid(step, zone)
    place = grid.find_place(moment)
    assert grid.compute_start(place) <= moment < grid.compute_start(place + 1)
    assert grid.find_place(grid.compute_start(place)) == place


@given(MOMENTS, st.timedeltas(timedelta(microseconds=1), timedelta(days=90)), STEPS, ZONES)
def test_the_edges_hold_the_range_and_no_bucket_too_many(
    start: datetime, length: timedelta, step: timedelta, zone: ZoneInfo
) -> None:
    end = start + length
    edges = Grid(step, zone).list_edges(start, end)
    assert len(edges) == Grid(step, zone).count_buckets(start, end) + 1
    assert edges == sorted(set(edges))
    assert edges[0] <= start < edges[1]
    assert edges[-2] < end <= edges[-1]


def test_a_day_begins_at_midnight_in_the_zone() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert Grid(DAY, MOSCOW).list_edges(noon, noon + DAY) == [
        datetime(2026, 2, 28, 21, tzinfo=UTC),
        datetime(2026, 3, 1, 21, tzinfo=UTC),
        datetime(2026, 3, 2, 21, tzinfo=UTC),
    ]


def test_a_day_is_shorter_when_the_clocks_go_forward() -> None:
    midnight = datetime(2026, 3, 8, 5, tzinfo=UTC)
    edges = Grid(DAY, ZoneInfo("America/New_York")).list_edges(midnight, midnight + DAY)
    assert [later - earlier for earlier, later in pairwise(edges)] == [
        timedelta(hours=23),
        timedelta(hours=24),
    ]


def test_a_week_begins_on_monday() -> None:
    friday = datetime(2026, 11, 20, 12, tzinfo=UTC)
    first, _ = Grid(7 * DAY, MOSCOW).list_edges(friday, friday + timedelta(hours=1))
    assert first.astimezone(MOSCOW).strftime("%A %Y-%m-%d %H:%M") == "Monday 2026-11-16 00:00"


def test_steps_within_a_day_follow_the_epoch_as_slots_do() -> None:
    start = datetime(2026, 3, 1, 10, 40, tzinfo=UTC)
    edges = Grid(timedelta(minutes=45), MOSCOW).list_edges(start, start + timedelta(minutes=45))
    assert [int(edge.timestamp()) % (45 * 60) for edge in edges] == [0, 0, 0]


@pytest.mark.parametrize(
    ("days", "step"),
    [(1, "15m"), (7, "30m"), (30, "2h"), (90, "6h"), (365, "1d"), (3 * 365, "7d"), (10 * 365, "14d")],
)
def test_a_range_gets_the_shortest_round_step_of_five_hundred_points(days: int, step: str) -> None:
    end = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
    chosen = choose_step(end - days * DAY, end, interval=QUARTER, zone=MOSCOW, max_points=500)
    assert format_step(chosen) == step


def test_beyond_all_round_steps_the_smallest_one_that_fits_is_chosen() -> None:
    start, end = datetime(1971, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    limits: dict[str, Any] = {"interval": QUARTER, "zone": MOSCOW, "max_points": 500}
    assert choose_step(start, end, **limits) == find_smallest_step(start, end, **limits) > 28 * DAY


def test_a_chosen_step_is_a_whole_number_of_slots() -> None:
    end = datetime(2026, 11, 22, tzinfo=UTC)
    chosen = choose_step(end - DAY, end, interval=timedelta(minutes=4), zone=MOSCOW, max_points=100)
    assert format_step(chosen) == "20m"


@given(MOMENTS, st.timedeltas(DAY, timedelta(days=4000)), st.integers(2, 200), ZONES)
def test_the_smallest_step_fits_and_a_slot_less_does_not(
    start: datetime, length: timedelta, max_points: int, zone: ZoneInfo
) -> None:
    interval = timedelta(hours=1)
    step = find_smallest_step(start, start + length, interval=interval, zone=zone, max_points=max_points)
    assert step % interval == timedelta(0)
    assert Grid(step, zone).count_buckets(start, start + length) <= max_points
    if step > interval:
        assert Grid(step - interval, zone).count_buckets(start, start + length) > max_points
