"""The clock of PostgreSQL, which alone decides which slot is running: hosts may be minutes off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from supplybrain.locks import LOCK_NAMESPACE, LockedJob

# `monitoring.domain.slots.compute_slot` in SQL; to be used with a column `moment` and a parameter `seconds`
SLOT_OF_MOMENT = "to_timestamp(floor(extract(epoch FROM moment) / %(seconds)s) * %(seconds)s)"

READ_CLOCK = f"SELECT moment, {SLOT_OF_MOMENT} FROM (SELECT clock_timestamp() AS moment) AS clock"  # noqa: S608  (constants)

FIND_SLOT = f"""
SELECT clock.slot, snapshot.id, EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid = %(namespace)s AND objid = %(job)s AND mode = 'ExclusiveLock' AND granted
)
FROM (SELECT {SLOT_OF_MOMENT} AS slot FROM (SELECT clock_timestamp() AS moment) AS now) AS clock
LEFT JOIN monitoring_snapshots AS snapshot ON snapshot.slot = clock.slot
"""  # noqa: S608  (constants)


@dataclass(frozen=True, slots=True)
class DatabaseClock:
    """A moment by the database's clock and the slot that holds it."""

    now: datetime
    slot: datetime


@dataclass(frozen=True, slots=True)
class CurrentSlot:
    """The running slot.

    Args:
        slot: Its start.
        snapshot_id: Its snapshot, None while nobody has captured it.
        is_being_captured: Whether somebody holds the lock of the capture at this moment.
    """

    slot: datetime
    snapshot_id: int | None
    is_being_captured: bool


def get_database_clock(*, interval: timedelta) -> DatabaseClock:
    """Return the database's time and the slot that it falls into, in one statement.

    Args:
        interval: Length of a slot, whole seconds.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_CLOCK, {"seconds": count_seconds(interval)})
        return DatabaseClock(*cursor.fetchone())


def get_current_slot(*, interval: timedelta) -> CurrentSlot:
    """Return the running slot and what has become of it so far, in one statement.

    Args:
        interval: Length of a slot, whole seconds.
    """
    keys = {"namespace": LOCK_NAMESPACE, "job": LockedJob.CAPTURE_SNAPSHOT.value}
    with connection.cursor() as cursor:
        cursor.execute(FIND_SLOT, {"seconds": count_seconds(interval), **keys})
        return CurrentSlot(*cursor.fetchone())


def count_seconds(interval: timedelta) -> int:
    """Return the length of a slot in whole seconds, which the grid in SQL is made of."""
    return interval // timedelta(seconds=1)
