"""How old the stored snapshots are, by the database's clock."""

from django.utils.translation import gettext as _

from monitoring.domain.freshness import Freshness, FreshnessState, compute_freshness
from monitoring.models import MonitoringSnapshot
from monitoring.selectors.clock import DatabaseClock, get_database_clock
from monitoring.selectors.latest import find_latest_and_clock
from monitoring.services.errors import SchedulerOverdueError
from monitoring.services.interval import get_interval

HEALTHY = {FreshnessState.FRESH, FreshnessState.LATE}


def get_freshness(snapshot: MonitoringSnapshot | None) -> Freshness:
    """Return the freshness of a stored snapshot, in one statement.

    Args:
        snapshot: The snapshot, None if there is none.
    """
    return measure_freshness(snapshot, get_database_clock(interval=get_interval()))


def get_latest_freshness() -> Freshness:
    """Return the freshness of the latest stored snapshot, in one statement; in two before the first."""
    return measure_freshness(*find_latest_and_clock(interval=get_interval()))


def measure_freshness(snapshot: MonitoringSnapshot | None, clock: DatabaseClock) -> Freshness:
    """Return the freshness of a stored snapshot at a moment.

    Args:
        snapshot: The snapshot, None if there is none.
        clock: The database's clock, read after the snapshot.
    """
    return compute_freshness(
        captured_at=snapshot.created_at if snapshot else None,
        slot=snapshot.slot if snapshot else None,
        now=clock.now,
        expected_slot=clock.slot,
        interval=get_interval(),
    )


def check_scheduler() -> Freshness:
    """Return the freshness of the latest snapshot if it says that the scheduler works, as `get_latest_freshness`.

    Raises:
        SchedulerOverdueError: If it is stale or dead, or there is none; the data say how old.
    """
    freshness = get_latest_freshness()
    if freshness.state in HEALTHY:
        return freshness
    raise SchedulerOverdueError(
        _explain_delay(freshness),
        data={
            "freshness": {
                "state": freshness.state.value,
                "age_seconds": freshness.age_seconds,
                "slot": freshness.slot,
                "expected_slot": freshness.expected_slot,
            }
        },
    )


def _explain_delay(freshness: Freshness) -> str:
    interval = round(get_interval().total_seconds())
    if freshness.age_seconds is None:
        text = _("A snapshot is due every %(interval)s s, and there is none yet. Are beat and a worker running?")
        return text % {"interval": interval}
    text = _("A snapshot is due every %(interval)s s, and the latest is %(age)s s old. Are beat and a worker running?")
    return text % {"interval": interval, "age": freshness.age_seconds}
