"""What Prometheus sees of real servers: their processes added up, also of those that were killed, and the tasks."""

import os
import re
import signal
from collections.abc import Iterator

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitoring.tests.processes.cluster import Cluster
from monitoring.tests.processes.observer import YEAR_SECONDS, wait_until
from monitoring.tests.processes.system import START_SECONDS, System, running_system
from supplybrain.local.servers import find_free_port

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

LAYOUT = "/api/v1/planning/monitoring/layout"
REQUESTS = 12
TASK = {"task": "monitoring.tasks.capture_current_slot"}


class Target:
    """A server that Prometheus knows.

    Args:
        port: Where it listens.
        token: Of somebody who may look.
    """

    def __init__(self, port: int, token: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.token = token

    def get(self, path: str, token: str | None = None) -> httpx.Response:
        """Ask it over a new connection, which any of its processes may take."""
        headers = {"Authorization": f"Token {self.token if token is None else token}"}
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=10)

    def is_up(self) -> bool:
        """Return whether it can be scraped."""
        try:
            return self.get("/metrics").is_success
        except httpx.TransportError:
            return False

    def sum_samples(self, name: str, **labels: str) -> float:
        """Return the sum of the samples that have these labels."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.get("/metrics").text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


@pytest.fixture
def scraped(cluster: Cluster) -> Iterator[System]:
    """Two web processes and a worker with a port."""
    with running_system(cluster, "scraped", interval_seconds=YEAR_SECONDS, redis_number=7) as system:
        system.environment["TMPDIR"] = str(system.folder)
        yield system


@pytest.fixture
def targets(scraped: System) -> tuple[Target, Target]:
    """The web server and the worker, both up."""
    web_port, worker_port = find_free_port(), find_free_port()
    environment = {"PORT": str(web_port), "WEB_WORKERS": "2", "WEB_THREADS": "1"}
    scraped.start("web", "supplybrain.processes", "web", environment=environment)
    scraped.start_worker("worker", WORKER_METRICS_PORT=str(worker_port))
    found = re.search(r"API token +(\S+)", scraped.run("django", "ensure_admin"))
    assert found is not None
    web, worker = Target(web_port, found[1]), Target(worker_port, found[1])
    wait_until(lambda: web.is_up() and worker.is_up(), seconds=START_SECONDS, what="two servers to scrape")
    return web, worker


def find_children(system: System, name: str) -> list[psutil.Process]:
    return psutil.Process(system.programs[name].process.pid).children()


def test_a_scrape_adds_up_all_processes_and_loses_none_that_was_killed(
    scraped: System, targets: tuple[Target, Target]
) -> None:
    web, worker = targets

    def count_requests() -> float:
        return web.sum_samples("django_http_responses_total_by_status_view_method_total", view="monitoring-layout")

    for _request in range(REQUESTS):
        assert web.get(LAYOUT).is_success
    assert count_requests() == REQUESTS
    before = find_children(scraped, "web")
    os.kill(before[0].pid, signal.SIGKILL)
    wait_until(
        lambda: len(set(find_children(scraped, "web")) - set(before)) == 1, seconds=START_SECONDS, what="a successor"
    )
    assert count_requests() == REQUESTS
    for _request in range(REQUESTS):
        web.get(LAYOUT)
    assert count_requests() == 2 * REQUESTS
    files = {path.name for path in scraped.folder.glob("supplybrain-metrics-*/counter_web-*.db")}
    assert len(files) == 2  # one per place, not one per process that ever lived

    def count_tasks(state: str) -> float:
        return worker.sum_samples("celery_tasks_total", state=state, **TASK)

    scraped.send_knocks(3)
    wait_until(lambda: count_tasks("success") == 3, seconds=START_SECONDS, what="three tasks")
    assert count_tasks("started") == 3
    assert worker.sum_samples("celery_task_runtime_seconds_count", **TASK) == 3
    assert web.sum_samples("celery_tasks_total") == 0  # another server

    # the database says the same to both
    for target in targets:
        assert target.sum_samples("supplybrain_articles") == web.sum_samples("supplybrain_articles") > 0
        assert target.sum_samples("supplybrain_monitoring_build_seconds") > 0
    assert worker.get("/metrics", token="wrong").json()["code"] == "authentication_failed"
    assert worker.get("/admin/").status_code == 404
