"""A capture is killed in the very slot in which alerts fire, recover, flap and end: all of it is there, or nothing."""

import os
import signal
from collections.abc import Iterator
from itertools import count

import pytest

from monitoring.tests.processes.cluster import Cluster
from monitoring.tests.processes.holding import KNOCK_SECONDS, holder_stopped_at, wait_until_unlocked
from monitoring.tests.processes.knockers import Job
from monitoring.tests.processes.ledger import find_faults
from monitoring.tests.processes.observer import YEAR_SECONDS, wait_until
from monitoring.tests.processes.pooler import Pooler
from monitoring.tests.processes.story import THIRD_YEAR, Happening, live_two_years, look
from monitoring.tests.processes.system import System, running_system

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

STEPS = ["facts", "alerts", "episodes", "transitions", "messages", "outbox", "commit"]  # one after the other
STEPS_BEHIND_POOLER = ["outbox", "commit"]
STORY = "story"
NUMBERS = count(1)


@pytest.fixture(scope="module")
def direct_system(cluster: Cluster) -> Iterator[System]:
    """A system that has lived the story up to the slot of all events, with a copy of its database."""
    with running_system(cluster, "direct", interval_seconds=YEAR_SECONDS, redis_number=7) as system:
        system.start_knockers()
        live_two_years(system.observer, capture=lambda: capture(system))
        assert find_faults(system.observer) == {}
        cluster.create_database(STORY, template="direct")
        yield system


@pytest.fixture(scope="module")
def pooled_system(direct_system: System, pooler: Pooler) -> Iterator[System]:
    with running_system(direct_system.cluster, "pooled_story", interval_seconds=YEAR_SECONDS, redis_number=7) as system:
        system.start_knockers(DATABASE_URL=pooler.get_url("pooled_story"), DATABASE_POOLER="transaction")
        yield system


@pytest.fixture
def direct(direct_system: System) -> System:
    """Knockers before the slot of all events."""
    direct_system.cluster.create_database("direct", template=STORY)
    return direct_system


@pytest.fixture
def pooled(pooled_system: System) -> System:
    """The same behind a pooler in transaction mode."""
    pooled_system.cluster.create_database("pooled_story", template=STORY)
    return pooled_system


def knock(system: System) -> Job:
    """Let a process knock, and do not wait for it."""
    job = Job(f"story-{next(NUMBERS)}", is_urgent=True)
    system.order_knocks(system.programs["knockers"], job)
    return job


def capture(system: System) -> None:
    """Let a process capture the running slot."""
    (report,) = system.wait_for_reports(knock(system), seconds=KNOCK_SECONDS)
    assert (report.errors, report.outcomes) == ([], {"captured": 1})


def kill_capture(system: System) -> None:
    """Kill the process that captures."""
    _leader, child = system.programs["knockers"].list_pids()
    os.kill(child, signal.SIGKILL)


def assert_all_is_told(system: System) -> None:
    """The slot has its snapshot and all that it made of the alerts, once, and no lock is left."""
    assert look(system.observer) == THIRD_YEAR
    assert system.observer.list_slots()[2:] == [system.observer.get_slot()]
    assert system.observer.count_advisory_locks() == 0
    assert find_faults(system.observer) == {}


def check_kill(system: System, step: str) -> None:
    """Kill a capture at a step and let the next one fill the slot."""
    with holder_stopped_at(step, system.observer, knock=lambda: knock(system)):
        kill_capture(system)
        if step == "commit":  # which PostgreSQL would otherwise bring to its end
            wait_until_unlocked(system.observer)
    wait_until_unlocked(system.observer)
    assert look(system.observer) == Happening([], [], [])
    assert len(system.observer.list_slots()) == 2
    assert find_faults(system.observer) == {}
    capture(system)
    assert_all_is_told(system)


@pytest.mark.parametrize("step", STEPS)
def test_a_capture_that_is_killed_leaves_nothing_and_the_next_knock_tells_all(direct: System, step: str) -> None:
    check_kill(direct, step)


@pytest.mark.parametrize("step", STEPS_BEHIND_POOLER)
def test_the_same_holds_behind_a_pooler(pooled: System, step: str) -> None:
    check_kill(pooled, step)


def test_a_capture_that_is_killed_while_postgres_commits_is_there_as_a_whole(direct: System) -> None:
    with holder_stopped_at("commit", direct.observer, knock=lambda: knock(direct)):
        kill_capture(direct)
    # the lock was free before PostgreSQL noticed, so that the commit went through
    wait_until(lambda: len(direct.observer.list_slots()) == 3, seconds=KNOCK_SECONDS, what="the snapshot")
    wait_until_unlocked(direct.observer)
    assert_all_is_told(direct)
