"""Reads of the run log."""

from datetime import datetime

from django.db.models import QuerySet

from monitoring.models import MonitoringRun, RunState
from monitoring.selectors.pages import Page, Position, load_page


def list_runs() -> QuerySet[MonitoringRun]:
    """Return all runs, newest first."""
    return MonitoringRun.objects.order_by("-started_at", "-id")


def find_capturing_run(slot: datetime) -> MonitoringRun | None:
    """Return the run that filled a slot, or None if no run is on file."""
    return MonitoringRun.objects.filter(slot=slot, state=RunState.CAPTURED).order_by("-started_at", "-id").first()


def load_run_page(
    *,
    limit: int,
    state: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    position: Position | None = None,
) -> Page[MonitoringRun]:
    """Return a page of runs, newest first, in one statement.

    Args:
        limit: How many at most, positive.
        state: One of `RunState`; all if left out.
        start: Leave out what started before this moment.
        end: Leave out what started at this moment or later.
        position: Where the page begins; at the newest run if left out.
    """
    conditions = {"state": state, "started_at__gte": start, "started_at__lt": end}
    wanted = MonitoringRun.objects.filter(**{name: value for name, value in conditions.items() if value is not None})
    return load_page(wanted, at="started_at", limit=limit, position=position)
