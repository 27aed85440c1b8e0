"""The soak in short; `python -m monitoring.tests.processes.soak --slots 2000` is the long version."""

import logging

import pytest

from monitoring.tests.processes.cluster import Cluster
from monitoring.tests.processes.soak import Plan, run_soak

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

log = logging.getLogger(__name__)

SLOTS = 6


def test_a_soak_loses_nothing_and_tells_nothing_twice(cluster: Cluster) -> None:
    report = run_soak(cluster, Plan(slots=SLOTS, change_seconds=0.5, blow_seconds=0.8, seed=4))
    log.info("%s", report)
    assert report.faults == {}
    assert report.slots >= SLOTS
    assert report.figures["alerts compared"] > 0
    assert report.figures["transitions"]
    assert report.figures["letters"] > 0
