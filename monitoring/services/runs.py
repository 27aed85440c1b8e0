"""The run log: every attempt to fill a slot, written in statements of its own so that it survives a crash."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection
from django.db.models.functions import Now

from monitoring.models import MonitoringRun, RunState

RUN_TIME_LIMIT = timedelta(minutes=10)
"""After this a task is stopped."""

DEAD_AFTER = RUN_TIME_LIMIT + timedelta(minutes=1)
"""After this a run that has not ended will not: its process was killed."""

INTERRUPTED = "interrupted: the process ended without a word"
MAX_ERROR_LENGTH = 2000
MAX_INSTANCE_LENGTH = 255

# SKIP LOCKED: another run may be clearing up the same rows
START_RUN = """
WITH interrupted AS (
    UPDATE monitoring_runs SET state = 'failed', finished_at = clock_timestamp(), error = %(interrupted)s
    WHERE id IN (
        SELECT id FROM monitoring_runs
        WHERE state = 'running' AND started_at < clock_timestamp() - make_interval(secs => %(dead_seconds)s)
        FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO monitoring_runs (run_id, slot, trigger, instance, started_at, state, error)
VALUES (%(run_id)s, %(slot)s, %(trigger)s, %(instance)s, clock_timestamp(), 'running', '')
"""

# What a knock adds that was not tried. Once a slot is enough to explain a gap while the scheduler is off.
NOTE_RUN = """
INSERT INTO monitoring_runs (run_id, slot, trigger, instance, started_at, finished_at, state, error)
SELECT %(run_id)s, %(slot)s, %(trigger)s, %(instance)s, moment, moment, %(state)s, ''
FROM (SELECT clock_timestamp() AS moment) AS clock
ON CONFLICT (slot) WHERE state = 'disabled' DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Run:
    """An attempt that is under way."""

    run_id: UUID
    slot: datetime


def start_run(*, slot: datetime, trigger: str) -> Run:
    """Write a run down as running, and mark those failed whose process must have died.

    Args:
        slot: The slot that it wants to fill.
        trigger: Who asked for it.
    """
    run = Run(uuid4(), slot)
    parameters = {**_describe(run, trigger), "interrupted": INTERRUPTED, "dead_seconds": DEAD_AFTER.total_seconds()}
    with connection.cursor() as cursor:
        cursor.execute(START_RUN, parameters)
    return run


def note_run(*, slot: datetime, trigger: str, state: RunState) -> Run:
    """Write a run down that ended before it began: skipped, or not tried because the scheduler is off.

    Args:
        slot: The slot that it would have filled.
        trigger: Who asked for it.
        state: How it ended. `disabled` is kept once per slot, by whoever comes first.
    """
    run = Run(uuid4(), slot)
    with connection.cursor() as cursor:
        cursor.execute(NOTE_RUN, {**_describe(run, trigger), "state": state.value})
    return run


def finish_run(run: Run, *, state: RunState, slot: datetime, error: str = "") -> None:
    """Write down how a run ended, unless that is known already.

    A capture marks its run in its own transaction. If the connection breaks during COMMIT, the database alone knows
    whether it happened, and what it says stays.

    Args:
        run: The run.
        state: How it ended.
        slot: The slot that it turned out to be about: the next one may have begun before the transaction did.
        error: What went wrong, without secrets.
    """
    MonitoringRun.objects.filter(run_id=run.run_id, state=RunState.RUNNING).update(
        state=state, slot=slot, finished_at=Now(), error=error[:MAX_ERROR_LENGTH]
    )


def _describe(run: Run, trigger: str) -> dict[str, UUID | datetime | str | float]:
    instance = f"{socket.gethostname()}:{os.getpid()}"[-MAX_INSTANCE_LENGTH:]
    return {"run_id": run.run_id, "slot": run.slot, "trigger": trigger, "instance": instance}
