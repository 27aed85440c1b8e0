"""Two beats and two workers on slots of a second: one snapshot per slot, whatever stops and comes back."""

import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from monitoring.tests.processes.ledger import find_faults
from monitoring.tests.processes.observer import assert_every_slot_is_told_once, wait_until
from monitoring.tests.processes.system import START_SECONDS, System

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

SLOTS = 20
RECOVERY_SECONDS = 20.0


def list_pids(system: System) -> dict[str, list[int]]:
    """Return every process of workers and beats."""
    return {name: program.list_pids() for name, program in system.programs.items()}


def wait_for_snapshots_after(system: System, moment: datetime, *, count: int = 3) -> None:
    """Return when so many slots that began after a moment have snapshots."""
    wait_until(
        lambda: sum(slot > moment for slot in system.observer.list_slots()) >= count,
        seconds=RECOVERY_SECONDS,
        what=f"{count} snapshots after {moment}",
    )


def count_latest_run_of_slots(system: System) -> int:
    """Return how many slots in a row, up to the latest snapshot, have one."""
    gaps, slots = system.observer.get_gaps(), system.observer.list_slots()
    return sum(slot > max(gaps) for slot in slots) if gaps else len(slots)


def test_every_slot_gets_one_snapshot(compressed: System) -> None:
    offsets = compressed.get_log_offsets()
    # where others keep the machine from a slot of a second, the row of slots begins anew after that gap
    wait_until(lambda: count_latest_run_of_slots(compressed) >= SLOTS, seconds=60, what=f"{SLOTS} slots in a row")

    assert_every_slot_is_told_once(compressed.observer)
    captured, slots = compressed.observer.list_captured_slots(), compressed.observer.list_slots()
    assert [slot for slot in slots if captured[0] <= slot <= captured[-1]] == captured
    assert len(captured) >= SLOTS - 1  # the run of the first may have begun before the log was cleared
    assert compressed.observer.count_runs()["failed"] == 0
    for beat in ("beat-1", "beat-2"):
        knocks = compressed.programs[beat].read_log(offsets[beat]).count("Sending due task")
        assert knocks >= 2 * SLOTS, beat
    assert compressed.find_error_lines(offsets) == []


@pytest.fixture
def alerting(compressed: System) -> Iterator[System]:
    """The same with one alert that fires and one that waits to."""
    observer = compressed.observer
    observer.execute("UPDATE wb_integration_accounts SET is_active = true")
    observer.execute("""
        INSERT INTO monitoring_alert_rules (name, metric, threshold_type, threshold_value, pending_slots,
            recover_slots, severity, is_active)
        VALUES ('fires', 'wb_accounts_active', 'above', 0, 1, 1, 'critical', true),
            ('waits', 'wb_accounts_active', 'above', 0, 90, 1, 'critical', true)
    """)
    wait_until(
        lambda: list_states(compressed) == ["firing", "pending"], seconds=RECOVERY_SECONDS, what="alerts that fire"
    )
    yield compressed
    observer.execute("DELETE FROM monitoring_alert_rules")


def list_states(system: System) -> list[str]:
    """Return how the alerts stand."""
    return [state for (state,) in system.observer.fetch("SELECT state FROM monitoring_alerts ORDER BY id")]


def test_slots_without_any_beat_become_gaps_and_nothing_recovers_in_them(alerting: System) -> None:
    observer = alerting.observer
    for beat in ("beat-1", "beat-2"):
        alerting.programs[beat].kill()
    time.sleep(1)  # knocks that were under way
    silent_from = observer.get_slot()
    observer.execute("UPDATE wb_integration_accounts SET is_active = false")  # all is well while nobody looks
    time.sleep(4)
    observer.execute("UPDATE wb_integration_accounts SET is_active = true")
    silent_to = observer.get_slot()
    alerting.require_beats("beat-1")
    wait_until(lambda: observer.list_slots()[-1] > silent_to, seconds=START_SECONDS, what="a snapshot after that")

    assert_every_slot_is_told_once(observer)
    gaps = observer.get_gaps()
    missed = observer.list_expected_slots(silent_from, silent_to)[1:]
    assert len(missed) >= 3
    assert {gaps.get(slot) for slot in missed} == {"no_worker"}

    assert list_states(alerting) == ["firing", "pending"]
    assert observer.fetch("SELECT DISTINCT to_state FROM monitoring_alert_transitions ORDER BY 1") == [
        ("firing",),
        ("pending",),
    ]
    ((first_breach,),) = observer.fetch("SELECT first_breach_slot FROM monitoring_alerts WHERE state = 'pending'")
    assert first_breach > silent_to  # what was being counted begins again
    assert find_faults(observer) == {}


def test_a_restart_of_postgres_mid_build_is_survived(alerting: System) -> None:
    observer, pids = alerting.observer, list_pids(alerting)
    with observer.blocking("build"):
        observer.wait_for_holder_at("build", seconds=RECOVERY_SECONDS)
        observer.execute("UPDATE wb_integration_accounts SET is_active = false")
        alerting.cluster.stop_postgres()
        time.sleep(1)
        alerting.cluster.start_postgres()
    back_at = observer.get_slot()
    wait_for_snapshots_after(alerting, back_at)

    assert list_pids(alerting) == pids
    assert list_states(alerting) == ["inactive", "inactive"]
    assert find_faults(observer) == {}
    assert_every_slot_is_told_once(alerting.observer)
    wait_until(lambda: observer.count_advisory_locks() == 0, seconds=1, what="no lock between two captures")


def test_a_restart_of_redis_is_survived(compressed: System) -> None:
    pids = list_pids(compressed)
    compressed.cluster.redis.stop()
    time.sleep(1)
    compressed.cluster.redis.start()
    wait_for_snapshots_after(compressed, compressed.observer.get_slot())

    assert list_pids(compressed) == pids
    assert_every_slot_is_told_once(compressed.observer)


def test_a_flushed_redis_is_survived(compressed: System) -> None:
    pids = list_pids(compressed)
    compressed.flush_redis()
    wait_for_snapshots_after(compressed, compressed.observer.get_slot())

    assert list_pids(compressed) == pids
    assert_every_slot_is_told_once(compressed.observer)


def test_a_worker_whose_clock_is_ahead_still_takes_knocks(compressed: System) -> None:
    for worker in ("worker-1", "worker-2"):
        compressed.programs[worker].kill()
    # by its clock every knock expired long ago
    compressed.start_worker_with_wrong_clock("worker-ahead", offset_seconds=120)
    compressed.wait_for_workers("worker-ahead")
    started_at = compressed.observer.get_slot()
    wait_for_snapshots_after(compressed, started_at)
    compressed.programs["worker-ahead"].kill()

    assert_every_slot_is_told_once(compressed.observer)
    assert compressed.observer.list_slots()[-1] <= compressed.observer.get_slot()
