"""Reads of stored snapshots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import MonitoringSnapshot

RECORD_FIELDS = ("id", "created_at", *METRIC_NAMES, "slot", "schema_version", "metrics_version")


@dataclass(frozen=True, slots=True)
class Series:
    """One metric over time: times and values, oldest first."""

    metric: str
    points: list[tuple[datetime, int]]


def list_snapshots() -> QuerySet[MonitoringSnapshot]:
    """Return all snapshots, newest first."""
    return MonitoringSnapshot.objects.order_by("-created_at", "-id")


def list_explainable_snapshots() -> QuerySet[MonitoringSnapshot]:
    """Return the snapshots whose facts are there (`has_facts`), newest first."""
    return list_snapshots().exclude(facts_hash="").filter(facts_thinned_at=None)


def find_latest_snapshot() -> MonitoringSnapshot | None:
    """Return the newest snapshot, or None before the first."""
    return list_snapshots().first()


def list_records(*, limit: int) -> list[dict[str, object]]:
    """Return the newest snapshots as plain records, newest first.

    Args:
        limit: How many at most.
    """
    # dictionaries straight from the cursor: model instances and a serializer take ten times as long for a year of days
    return list(list_snapshots().values(*RECORD_FIELDS)[:limit])


def find_snapshot(snapshot_id: int) -> MonitoringSnapshot | None:
    """Return the snapshot with an id, or None."""
    return MonitoringSnapshot.objects.filter(pk=snapshot_id).first()


def find_explainable_at(moment: datetime) -> MonitoringSnapshot | None:
    """Return the snapshot of the slot at a moment, or the last one before it whose facts are there, or None."""
    return list_explainable_snapshots().filter(slot__lte=moment).order_by("-slot").first()


def find_explainable_before(moment: datetime) -> MonitoringSnapshot | None:
    """Return the last snapshot of a slot that began before a moment and whose facts are there, or None."""
    return list_explainable_snapshots().filter(slot__lt=moment).order_by("-slot").first()


def has_later_snapshot(slot: datetime) -> bool:
    """Return whether a slot after this one has a snapshot: the grid has changed, or the clock was set back."""
    return MonitoringSnapshot.objects.filter(slot__gt=slot).exists()


def get_slot_snapshot(*, slot: datetime) -> MonitoringSnapshot:
    """Return the snapshot of a slot.

    Raises:
        DoesNotExist: If the slot has none.
    """
    return MonitoringSnapshot.objects.get(slot=slot)


def describe_record(snapshot: MonitoringSnapshot) -> dict[str, object]:
    """Return a snapshot as a plain record, the same as in `list_records`."""
    return {name: getattr(snapshot, name) for name in RECORD_FIELDS}


def list_series(*, metrics: Sequence[str], limit: int) -> list[Series]:
    """Return metrics over the newest snapshots, in one statement.

    A snapshot that is older than a metric has no value of it, and gives no point. Before the first snapshot there is no
    series at all.

    Args:
        metrics: Names of metrics; a repeated one comes once.
        limit: Over how many snapshots at most.
    """
    names = list(dict.fromkeys(metrics))
    rows = list(list_snapshots().values_list("created_at", *names)[:limit])
    rows.reverse()
    if not rows:
        return []
    return [
        Series(name, [(row[0], row[column]) for row in rows if row[column] is not None])
        for column, name in enumerate(names, start=1)
    ]
