"""Sixteen processes knock at the same moments: one build per slot, whatever they think what time it is."""

import logging
import os
from collections import Counter
from collections.abc import Iterator

import pytest

from monitoring.tests.processes.cluster import Cluster
from monitoring.tests.processes.knockers import Job, Report
from monitoring.tests.processes.observer import assert_every_slot_is_told_once, wait_until
from monitoring.tests.processes.system import System, running_system

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

log = logging.getLogger(__name__)

PROCESSES = 16
SLOTS = int(os.environ.get("PROCESS_TEST_SLOTS", "12"))  # 200 for the long version
DEADLY_SLOTS = SLOTS // 2
DEATH_RATIO = 0.3


@pytest.fixture(scope="module")
def crowd_system(cluster: Cluster) -> Iterator[System]:
    with running_system(cluster, "crowd", interval_seconds=1, redis_number=3) as system:
        system.start_knockers()
        yield system


@pytest.fixture
def crowd(crowd_system: System) -> System:
    """A process that forks knockers off, on slots of a second; no history."""
    crowd_system.observer.clear()
    return crowd_system


def wait_for_reports(crowd: System, job: Job) -> list[Report]:
    """Return what the processes of a job saw; on a busy machine they miss slots, and take longer for as many."""
    return crowd.wait_for_reports(job, seconds=3 * job.slots + 30)


def add_outcomes(reports: list[Report]) -> Counter[str]:
    """Return how often each state was the outcome of a knock, over all processes, which saw no error."""
    assert "\n".join(error for report in reports for error in report.errors) == ""
    return sum((report.outcomes for report in reports), Counter[str]())


def test_sixteen_processes_make_one_build_per_slot(crowd: System) -> None:
    job = Job("sixteen", processes=PROCESSES, slots=SLOTS)
    crowd.order_knocks(crowd.programs["knockers"], job)
    reports = wait_for_reports(crowd, job)
    outcomes = add_outcomes(reports)

    rows = len(crowd.observer.list_slots())
    log.info("%d rows, %d builds, %s", rows, sum(report.builds for report in reports), dict(outcomes))
    assert_every_slot_is_told_once(crowd.observer)
    assert rows > SLOTS / 2  # all of them, unless others keep the machine from slots of a second
    assert outcomes["captured"] == rows
    assert sum(report.builds for report in reports) == rows  # nobody built in vain
    assert outcomes.total() == 2 * SLOTS * PROCESSES
    assert crowd.observer.count_advisory_locks() == 0


def test_a_crowd_that_dies_at_any_step_leaves_nothing_half(crowd: System) -> None:
    job = Job("dying", processes=PROCESSES, slots=DEADLY_SLOTS, death_ratio=DEATH_RATIO)
    crowd.order_knocks(crowd.programs["knockers"], job)
    reports = wait_for_reports(crowd, job)
    add_outcomes(reports)

    rows, deaths = len(crowd.observer.list_slots()), sum(report.deaths for report in reports)
    runs = crowd.observer.count_runs()
    log.info("%d rows, %d deaths, %s", rows, deaths, dict(runs))
    assert deaths > 0
    assert rows > DEADLY_SLOTS / 2
    assert runs["captured"] == rows
    assert_every_slot_is_told_once(crowd.observer)
    wait_until(lambda: crowd.observer.count_advisory_locks() == 0, seconds=10, what="a free lock")


def test_hosts_whose_clocks_are_wrong_fill_the_slots_of_the_database(crowd: System) -> None:
    started_at = crowd.observer.get_slot()
    jobs = [Job(f"clock{offset:+}", processes=2, slots=3, clock_offset_seconds=offset) for offset in (-120, 0, 120)]
    for job in jobs:
        crowd.order_knocks(crowd.programs["knockers"], job)
    reports = [report for job in jobs for report in wait_for_reports(crowd, job)]

    outcomes, slots = add_outcomes(reports), crowd.observer.list_slots()
    assert outcomes["captured"] == len(slots)
    assert_every_slot_is_told_once(crowd.observer)
    assert started_at <= slots[0]
    assert slots[-1] <= crowd.observer.get_slot()
