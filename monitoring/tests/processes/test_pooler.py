"""Behind a transaction-pooling PgBouncer the same holds, and nothing of a session stays behind."""

import os
import signal
from collections.abc import Iterator

import psycopg
import pytest

from monitoring.tests.processes.cluster import Cluster
from monitoring.tests.processes.knockers import Job
from monitoring.tests.processes.observer import assert_every_slot_is_told_once, wait_until
from monitoring.tests.processes.pooler import Pooler
from monitoring.tests.processes.system import System, running_system

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

PROCESSES = 16
SLOTS = 5


@pytest.fixture(scope="module")
def pooled(cluster: Cluster, pooler: Pooler) -> Iterator[System]:
    """A process that forks knockers off, whose connections go through PgBouncer; the observer's do not."""
    with running_system(cluster, "pooled", interval_seconds=1, redis_number=4) as system:
        system.start_knockers(DATABASE_URL=pooler.get_url("pooled"), DATABASE_POOLER="transaction")
        yield system


def test_sixteen_processes_through_a_pooler_make_one_build_per_slot(pooled: System, pooler: Pooler) -> None:
    job = Job("pooled", processes=PROCESSES, slots=SLOTS)
    pooled.order_knocks(pooled.programs["knockers"], job)
    reports = pooled.wait_for_reports(job, seconds=3 * SLOTS + 30)

    assert "\n".join(error for report in reports for error in report.errors) == ""
    assert_every_slot_is_told_once(pooled.observer)
    rows = len(pooled.observer.list_slots())
    assert sum(report.outcomes["captured"] for report in reports) == rows
    assert sum(report.builds for report in reports) == rows
    assert pooled.observer.count_advisory_locks() == 0
    assert read_session_settings(pooler) == {"statement_timeout": "0", "lock_timeout": "0"}


def test_a_frozen_holder_behind_a_pooler_is_freed_and_says_why(pooled: System) -> None:
    knockers, job = pooled.programs["knockers"], Job("frozen")
    with pooled.observer.blocking("build"):
        pooled.order_knocks(knockers, job)
        pooled.observer.wait_for_holder_at("build", seconds=20)
        _leader, frozen = knockers.list_pids()
        os.kill(frozen, signal.SIGSTOP)
    wait_until(lambda: pooled.observer.count_advisory_locks() == 0, seconds=15, what="a free lock")
    os.kill(frozen, signal.SIGCONT)
    (report,) = pooled.wait_for_reports(job, seconds=30)

    (error,) = report.errors  # of its first knock; the second one captures
    raised = [line for line in error.splitlines() if line.startswith("django.db.utils.")]
    assert raised[-1].startswith("django.db.utils.OperationalError")  # which the API tells as 503
    assert report.outcomes == {"captured": 1}


def read_session_settings(pooler: Pooler) -> dict[str, str]:
    """Return what the next client of a used server connection finds set."""
    with psycopg.connect(pooler.get_url("pooled"), autocommit=True) as connection:
        rows = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout')"
        ).fetchall()
    return dict(rows)
