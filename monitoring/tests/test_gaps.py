"""Gaps: slots that nobody filled become rows with a reason, never snapshots."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from monitoring.models import MonitoringGap, MonitoringRun, MonitoringSnapshot, RunState
from monitoring.selectors.clock import get_current_slot
from monitoring.services.capture import capture_snapshot
from monitoring.tests.conftest import Install
from monitoring.tests.rivals import fill_slot
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)
PREFIX = "/api/v1/planning/monitoring"


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


def read_pages(api: Client, path: str, **query: Any) -> list[list[dict[str, Any]]]:
    """Return the items of every page, following the cursors to the end."""
    pages = []
    while True:
        answer = api.get(f"{PREFIX}/{path}", query)
        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert set(body) == {"items", "next", "previous"}
        pages.append(body["items"])
        if body["next"] is None:
            return pages
        query["cursor"] = body["next"]


def test_gaps_are_read_page_by_page_with_their_reasons(api: Client) -> None:
    slot = miss(5)
    log_run(slot - 2 * QUARTER, "failed")
    capture_snapshot(trigger="test")
    pages = read_pages(api, "gaps", limit=2)
    assert [len(page) for page in pages] == [2, 2, 1]
    items = [item for page in pages for item in page]
    assert [datetime.fromisoformat(item["slot"]) for item in items] == [slot - n * QUARTER for n in range(1, 6)]
    assert [item["reason"] for item in items] == ["no_worker", "failed", "no_worker", "no_worker", "no_worker"]
    [[only]] = read_pages(api, "gaps", reason="failed")
    assert datetime.fromisoformat(only["slot"]) == slot - 2 * QUARTER
    bounds = {"from": (slot - 3 * QUARTER).isoformat(), "to": (slot - QUARTER).isoformat()}
    assert [len(page) for page in read_pages(api, "gaps", **bounds)] == [2]


def test_runs_are_read_newest_first_and_by_their_end(api: Client) -> None:
    slot = miss(3)
    for n in (3, 2, 1):
        log_run(slot - n * QUARTER, "failed")
    capture_snapshot(trigger="test")
    pages = read_pages(api, "runs", limit=3)
    assert [[item["state"] for item in page] for page in pages] == [["captured", "failed", "failed"], ["failed"]]
    [[newest]] = read_pages(api, "runs", state="captured")
    assert (datetime.fromisoformat(newest["slot"]), newest["trigger"], newest["error"]) == (slot, "test", "")
    assert newest["finished_at"] is not None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"reason": "boredom"}, "reason"),
        ({"cursor": "made-up"}, "cursor"),
        ({"from": "2026-01-02", "to": "2026-01-01"}, "from"),
    ],
)
def test_a_page_that_makes_no_sense_is_refused(api: Client, query: dict[str, str], field: str) -> None:
    assert_problem(api.get(f"{PREFIX}/gaps", query), 400, "invalid_input", fields={field})


def test_a_cursor_of_another_list_is_refused(api: Client) -> None:
    miss(5)
    capture_snapshot(trigger="test")
    cursor = api.get(f"{PREFIX}/gaps", {"limit": 1}).json()["next"]
    assert_problem(api.get(f"{PREFIX}/runs", {"cursor": cursor}), 400, fields={"cursor"})
