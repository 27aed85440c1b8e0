"""Freshness: every limit, on the limit and a microsecond beyond."""

from datetime import UTC, datetime, timedelta

import pytest

from monitoring.domain.freshness import Freshness, FreshnessState, compute_freshness, compute_state

QUARTER = timedelta(minutes=15)
BREATH = timedelta(microseconds=1)
NOW = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)
SLOT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (timedelta(0), "fresh"),
        (timedelta(minutes=17), "fresh"),
        (timedelta(minutes=17) + BREATH, "late"),
        (timedelta(minutes=30), "late"),
        (timedelta(minutes=30) + BREATH, "stale"),
        (timedelta(minutes=60), "stale"),
        (timedelta(minutes=60) + BREATH, "dead"),
        (timedelta(days=400), "dead"),
    ],
)
def test_the_limits_are_17_30_and_60_minutes_and_belong_to_the_better_side(age: timedelta, state: str) -> None:
    assert compute_state(age, interval=QUARTER) == FreshnessState(state)


def test_slots_shorter_than_the_allowance_are_fresh_for_the_allowance() -> None:
    second = timedelta(seconds=1)
    assert compute_state(timedelta(seconds=121), interval=second) is FreshnessState.FRESH
    assert compute_state(timedelta(seconds=121) + BREATH, interval=second) is FreshnessState.DEAD


def test_an_age_is_told_in_whole_seconds() -> None:
    captured_at = NOW - timedelta(minutes=6, seconds=59, milliseconds=900)
    freshness = compute_freshness(captured_at=captured_at, slot=SLOT, now=NOW, expected_slot=SLOT, interval=QUARTER)
    assert freshness == Freshness(FreshnessState.FRESH, 419, SLOT, SLOT)


def test_a_snapshot_committed_after_the_clock_was_read_is_new() -> None:
    freshness = compute_freshness(captured_at=NOW + BREATH, slot=SLOT, now=NOW, expected_slot=SLOT, interval=QUARTER)
    assert freshness == Freshness(FreshnessState.FRESH, 0, SLOT, SLOT)


def test_before_the_first_snapshot_it_is_never() -> None:
    freshness = compute_freshness(captured_at=None, slot=None, now=NOW, expected_slot=SLOT, interval=QUARTER)
    assert freshness == Freshness(FreshnessState.NEVER, None, None, SLOT)
