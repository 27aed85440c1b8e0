"""MONITORING_SCHEDULER_ENABLED=false: the schedule captures nothing, people still can."""

import re
from collections.abc import Iterator

import httpx
import pytest

from monitoring.tests.processes.cluster import Cluster
from monitoring.tests.processes.observer import YEAR_SECONDS, wait_until
from monitoring.tests.processes.system import START_SECONDS, System, running_system
from supplybrain.local.servers import find_free_port

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

KNOCKS = 3
CAPTURE = "/api/v1/planning/monitoring/snapshot/capture"


@pytest.fixture
def switched_off(cluster: Cluster) -> Iterator[System]:
    with running_system(cluster, "switched_off", interval_seconds=YEAR_SECONDS, redis_number=5) as system:
        system.environment["MONITORING_SCHEDULER_ENABLED"] = "false"
        yield system


@pytest.fixture
def client(switched_off: System) -> Iterator[httpx.Client]:
    """Talks to a web process as an administrator."""
    port = find_free_port()
    switched_off.start("web", "supplybrain.processes", "web", environment={"PORT": str(port), "WEB_WORKERS": "1"})
    found = re.search(r"API token +(\S+)", switched_off.run("django", "ensure_admin"))
    assert found is not None
    headers = {"Authorization": f"Token {found[1]}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=10) as client:
        wait_until(lambda: is_alive(client), seconds=START_SECONDS, what="a web process that answers")
        yield client


def is_alive(client: httpx.Client) -> bool:
    """Return whether the web process answers."""
    try:
        return client.get("/healthz").is_success
    except httpx.TransportError:
        return False


def test_only_a_person_captures_while_the_scheduler_is_off(switched_off: System, client: httpx.Client) -> None:
    switched_off.require_workers("worker")
    switched_off.send_knocks(KNOCKS)
    wait_until(
        lambda: switched_off.programs["worker"].read_log().count("scheduled_capture_disabled") == KNOCKS,
        seconds=START_SECONDS,
        what="a worker that says what it does not do",
    )
    assert switched_off.observer.list_slots() == []
    assert switched_off.observer.count_runs() == {"disabled": 1}  # once per slot is enough to explain a gap

    first, second = client.post(CAPTURE), client.post(CAPTURE)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert switched_off.observer.list_slots() == [switched_off.observer.get_slot()]
