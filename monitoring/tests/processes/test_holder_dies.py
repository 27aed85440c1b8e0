"""The worker that holds the lock dies or freezes: nothing half is written, and the next knock fills the slot."""

import os
import re
import signal
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest

from monitoring.tests.processes import holding
from monitoring.tests.processes.holding import KNOCK_SECONDS
from monitoring.tests.processes.observer import Holder, wait_until
from monitoring.tests.processes.system import System

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

KNOCK_SUCCEEDED = re.compile(r"Task monitoring\.tasks\.capture_current_slot\[[^]]+\] succeeded")


def holder_stopped_at(step: str, system: System) -> AbstractContextManager[Holder]:
    """Send a knock to the workers, and yield who took it and came as far as a step of the capture."""
    return holding.holder_stopped_at(step, system.observer, knock=system.send_knocks)


def wait_until_unlocked(system: System) -> None:
    """Return when nobody holds the capture's lock."""
    holding.wait_until_unlocked(system.observer)


def assert_slot_is_filled_once(system: System) -> None:
    """One whole snapshot, one run that made it, no lock left."""
    wait_until(system.observer.list_slots, seconds=KNOCK_SECONDS, what="the snapshot")
    wait_until(lambda: system.observer.count_runs()["captured"], seconds=KNOCK_SECONDS, what="the end of its run")
    assert system.observer.list_slots() == [system.observer.get_slot()]
    assert system.observer.count_runs()["captured"] == 1
    assert system.observer.count_advisory_locks() == 0


def wait_for_finished_knocks(system: System, offsets: dict[str, int], *, count: int) -> None:
    """Return when so many knocks have succeeded since `get_log_offsets`, so that none is left for the next test."""

    def count_finished() -> int:
        logs = (system.programs[name].read_log(offset) for name, offset in offsets.items())
        return sum(len(KNOCK_SUCCEEDED.findall(log)) for log in logs)

    wait_until(lambda: count_finished() >= count, seconds=KNOCK_SECONDS, what=f"{count} finished knocks")


@pytest.mark.parametrize("step", ["build", "insert"])
def test_a_killed_worker_leaves_the_slot_to_the_next_knock(calm: System, step: str) -> None:
    with holder_stopped_at(step, calm) as holder:
        calm.programs[holder.program].kill()
        wait_until_unlocked(calm)  # PostgreSQL notices that the client is gone
    assert calm.observer.list_slots() == []

    calm.send_knocks()
    assert_slot_is_filled_once(calm)


def test_a_worker_whose_child_is_killed_lives_on(calm: System) -> None:
    offsets = calm.get_log_offsets()
    with holder_stopped_at("build", calm) as holder:
        worker = calm.programs[holder.program]
        leader, child = worker.list_pids()
        os.kill(child, signal.SIGKILL)
        wait_until_unlocked(calm)
    calm.send_knocks()
    assert_slot_is_filled_once(calm)
    wait_until(lambda: len(worker.list_pids()) == 2, seconds=KNOCK_SECONDS, what="a new child")
    assert worker.list_pids()[0] == leader
    assert worker.list_pids()[1] != child
    wait_for_finished_knocks(calm, offsets, count=2)  # the message of the killed child is delivered again


def test_a_holder_whose_connection_is_cut_leaves_the_slot_to_the_next_knock(calm: System) -> None:
    pids = {name: program.list_pids() for name, program in calm.programs.items()}
    with holder_stopped_at("build", calm) as holder:
        calm.observer.terminate(holder.backend_pid)
        wait_until_unlocked(calm)
        wait_until(lambda: calm.observer.count_runs()["failed"], seconds=KNOCK_SECONDS, what="the failed run")
    assert calm.observer.list_slots() == []

    calm.send_knocks()
    assert_slot_is_filled_once(calm)
    assert {name: program.list_pids() for name, program in calm.programs.items()} == pids


def test_a_frozen_holder_is_freed_and_writes_nothing_when_it_thaws(calm: System) -> None:
    offsets = calm.get_log_offsets()
    with holder_stopped_at("build", calm) as holder:
        frozen = calm.programs[holder.program]
        frozen.send(signal.SIGSTOP)
    wait_until_unlocked(calm)
    assert calm.observer.list_slots() == []
    calm.send_knocks(2)  # Redis may hand one to the frozen worker, which was waiting for it
    assert_slot_is_filled_once(calm)
    snapshot = calm.observer.fetch("SELECT * FROM monitoring_snapshots")

    frozen.send(signal.SIGCONT)
    wait_until(lambda: calm.observer.count_runs()["failed"], seconds=KNOCK_SECONDS, what="the end of the thawed run")
    wait_for_finished_knocks(calm, offsets, count=2)
    assert calm.observer.fetch("SELECT * FROM monitoring_snapshots") == snapshot
    assert_slot_is_filled_once(calm)


def test_one_message_delivered_fifty_times_is_one_snapshot(calm: System) -> None:
    offsets = calm.get_log_offsets()
    calm.send_knocks(50, task_id="the-same")
    wait_for_finished_knocks(calm, offsets, count=50)
    assert_slot_is_filled_once(calm)
    assert calm.find_error_lines(offsets) == []


def test_a_message_outlives_its_expiry_by_the_difference_of_two_clocks(calm: System) -> None:
    offsets = calm.get_log_offsets()
    calm.send_knocks(expires=datetime.now(UTC) - timedelta(minutes=4))
    wait_until(
        lambda: any("task_revoked" in calm.programs[name].read_log(offset) for name, offset in offsets.items()),
        seconds=KNOCK_SECONDS,
        what="a worker that refuses an old message",
    )
    assert calm.observer.list_slots() == []

    calm.send_knocks(expires=datetime.now(UTC) - timedelta(minutes=2))
    assert_slot_is_filled_once(calm)
