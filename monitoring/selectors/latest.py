"""The latest snapshot and how late it is, read at once."""

from datetime import timedelta

from django.db.models import DateTimeField, Func

from monitoring.domain.slots import compute_slot
from monitoring.models import MonitoringSnapshot
from monitoring.selectors.clock import DatabaseClock, get_database_clock
from monitoring.selectors.snapshots import list_snapshots


class ClockTimestamp(Func):
    """The database's clock as the row is read, whenever the transaction began."""

    function = "clock_timestamp"
    output_field = DateTimeField()


def find_latest_and_clock(*, interval: timedelta) -> tuple[MonitoringSnapshot | None, DatabaseClock]:
    """Return the newest snapshot, None before the first, and the database's clock, in one statement; two before it.

    Args:
        interval: Length of a slot, whole seconds.
    """
    latest = list_snapshots().annotate(now=ClockTimestamp()).first()
    if latest is None:
        return None, get_database_clock(interval=interval)
    return latest, DatabaseClock(now=latest.now, slot=compute_slot(latest.now, interval=interval))
