"""Capturing against others: the slot row decides, the lock saves work, and nobody is left hanging."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import OperationalError, connection
from pytest_django import Settings

from monitoring.models import MonitoringRun, MonitoringSnapshot, RunState
from monitoring.services import capture
from monitoring.services.build import build_snapshot
from monitoring.services.capture import capture_now, capture_snapshot
from monitoring.services.errors import CaptureRunningError, CaptureTimedOutError
from monitoring.services.slots import take_slot
from monitoring.tests.conftest import Install
from monitoring.tests.rivals import (
    connect_rival,
    count_advisory_locks,
    fetch_value,
    fill_slot,
    holding_capture_lock,
    take_capture_lock,
    terminate_own_backend,
)

pytestmark = pytest.mark.django_db(transaction=True)

CURRENT_SLOT = "SELECT to_timestamp(floor(extract(epoch FROM clock_timestamp()) / 900) * 900)"
PROCESSES = 16
SLOTS = 4


def list_states() -> list[str]:
    return list(MonitoringRun.objects.order_by("id").values_list("state", flat=True))


def fill_current_slot() -> None:
    fill_slot(fetch_value(CURRENT_SLOT))


@pytest.fixture
def builds(during_build: Install) -> list[None]:
    """Grows with every build."""
    built: list[None] = []
    during_build(lambda: built.append(None))
    return built


def test_sixteen_at_once_over_compressed_slots_make_one_build_and_one_row_per_slot(
    builds: list[None], settings: Settings
) -> None:
    settings.MONITORING_INTERVAL_SECONDS = 1
    together = Barrier(PROCESSES)

    def knock_through_the_slots() -> Counter[str]:
        outcomes: Counter[str] = Counter()
        try:
            together.wait(timeout=20)
            end = time.monotonic() + SLOTS
            while time.monotonic() < end:
                outcomes[capture_snapshot(trigger="test").state.value] += 1
                time.sleep(0.02)
        finally:
            connection.close()
        return outcomes

    with ThreadPoolExecutor(PROCESSES) as pool:
        reports = list(pool.map(lambda _: knock_through_the_slots(), range(PROCESSES)))
    total = sum(reports, Counter())
    slots = list(MonitoringSnapshot.objects.order_by("slot").values_list("slot", flat=True))
    assert SLOTS <= len(slots) <= SLOTS + 1
    assert len(set(slots)) == len(slots) == len(builds) == total["captured"]
    assert set(total) <= {"captured", "skipped_done", "skipped_locked", "lost_race"}
    assert (
        MonitoringRun.objects.exclude(state__in=["captured", "skipped_done", "skipped_locked", "lost_race"]).count()
        == 0
    )


def test_while_somebody_else_captures_one_goes_away(builds: list[None]) -> None:
    with holding_capture_lock():
        result = capture_snapshot(trigger="test")
    assert result.state is RunState.SKIPPED_LOCKED
    assert list_states() == ["skipped_locked"]
    assert MonitoringRun.objects.get().finished_at is not None
    assert builds == []


def test_a_lock_taken_a_moment_earlier_is_respected(before_transaction: Install, builds: list[None]) -> None:
    with connect_rival(autocommit=False) as rival:
        before_transaction(lambda: take_capture_lock(rival))
        assert capture_snapshot(trigger="test").state is RunState.SKIPPED_LOCKED
        rival.rollback()
    assert list_states() == ["skipped_locked"]
    assert builds == []


def test_a_slot_filled_before_the_transaction_is_not_built_again(
    before_transaction: Install, builds: list[None]
) -> None:
    before_transaction(fill_current_slot)
    assert capture_snapshot(trigger="test").state is RunState.SKIPPED_DONE
    assert list_states() == ["skipped_done"]
    assert (MonitoringSnapshot.objects.count(), builds) == (1, [])


def test_a_slot_filled_behind_the_view_of_the_transaction_is_not_built_again(
    monkeypatch: pytest.MonkeyPatch, builds: list[None]
) -> None:
    def take_slot_and_be_late(**arguments: object) -> object:
        claim = take_slot(**arguments)  # type: ignore[arg-type]
        fill_slot(claim.slot)
        return claim

    monkeypatch.setattr(capture, "take_slot", take_slot_and_be_late)
    assert capture_snapshot(trigger="test").state is RunState.LOST_RACE
    assert list_states() == ["lost_race"]
    assert (MonitoringSnapshot.objects.count(), builds) == (1, [])


def test_a_slot_filled_during_the_build_is_left_alone(during_build: Install) -> None:
    during_build(fill_current_slot)
    assert capture_snapshot(trigger="test").state is RunState.LOST_RACE
    assert list_states() == ["lost_race"]
    assert MonitoringSnapshot.objects.get().risk_ok is None  # the rival's row, which has no values
    assert count_advisory_locks() == 0


def test_a_snapshot_uses_up_one_id(company: None) -> None:
    capture_snapshot(trigger="test")
    first = MonitoringSnapshot.objects.get().pk
    MonitoringSnapshot.objects.all().delete()
    capture_snapshot(trigger="test")
    assert MonitoringSnapshot.objects.get().pk == first + 1


def test_the_end_of_the_connection_mid_build_leaves_nothing_and_the_next_knock_fills_the_slot(
    monkeypatch: pytest.MonkeyPatch, during_build: Install
) -> None:
    with monkeypatch.context() as patch:

        def lose_connection(**arguments: object) -> object:
            terminate_own_backend()
            return build_snapshot(**arguments)  # type: ignore[arg-type]

        patch.setattr(capture, "build_snapshot", lose_connection)
        with pytest.raises(OperationalError):
            capture_snapshot(trigger="test")
    assert not MonitoringSnapshot.objects.exists()
    assert count_advisory_locks() == 0
    assert capture_snapshot(trigger="test").state is RunState.CAPTURED
    assert list_states() == ["failed", "captured"]


def test_a_connection_that_breaks_during_commit_leaves_what_the_database_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    commit = connection.commit

    def commit_and_break() -> None:
        commit()
        raise OperationalError("the answer to COMMIT was lost")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "commit", commit_and_break)
        with pytest.raises(OperationalError, match="COMMIT"):
            capture_snapshot(trigger="test")
    assert MonitoringSnapshot.objects.count() == 1
    assert list_states() == ["captured"]


def test_a_holder_that_sleeps_inside_its_transaction_is_thrown_out_and_writes_nothing(
    during_build: Install, settings: Settings
) -> None:
    settings.MONITORING_IDLE_TIMEOUT_SECONDS = 1
    during_build(lambda: time.sleep(1.5))
    with pytest.raises(CaptureTimedOutError, match=r"idle-in-transaction timeout.*MONITORING_IDLE_TIMEOUT_SECONDS=1"):
        capture_snapshot(trigger="test")
    assert not MonitoringSnapshot.objects.exists()
    assert list_states() == ["failed"]
    assert count_advisory_locks() == 0


def test_a_statement_that_takes_too_long_is_stopped(during_build: Install, settings: Settings) -> None:
    settings.MONITORING_STATEMENT_TIMEOUT_SECONDS = 1
    during_build(lambda: fetch_value("SELECT pg_sleep(5)"))
    with pytest.raises(CaptureTimedOutError, match=r"statement timeout.*MONITORING_STATEMENT_TIMEOUT_SECONDS=1"):
        capture_snapshot(trigger="test")
    assert list_states() == ["failed"]


def test_a_table_that_stays_locked_is_not_waited_for_forever(settings: Settings) -> None:
    settings.MONITORING_LOCK_TIMEOUT_SECONDS = 1
    with connect_rival(autocommit=False) as rival:
        rival.execute("LOCK TABLE planning_core_article IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(CaptureTimedOutError, match=r"lock timeout.*MONITORING_LOCK_TIMEOUT_SECONDS=1"):
            capture_snapshot(trigger="test")
        rival.rollback()
    assert list_states() == ["failed"]
    assert capture_snapshot(trigger="test").state is RunState.CAPTURED


def capture_and_close() -> capture.CaptureResult:
    try:
        return capture_now(trigger="test")
    finally:
        connection.close()  # this thread's own


def test_somebody_who_waits_gets_the_snapshot_of_the_one_who_captures() -> None:
    with holding_capture_lock() as rival, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(capture_and_close)
        wait_until_blocked_by(rival.info.backend_pid)
        slot = fetch_value(CURRENT_SLOT)
        fill_slot(slot)
        rival.rollback()
        result = waiting.result(timeout=20)
    assert (result.state, result.slot) == (RunState.SKIPPED_DONE, slot)


def test_somebody_who_waits_captures_when_the_other_one_did_not() -> None:
    with holding_capture_lock() as rival, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(capture_and_close)
        wait_until_blocked_by(rival.info.backend_pid)
        rival.rollback()
        result = waiting.result(timeout=20)
    assert result.state is RunState.CAPTURED
    assert list_states() == ["skipped_locked", "captured"]


def test_nobody_waits_longer_than_the_lock_timeout(settings: Settings) -> None:
    settings.MONITORING_LOCK_TIMEOUT_SECONDS = 1
    with holding_capture_lock(), pytest.raises(CaptureRunningError):
        capture_now(trigger="test")
    assert not MonitoringSnapshot.objects.exists()


def wait_until_blocked_by(backend_pid: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        blocked = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
        with connection.cursor() as cursor:
            cursor.execute(blocked, [backend_pid])
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waited for the rival")
