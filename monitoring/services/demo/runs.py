"""The run log of the demo company's last day."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from monitoring.models import GapReason, MonitoringRun, RunState
from monitoring.services.capture import SCHEDULE
from monitoring.services.demo.schedule import DemoWeek
from planning_core.services.copy import copy_rows

LOGGED = timedelta(days=1)
INSTANCES = ("demo-worker-1:41", "demo-worker-2:57")
SECOND_WORKER_SHARE = 0.08  # of the slots both workers knock at the same moment
FAILED_ATTEMPTS = 3
FAILURE = "OperationalError: canceling statement due to statement timeout"

FIELDS = ("run_id", "slot", "trigger", "instance", "started_at", "finished_at", "state", "error")
RunRow = tuple[UUID, datetime, str, str, datetime, datetime, RunState, str]


def store_runs(rng: np.random.Generator, week: DemoWeek, *, end: datetime) -> int:
    """Store the runs of the last day before `end`, and return how many: who filled each slot, and who tried in vain."""
    since = end - LOGGED
    rows = [*_list_captures(rng, week, since), *_list_failures(rng, week, since)]
    rows.sort(key=lambda row: row[4])
    return copy_rows(MonitoringRun, FIELDS, rows)


def _list_captures(rng: np.random.Generator, week: DemoWeek, since: datetime) -> Iterator[RunRow]:
    for filled in week.filled:
        if filled.slot < since:
            continue
        winner = int(rng.integers(len(INSTANCES)))
        # the data are read a moment after the run has begun
        started_at = max(filled.slot, filled.captured_at - timedelta(milliseconds=8))
        yield _build_row(rng, filled.slot, INSTANCES[winner], started_at, RunState.CAPTURED, seconds=0.4)
        if rng.random() < SECOND_WORKER_SHARE:
            loser = INSTANCES[1 - winner]
            yield _build_row(rng, filled.slot, loser, started_at, RunState.SKIPPED_LOCKED, seconds=0.01)


def _list_failures(rng: np.random.Generator, week: DemoWeek, since: datetime) -> Iterator[RunRow]:
    for slot, reason in week.missed.items():
        if slot < since or reason is not GapReason.FAILED:
            continue
        for attempt in range(FAILED_ATTEMPTS):
            started_at = slot + week.interval * attempt / FAILED_ATTEMPTS
            yield _build_row(rng, slot, INSTANCES[0], started_at, RunState.FAILED, seconds=2, error=FAILURE)


def _build_row(
    rng: np.random.Generator,
    slot: datetime,
    instance: str,
    started_at: datetime,
    state: RunState,
    *,
    seconds: float,
    error: str = "",
) -> RunRow:
    finished_at = started_at + timedelta(seconds=round(seconds * rng.uniform(0.8, 1.6), 3))
    return (UUID(bytes=rng.bytes(16), version=4), slot, SCHEDULE, instance, started_at, finished_at, state, error)
