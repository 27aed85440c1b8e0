"""Gaps: slots that nobody filled become rows with a reason, never snapshots."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from monitoring.models import MonitoringGap, MonitoringRun, MonitoringSnapshot, RunState
from monitoring.selectors.clock import get_current_slot
from monitoring.services.capture import capture_snapshot
from monitoring.tests.conftest import Install
from monitoring.tests.rivals import fill_slot

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)


def miss(missed: int) -> datetime:
    """Store a snapshot so long ago that this many slots were missed, and return the running slot."""
    slot = get_current_slot(interval=QUARTER).slot
    store_at(slot - (missed + 1) * QUARTER)
    return slot


def store_at(slot: datetime) -> None:
    MonitoringSnapshot.objects.create(slot=slot, created_at=slot, schema_version=1, metrics_version=1)


def log_run(slot: datetime, state: str) -> None:
    MonitoringRun.objects.create(run_id=uuid4(), slot=slot, trigger="test", instance="", started_at=slot, state=state)


def list_gaps() -> list[tuple[Any, ...]]:
    return list(MonitoringGap.objects.order_by("slot").values_list("slot", "reason"))


def test_two_hours_without_a_beat_are_eight_gaps() -> None:
    slot = miss(8)
    assert capture_snapshot(trigger="test").state is RunState.CAPTURED
    assert list_gaps() == [(slot - n * QUARTER, "no_worker") for n in range(8, 0, -1)]
    assert set(MonitoringGap.objects.values_list("detected_at", flat=True)) == {
        MonitoringSnapshot.objects.get(slot=slot).created_at
    }


def test_the_next_slot_leaves_no_gap() -> None:
    miss(0)
    assert capture_snapshot(trigger="test").state is RunState.CAPTURED
    assert list_gaps() == []


def test_before_the_first_snapshot_nothing_was_missed() -> None:
    capture_snapshot(trigger="test")
    assert list_gaps() == []


@pytest.mark.parametrize(
    ("states", "reason"),
    [
        ([], "no_worker"),
        (["skipped_locked"], "lock_held"),
        (["lost_race"], "lock_held"),
        (["failed"], "failed"),
        (["running"], "failed"),  # its process was killed
        (["disabled"], "disabled"),
        (["skipped_locked", "failed"], "failed"),
        (["disabled", "skipped_locked"], "lock_held"),
        (["disabled", "failed", "skipped_locked"], "failed"),
    ],
)
def test_the_reason_is_what_the_run_log_tells(states: list[str], reason: str) -> None:
    slot = miss(2)
    for state in states:
        log_run(slot - QUARTER, state)
    capture_snapshot(trigger="test")
    assert list_gaps() == [(slot - 2 * QUARTER, "no_worker"), (slot - QUARTER, reason)]


def test_a_gap_that_is_written_down_already_keeps_its_reason() -> None:
    slot = miss(2)
    MonitoringGap.objects.create(slot=slot - QUARTER, reason="disabled", detected_at=slot)
    capture_snapshot(trigger="test")
    assert list_gaps() == [(slot - 2 * QUARTER, "no_worker"), (slot - QUARTER, "disabled")]


def test_a_longer_interval_than_before_is_no_gap(settings: Settings) -> None:
    settings.MONITORING_INTERVAL_SECONDS = 3600
    slot = get_current_slot(interval=timedelta(hours=1)).slot
    store_at(slot - QUARTER)  # 45 minutes into the hour before
    capture_snapshot(trigger="test")
    assert list_gaps() == []


def test_a_shorter_interval_than_before_counts_on_the_new_grid(settings: Settings) -> None:
    slot = miss(0)
    settings.MONITORING_INTERVAL_SECONDS = 300
    new_slot = capture_snapshot(trigger="test").slot
    expected, missed = [], slot - QUARTER + timedelta(minutes=5)
    while missed < new_slot:
        expected.append((missed, "no_worker"))
        missed += timedelta(minutes=5)
    assert 2 <= len(expected) <= 4
    assert list_gaps() == expected


def test_a_year_without_a_beat_is_35039_gaps() -> None:
    slot = miss(35_039)
    capture_snapshot(trigger="test")
    gaps = MonitoringGap.objects.order_by("slot")
    assert gaps.count() == 35_039
    assert gaps.values_list("slot", flat=True)[0] == slot - timedelta(days=365) + QUARTER


@pytest.mark.django_db(transaction=True)
def test_who_loses_the_race_writes_no_gaps(during_build: Install) -> None:
    slot = miss(3)
    during_build(lambda: fill_slot(slot))
    assert capture_snapshot(trigger="test").state is RunState.LOST_RACE
    assert list_gaps() == []
