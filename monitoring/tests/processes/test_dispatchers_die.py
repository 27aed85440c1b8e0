"""Dispatchers are killed at every step: nothing is lost, and every repeat is the same under the same key."""

import json
import logging
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitoring.tests.processes.cluster import Cluster
from monitoring.tests.processes.dispatchers import STEPS, Job, Report
from monitoring.tests.processes.observer import YEAR_SECONDS
from monitoring.tests.processes.pooler import EXECUTABLE, running_pooler
from monitoring.tests.processes.system import System, running_system
from monitoring.tests.receivers.http_receiver import HttpReceiver, running_http_receiver

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

log = logging.getLogger(__name__)

NOTIFICATIONS = int(os.environ.get("PROCESS_TEST_NOTIFICATIONS", "80"))  # 1000 for the long version
POOLED_NOTIFICATIONS = 20
COMPRESSED = {"NOTIFICATION_LEASE_SECONDS": "2", "NOTIFICATION_FIRST_RETRY_SECONDS": "1", "LOG_LEVEL": "ERROR"}


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[HttpReceiver]:
    with running_http_receiver(tmp_path / "requests.jsonl") as receiver:
        yield receiver


@pytest.fixture
def outbox(cluster: Cluster) -> Iterator[System]:
    with running_system(cluster, "outbox", interval_seconds=YEAR_SECONDS, redis_number=6) as system:
        system.environment.update(COMPRESSED)
        yield system


@pytest.fixture
def pooled_outbox(cluster: Cluster) -> Iterator[System]:
    (server_folder,) = parse_qs(urlsplit(cluster.maintenance_url).query)["host"]
    with (
        running_pooler(cluster.folder / "outbox_pooler", server_folder=server_folder) as pooler,
        running_system(cluster, "pooled_outbox", interval_seconds=YEAR_SECONDS, redis_number=6) as system,
    ):
        system.environment.update(COMPRESSED)
        system.environment.update(DATABASE_URL=pooler.get_url("pooled_outbox"), DATABASE_POOLER="transaction")
        yield system


def make_job(receiver: HttpReceiver, notifications: int) -> Job:
    """Return a job for receivers of which some fail at first; who asks for peace gets little, as all of it waits."""
    urls = {"ok": 80, "500,ok": 8, "reset,ok": 8, "garbage,503,ok": 3, "429:1,ok": 1}
    return Job([(receiver.do(words), share) for words, share in urls.items()], notifications)


def dispatch(system: System, job: Job) -> Report:
    system.start("dispatchers", "monitoring.tests.processes.dispatchers", str(system.folder), json.dumps(asdict(job)))
    program = system.programs["dispatchers"]
    assert program.process.wait(timeout=60 + job.notifications) == 0, program.read_log()[-4_000:]
    content = json.loads((system.folder / "dispatchers.json").read_text())
    return Report(**{**content, "deaths": Counter(content["deaths"])})


def is_complete(request: dict[str, Any]) -> bool:
    """Return whether all of a request came: its sender may have been killed in the middle of it."""
    return len(request["body"].encode()) == int(request["headers"]["content-length"])


def assert_nothing_is_lost(system: System, receiver: HttpReceiver, report: Report) -> None:
    rows = system.observer.fetch("SELECT key::text, state, attempts, sending_until FROM monitoring_notifications")
    assert {(state, until) for _key, state, _attempts, until in rows} == {("sent", None)}

    received: dict[str, list[str]] = defaultdict(list)
    taken = set()
    requests = [request for request in receiver.list_requests() if is_complete(request)]
    for request in requests:
        assert json.loads(request["body"])["key"] == request["key"]
        received[request["key"]].append(request["body"])
        if request["word"] == "ok":
            taken.add(request["key"])
    assert taken == set(received) == {key for key, *_rest in rows}
    assert {len(set(bodies)) for bodies in received.values()} == {1}
    assert all(len(received[key]) <= attempts for key, _state, attempts, _until in rows)
    log.info(
        "%d notifications, %d requests, %d keys, %d received more than once, %d attempts, deaths %s, %.1f s",
        len(rows),
        len(requests),
        len(received),
        sum(len(bodies) > 1 for bodies in received.values()),
        sum(attempts for _key, _state, attempts, _until in rows),
        dict(report.deaths),
        report.seconds,
    )


def test_killed_at_every_step_they_lose_nothing_and_repeat_the_same(outbox: System, receiver: HttpReceiver) -> None:
    report = dispatch(outbox, make_job(receiver, NOTIFICATIONS))
    assert_nothing_is_lost(outbox, receiver, report)
    assert {step for step in STEPS if report.deaths[step]} == set(STEPS)
    assert outbox.observer.count_advisory_locks() == 0


@pytest.mark.skipif(EXECUTABLE is None, reason="PgBouncer is not installed (Debian: apt-get install pgbouncer)")
def test_the_same_holds_behind_a_pooler(pooled_outbox: System, receiver: HttpReceiver) -> None:
    report = dispatch(pooled_outbox, make_job(receiver, POOLED_NOTIFICATIONS))
    assert_nothing_is_lost(pooled_outbox, receiver, report)
    assert report.deaths.total() > 0
