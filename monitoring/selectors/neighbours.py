"""The snapshots that one is read beside: the one before it, the one after it, and the one of a day earlier."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet, Value

from monitoring.models import MonitoringSnapshot

DAY = timedelta(days=1)

PREVIOUS, NEXT, DAY_BEFORE = "previous", "next", "day_before"


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What lies around a snapshot, each None where there is none.

    Attributes:
        previous: The last filled slot before it.
        next: The first filled slot after it.
        day_before: The slot 24 hours before it, or the last filled one before that.
    """

    previous: MonitoringSnapshot | None
    next: MonitoringSnapshot | None
    day_before: MonitoringSnapshot | None


def find_neighbours(snapshot: MonitoringSnapshot) -> Neighbours:
    """Return the snapshots around one, in one statement of three look-ups in the index of the slots."""
    moment = get_moment(snapshot)
    earlier = MonitoringSnapshot.objects.order_by("-slot")
    rows = _name(PREVIOUS, earlier.filter(slot__lt=moment)).union(
        _name(NEXT, MonitoringSnapshot.objects.filter(slot__gt=moment).order_by("slot")),
        _name(DAY_BEFORE, earlier.filter(slot__lte=moment - DAY)),
        all=True,
    )
    by_role = {row.role: row for row in rows}  # type: ignore[attr-defined]  # the annotation
    return Neighbours(*(by_role.get(role) for role in (PREVIOUS, NEXT, DAY_BEFORE)))


def get_moment(snapshot: MonitoringSnapshot) -> datetime:
    """Return when a snapshot was: its slot, or when it was made if another one holds the slot."""
    return snapshot.slot or snapshot.created_at


def _name(role: str, rows: QuerySet[MonitoringSnapshot]) -> QuerySet[MonitoringSnapshot]:
    return rows.annotate(role=Value(role))[:1]
