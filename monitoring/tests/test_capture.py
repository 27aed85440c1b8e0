"""Capturing: one snapshot per slot, everything or nothing, and a run log that survives."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from monitoring.domain.slots import compute_slot
from monitoring.models import (
    AccountFact,
    BundleFact,
    MonitoringRun,
    MonitoringSnapshot,
    OrderFact,
    PolicyFact,
    RunState,
)
from monitoring.services import capture
from monitoring.services.build import build_snapshot
from monitoring.services.capture import capture_snapshot
from monitoring.services.runs import INTERRUPTED
from monitoring.tests.company import EXPECTED_VALUES, make_articles, make_company
from monitoring.tests.conftest import Install
from monitoring.tests.rivals import connect_rival, count_advisory_locks, fetch_value
from planning_core.models import PlanningSettings
from supplybrain.clock import get_business_date

pytestmark = pytest.mark.django_db(transaction=True)

QUARTER = timedelta(minutes=15)


def list_runs() -> list[tuple[str, str]]:
    return list(MonitoringRun.objects.order_by("id").values_list("state", "error"))


def test_a_capture_stores_the_metrics_of_the_running_slot(company: None) -> None:
    before = fetch_value("SELECT clock_timestamp()")
    result = capture_snapshot(trigger="test")
    snapshot = MonitoringSnapshot.objects.get()
    assert result.state is RunState.CAPTURED
    assert result.slot == snapshot.slot == compute_slot(before, interval=QUARTER)
    assert before < snapshot.created_at < fetch_value("SELECT clock_timestamp()")
    assert snapshot.as_of_date == get_business_date(snapshot.slot)
    assert (snapshot.schema_version, snapshot.metrics_version) == (1, 1)
    assert {name: getattr(snapshot, name) for name in EXPECTED_VALUES} == EXPECTED_VALUES


def test_an_empty_database_gives_a_snapshot_of_zeros() -> None:
    capture_snapshot(trigger="test")
    snapshot = MonitoringSnapshot.objects.get()
    assert {getattr(snapshot, name) for name in EXPECTED_VALUES} == {0}


def test_the_run_log_says_who_captured_what_and_when() -> None:
    result = capture_snapshot(trigger="test")
    run = MonitoringRun.objects.get()
    assert (run.run_id, run.slot, run.trigger, run.state, run.error) == (
        result.run_id,
        result.slot,
        "test",
        "captured",
        "",
    )
    assert run.instance.rpartition(":")[2].isdigit()
    assert run.finished_at is not None
    assert run.started_at < MonitoringSnapshot.objects.get().created_at < run.finished_at


def test_a_knock_at_a_filled_slot_costs_one_statement_and_leaves_no_trace() -> None:
    first = capture_snapshot(trigger="test")
    with CaptureQueriesContext(connection) as queries:
        second = capture_snapshot(trigger="test")
    assert (second.state, second.slot, second.run_id) == (RunState.SKIPPED_DONE, first.slot, None)
    assert len(queries) == 1  # where the slot is, and whether it is there
    assert (MonitoringSnapshot.objects.count(), MonitoringRun.objects.count()) == (1, 1)


def test_the_number_of_statements_does_not_depend_on_the_number_of_articles() -> None:
    def count_statements() -> int:
        for model in (MonitoringSnapshot, BundleFact, OrderFact, PolicyFact, AccountFact):
            model._default_manager.all().delete()
        with CaptureQueriesContext(connection) as queries:
            assert capture_snapshot(trigger="test").state is RunState.CAPTURED
        return len(queries)

    today = get_business_date()
    make_company(as_of=today)
    at_one_article = count_statements()
    make_articles(49, as_of=today, first=2)
    # Around the plan 19: slot, run log, BEGIN, lock, probe, accounts, sources, later snapshot, storing, what held until
    # now, four COPYs of facts, alerts, open episodes, rules, what is remembered, COMMIT. What ends would be one more.
    assert at_one_article == count_statements() <= 23
    assert MonitoringSnapshot.objects.get().risk_critical == 50


def test_the_build_sees_one_moment_under_the_limits_of_the_settings(
    company: None, during_build: Install, settings: Settings
) -> None:
    seen = {}

    def look() -> None:
        for name in LIMITS:
            seen[name] = fetch_value(f"SHOW {name}")
        with connect_rival() as rival:  # committed after the transaction began: belongs to the next snapshot
            rival.execute("UPDATE planning_core_planningsettings SET is_active = false")

    during_build(look)
    capture_snapshot(trigger="test")
    assert seen == LIMITS
    assert MonitoringSnapshot.objects.get().risk_critical == 1
    assert not PlanningSettings.objects.get().is_active


LIMITS = {
    "transaction_isolation": "repeatable read",
    "statement_timeout": "2min",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "1min",
}


def test_limits_isolation_and_lock_end_with_the_transaction() -> None:
    before = {name: fetch_value(f"SHOW {name}") for name in LIMITS}
    capture_snapshot(trigger="test")
    assert {name: fetch_value(f"SHOW {name}") for name in LIMITS} == before
    with transaction.atomic():
        assert fetch_value("SHOW transaction_isolation") == "read committed"
    assert count_advisory_locks() == 0


def test_a_capture_inside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        capture_snapshot(trigger="test")
    assert not MonitoringSnapshot.objects.exists()


@pytest.mark.parametrize("minutes", [-2, 2])
def test_the_clock_of_the_host_decides_nothing(minutes: int) -> None:
    slot = compute_slot(fetch_value("SELECT clock_timestamp()"), interval=QUARTER)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):
        result = capture_snapshot(trigger="test")
    snapshot = MonitoringSnapshot.objects.get()
    assert slot <= result.slot <= slot + QUARTER  # the test itself may cross into the next slot
    assert abs(fetch_value("SELECT clock_timestamp()") - snapshot.created_at) < timedelta(seconds=60)


def test_a_run_that_reaches_the_next_slot_fills_that_one(before_transaction: Install, settings: Settings) -> None:
    settings.MONITORING_INTERVAL_SECONDS = 1

    def wait_for_next_slot() -> None:
        fetch_value("SELECT pg_sleep(1)")

    before_transaction(wait_for_next_slot)
    result = capture_snapshot(trigger="test")
    snapshot, run = MonitoringSnapshot.objects.get(), MonitoringRun.objects.get()
    assert snapshot.slot == run.slot == result.slot
    assert snapshot.slot <= snapshot.created_at < snapshot.slot + timedelta(seconds=1)
    assert run.started_at < run.slot


def test_a_failed_build_stores_nothing_but_its_failure(during_build: Install) -> None:
    def fail() -> None:
        raise ZeroDivisionError("no days in the window")

    during_build(fail)
    with pytest.raises(ZeroDivisionError):
        capture_snapshot(trigger="test")
    assert not MonitoringSnapshot.objects.exists()
    assert list_runs() == [("failed", "ZeroDivisionError: no days in the window")]
    assert count_advisory_locks() == 0


def test_even_the_end_of_the_process_is_written_down(during_build: Install) -> None:
    def end() -> None:
        raise SystemExit(3)

    during_build(end)
    with pytest.raises(SystemExit):
        capture_snapshot(trigger="test")
    assert list_runs() == [("failed", "SystemExit: 3")]


def test_the_knock_after_a_failure_fills_the_slot(monkeypatch: pytest.MonkeyPatch, during_build: Install) -> None:
    failures = iter([OSError("disk"), None])

    def fail_once() -> None:
        if failure := next(failures):
            raise failure

    during_build(fail_once)
    with pytest.raises(OSError, match="disk"):
        capture_snapshot(trigger="test")
    assert capture_snapshot(trigger="test").state is RunState.CAPTURED
    assert [state for state, _ in list_runs()] == ["failed", "captured"]


def test_a_run_whose_process_was_killed_is_marked_by_a_later_one_when_it_is_surely_dead() -> None:
    now = fetch_value("SELECT clock_timestamp()")
    for minutes in (12, 10):
        MonitoringRun.objects.create(
            run_id=uuid4(), slot=now, trigger="test", instance="host:1", started_at=now - timedelta(minutes=minutes)
        )
    capture_snapshot(trigger="test")
    assert list_runs() == [("failed", INTERRUPTED), ("running", ""), ("captured", "")]
    assert MonitoringRun.objects.order_by("id").first().finished_at > now  # type: ignore[union-attr]


def test_a_snapshot_is_refused_that_lacks_a_metric(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = build_snapshot(as_of=get_business_date())
    monkeypatch.setattr(capture, "build_snapshot", lambda **_: replace(whole, values={"risk_ok": 1}))
    with pytest.raises(KeyError):
        capture_snapshot(trigger="test")
    assert not MonitoringSnapshot.objects.exists()
