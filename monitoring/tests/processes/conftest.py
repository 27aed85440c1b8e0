"""Fixtures: one cluster for all, one system per database, and the logs of a failed test in its report."""

import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from monitoring.tests.processes.cluster import Cluster, running_cluster
from monitoring.tests.processes.observer import YEAR_SECONDS, wait_until
from monitoring.tests.processes.pooler import EXECUTABLE, Pooler, running_pooler_of
from monitoring.tests.processes.system import START_SECONDS, System, running_system

KNOCK_MILLISECONDS = 250
LOG_TAIL_CHARACTERS = 6_000

# What an alert may look at, without a change of what the catalogue makes of a snapshot.
ACCOUNT = """
INSERT INTO wb_integration_accounts (name, api_token, is_active, supplier_id, created_at, updated_at)
VALUES ('WB', '', false, '', now(), now())
"""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with (
        tempfile.TemporaryDirectory(prefix="supplybrain-", ignore_cleanup_errors=True) as folder,
        running_cluster(Path(folder)) as cluster,
    ):
        yield cluster


@pytest.fixture(scope="session")
def pooler(cluster: Cluster) -> Iterator[Pooler]:
    if EXECUTABLE is None:
        pytest.skip("PgBouncer is not installed (Debian: apt-get install pgbouncer)")
    with running_pooler_of(cluster) as pooler:
        yield pooler


@pytest.fixture(scope="module")
def compressed_system(cluster: Cluster) -> Iterator[System]:
    with running_system(cluster, "compressed", interval_seconds=1, redis_number=1) as system:
        system.observer.set_knock_milliseconds(KNOCK_MILLISECONDS)
        system.observer.execute(ACCOUNT)
        yield system


@pytest.fixture
def compressed(compressed_system: System) -> System:
    """Two beats and two workers that capture a slot every second; no history."""
    compressed_system.require_workers("worker-1", "worker-2")
    compressed_system.require_beats("beat-1", "beat-2")
    wait_until(compressed_system.observer.list_slots, seconds=START_SECONDS, what="a first snapshot")
    compressed_system.observer.clear()
    return compressed_system


@pytest.fixture(scope="session")
def calm_system(cluster: Cluster) -> Iterator[System]:
    with running_system(cluster, "calm", interval_seconds=YEAR_SECONDS, redis_number=2) as system:
        yield system


@pytest.fixture
def calm(calm_system: System) -> System:
    """Two workers and one endless slot; knocks come from the test; no history."""
    calm_system.require_workers("worker-1", "worker-2")
    calm_system.observer.clear()
    return calm_system


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the end of every log of a system whose test failed."""
    report = yield
    if report.failed:
        for system in {id(value): value for value in getattr(item, "funcargs", {}).values()}.values():
            if isinstance(system, System):
                for log in sorted(system.folder.glob("*.log")):
                    report.sections.append((str(log.stem), log.read_text(errors="replace")[-LOG_TAIL_CHARACTERS:]))
    return report
