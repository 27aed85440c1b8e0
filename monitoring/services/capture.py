"""Capturing: exactly one snapshot per slot, whatever dies, with any number of workers.

The unique slot row gives correctness, the lock saves work, the clock of the database decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError
from django.utils.translation import gettext as _
from psycopg import errors as postgres

from monitoring.models import RunState
from monitoring.selectors.clock import get_current_slot
from monitoring.selectors.facts import load_current_facts
from monitoring.selectors.snapshots import has_later_snapshot
from monitoring.services.build import build_snapshot
from monitoring.services.errors import CaptureRunningError, CaptureTimedOutError
from monitoring.services.evaluation import Evidence, evaluate_snapshot
from monitoring.services.facts import store_facts
from monitoring.services.heartbeat import Signal, send_heartbeat
from monitoring.services.interval import get_interval
from monitoring.services.runs import Run, finish_run, note_run, start_run
from monitoring.services.slots import Claim, is_slot_free, take_slot, wait_for_capture
from monitoring.services.storage import SnapshotContent, store_snapshot
from monitoring.services.transactions import consistent_view
from supplybrain.clock import get_business_date

log = structlog.get_logger(__name__)

SCHEDULE = "schedule"

LOST_RACE = (postgres.UniqueViolation, postgres.SerializationFailure)
TIMED_OUT = (postgres.QueryCanceled, postgres.LockNotAvailable, postgres.IdleInTransactionSessionTimeout)
# The slot may be empty still: what was in the way may have been no capture, but a change of the rules.
UNDECIDED = {RunState.SKIPPED_LOCKED, RunState.LOST_RACE}
LIMITS = (
    "MONITORING_STATEMENT_TIMEOUT_SECONDS",
    "MONITORING_LOCK_TIMEOUT_SECONDS",
    "MONITORING_IDLE_TIMEOUT_SECONDS",
)


@dataclass(frozen=True, slots=True)
class CaptureResult:
    """How an attempt to fill the running slot ended.

    Args:
        state: The same word as in the run log.
        slot: The slot in question.
        run_id: Its row in the run log; None if there was nothing to try.
    """

    state: RunState
    slot: datetime
    run_id: UUID | None = None


def capture_on_schedule() -> CaptureResult:
    """Capture the running slot, unless MONITORING_SCHEDULER_ENABLED is false.

    Switched off, it says so in the log, and once per empty slot in the run log, so that the gap can be explained later.

    Raises:
        CaptureTimedOutError, DatabaseError: As `capture_snapshot`.
    """
    if settings.MONITORING_SCHEDULER_ENABLED:
        return capture_snapshot(trigger=SCHEDULE)
    current = get_current_slot(interval=get_interval())
    if current.snapshot_id is None:
        note_run(slot=current.slot, trigger=SCHEDULE, state=RunState.DISABLED)
    log.info("scheduled_capture_disabled", slot=current.slot.isoformat(), setting="MONITORING_SCHEDULER_ENABLED")
    return CaptureResult(RunState.DISABLED, current.slot)


def capture_now(*, trigger: str) -> CaptureResult:
    """Capture the running slot for somebody who waits for it: if another process is at it, wait for its end.

    Args:
        trigger: Who asks, for the run log.

    Returns:
        A result whose slot has a snapshot; it is new if the state is `captured`.

    Raises:
        CaptureRunningError: If the other process takes longer than MONITORING_LOCK_TIMEOUT_SECONDS.
        CaptureTimedOutError, DatabaseError: As `capture_snapshot`.
    """
    result = capture_snapshot(trigger=trigger)
    if result.state in UNDECIDED and wait_for_capture():
        result = capture_snapshot(trigger=trigger)
    if result.state in UNDECIDED:
        raise CaptureRunningError(_("Another process is capturing this slot. Ask for the snapshot in a few seconds."))
    return result


def capture_snapshot(*, trigger: str) -> CaptureResult:
    """Fill the running slot unless it is filled or somebody else is at it.

    The number of statements is fixed. Must not be called inside a transaction.

    Args:
        trigger: Who asks, for the run log.

    Raises:
        CaptureTimedOutError: If PostgreSQL cancelled it for taking too long.
        DatabaseError: If the database failed otherwise. In both cases nothing but the run log was written.
    """
    current = get_current_slot(interval=get_interval())
    if current.snapshot_id is not None:
        return CaptureResult(RunState.SKIPPED_DONE, current.slot)
    if current.is_being_captured:
        run = note_run(slot=current.slot, trigger=trigger, state=RunState.SKIPPED_LOCKED)
        return CaptureResult(RunState.SKIPPED_LOCKED, run.slot, run.run_id)
    run = start_run(slot=current.slot, trigger=trigger)
    with structlog.contextvars.bound_contextvars(run_id=str(run.run_id)):
        return _follow(run)


def _follow(run: Run) -> CaptureResult:
    """Make the attempt, and write down and tell how it ended, be it by the process's own end."""
    try:
        send_heartbeat(run, Signal.START)
        result = _fill_slot(run, interval=get_interval())
        if result.state is not RunState.CAPTURED:  # else it was written with the snapshot
            finish_run(run, state=result.state, slot=result.slot)
    except BaseException as error:
        _record_failure(run, error)
        send_heartbeat(run, Signal.FAIL)
        if isinstance(error.__cause__, TIMED_OUT):
            raise CaptureTimedOutError(_explain_timeout(error)) from error
        raise
    log.info("capture_finished", state=result.state.value, slot=result.slot.isoformat())
    # Whoever lost a race ends what he said he had started: the winner has filled the slot, or tells of it himself.
    send_heartbeat(run, Signal.SUCCESS)
    return result


def _fill_slot(run: Run, *, interval: timedelta) -> CaptureResult:
    """Fill the running slot in one transaction. It is the run's, unless the next one began in between."""
    slot = run.slot
    try:
        with consistent_view():
            claim = take_slot(interval=interval)
            slot = claim.slot
            state = _capture(run, claim, interval) if claim.is_granted else RunState.SKIPPED_LOCKED
    except (IntegrityError, OperationalError) as error:
        if not isinstance(error.__cause__, LOST_RACE):
            raise
        state = RunState.LOST_RACE
    return CaptureResult(state, slot, run.run_id)


def _capture(run: Run, claim: Claim, interval: timedelta) -> RunState:
    if not is_slot_free(claim.slot):
        return RunState.SKIPPED_DONE
    as_of = get_business_date(claim.slot)
    build = build_snapshot(as_of=as_of)
    explainable = not has_later_snapshot(claim.slot)
    content = SnapshotContent(
        values=build.values,
        facts_hash=build.facts.hash if explainable else "",
        settings_hash=build.settings_hash,
        sources=build.sources,
    )
    stored = store_snapshot(run=run, claim=claim, as_of=as_of, content=content, interval=interval)
    if stored.snapshot_id is None:
        return RunState.LOST_RACE
    if explainable:
        store_facts(build.facts, slot=claim.slot, before=load_current_facts())
        evidence = Evidence(
            snapshot_id=stored.snapshot_id,
            slot=claim.slot,
            read_at=claim.moment,
            values=build.values,
            sources=build.sources,
        )
        evaluate_snapshot(evidence, interval=interval)
    else:
        log.warning("facts_not_stored", slot=claim.slot.isoformat(), reason="a later slot has a snapshot")
    if stored.missed_slots:
        log.warning("slots_missed", count=stored.missed_slots)
    return RunState.CAPTURED


def _record_failure(run: Run, error: BaseException) -> None:
    """Write a failure down, if the database still lets us."""
    reason = f"{type(error).__name__}: {error}".strip()
    log.warning("capture_failed", error=reason)
    try:
        finish_run(run, state=RunState.FAILED, slot=run.slot, error=reason)
    except DatabaseError as unwritten:
        # the row goes on saying `running`, and a later run marks it as interrupted
        log.warning("run_not_recorded", error=type(unwritten).__name__)


def _explain_timeout(error: BaseException) -> str:
    limits = ", ".join(f"{name}={getattr(settings, name)}" for name in LIMITS)
    reason = str(error).splitlines()[0]
    text = _("PostgreSQL stopped the capture (%(reason)s) and nothing was stored. Limits: %(limits)s.")
    return text % {"reason": reason, "limits": limits}
