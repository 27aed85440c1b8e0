"""No worker, no beat, no Redis: the web processes alone tell that snapshots no longer come."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitoring.tests.processes.cluster import Cluster
from monitoring.tests.processes.observer import wait_until
from monitoring.tests.processes.system import START_SECONDS, System, running_system
from monitoring.tests.receivers.http_receiver import HttpReceiver, running_http_receiver
from supplybrain.local.servers import find_free_port

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

MINUTE = 60
NOBODY = "redis://127.0.0.1:1/0"
LOOK_SECONDS = 1

# A snapshot of an hour ago, and somebody to tell; addresses are encrypted, so the project's own code stores them.
PREPARE = """
from datetime import timedelta
from django.utils import timezone
from monitoring.models import MonitoringSnapshot, NotificationChannel
at = timezone.now().replace(second=0, microsecond=0) - timedelta(hours=1)
MonitoringSnapshot.objects.create(slot=at, created_at=at, schema_version=1, metrics_version=1)
NotificationChannel.objects.create(name="Operator", kind="webhook", language="en", url={url!r})
"""
CAPTURE = "from monitoring.services.capture import capture_snapshot; capture_snapshot(trigger='test')"


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[HttpReceiver]:
    with running_http_receiver(tmp_path / "received") as receiver:
        yield receiver


@pytest.fixture
def web_alone(cluster: Cluster, receiver: HttpReceiver) -> Iterator[System]:
    """Two web processes on a database whose last snapshot is an hour old."""
    with running_system(cluster, "web_alone", interval_seconds=MINUTE, redis_number=6) as system:
        system.environment["REDIS_URL"] = NOBODY
        system.run("django", "shell", "--no-imports", "-c", PREPARE.format(url=receiver.do("ok")))
        environment = {
            "PORT": str(find_free_port()),
            "WEB_WORKERS": "2",
            "MONITORING_WATCHDOG_SECONDS": str(LOOK_SECONDS),
        }
        system.start("web", "supplybrain.processes", "web", environment=environment)
        yield system


def count_alarms(system: System) -> tuple[int, ...]:
    """Return how many episodes, transitions, and messages of what kind there are."""
    [counts] = system.observer.fetch("""
        SELECT (SELECT count(*) FROM monitoring_alert_episodes), (SELECT count(*) FROM monitoring_alert_transitions),
            (SELECT count(*) FROM monitoring_alert_messages WHERE kind = 'firing'),
            (SELECT count(*) FROM monitoring_alert_messages WHERE kind = 'resolved')
    """)
    return counts


def count_connections(system: System) -> int:
    """Return how many connections the web processes have to their database."""
    [(count,)] = system.observer.fetch(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'web'"
    )
    return int(count)


def test_the_web_processes_alone_tell_that_snapshots_stopped(web_alone: System, receiver: HttpReceiver) -> None:
    web = web_alone.programs["web"]
    wait_until(receiver.list_requests, seconds=START_SECONDS, what="a message that no worker has sent")
    assert count_alarms(web_alone) == (1, 1, 1, 0)

    web_alone.cluster.stop_postgres()
    time.sleep(2 * LOOK_SECONDS)
    web_alone.cluster.start_postgres()
    time.sleep(3 * LOOK_SECONDS)
    assert 1 <= web.read_log().count("watchdog_blind") <= 2  # once per process, however often it looked
    assert count_alarms(web_alone) == (1, 1, 1, 0)
    assert len(receiver.list_requests()) == 1
    wait_until(lambda: count_connections(web_alone) == 0, seconds=LOOK_SECONDS, what="no connection between two looks")

    web_alone.run("django", "shell", "--no-imports", "-c", CAPTURE)
    assert count_alarms(web_alone) == (1, 2, 1, 1)
    assert web_alone.observer.fetch("SELECT close_reason FROM monitoring_alert_episodes") == [("recovered",)]
    assert web_alone.observer.count_advisory_locks() == 0

    asked_at = time.monotonic()
    web.request_stop()
    assert web.process.wait(timeout=START_SECONDS) == 0
    assert time.monotonic() - asked_at < 5
    log = web.read_log()
    assert [line for line in web.find_error_lines() if "scheduler_overdue" not in line] == []
    assert log.count("scheduler_overdue") == 1
