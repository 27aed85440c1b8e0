"""Pages of stored snapshots, found by the place of a snapshot in time rather than by counting."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from monitoring.models import MonitoringSnapshot
from monitoring.selectors.snapshots import RECORD_FIELDS

Record = dict[str, Any]


class Direction(StrEnum):
    """Which way a page lies from a snapshot."""

    OLDER = "older"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class HistoryPosition:
    """A place between snapshots: beside one of them, on one side.

    Args:
        created_at: When that snapshot was taken.
        snapshot_id: Its id, which decides between snapshots of one moment.
        direction: On which side the page lies.
    """

    created_at: datetime
    snapshot_id: int
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Records, newest first, and where the pages beside them begin.

    Args:
        records: The same as in `list_records`.
        older: Where the page of older records begins; None if there is none.
        newer: Where the page of newer records begins; None at the newest end.
    """

    records: list[Record]
    older: HistoryPosition | None = None
    newer: HistoryPosition | None = None


def load_page(
    *,
    limit: int,
    position: HistoryPosition | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> HistoryPage:
    """Return a page of stored snapshots, newest first, in one statement.

    The thousandth page costs what the first one costs: the index `snapshot_newest_first` is entered at the position.
    Snapshots are ordered by when they were taken, which is the order of their slots and the only one that snapshots
    without a slot have too. New ones come before the first page and move none of the others.

    Args:
        limit: How many records at most, positive.
        position: Where the page begins; at the newest snapshot if left out.
        start: Leave out what was taken before this moment.
        end: Leave out what was taken at this moment or later.
    """
    direction = position.direction if position else Direction.OLDER
    rows = list(_select(direction, position, start, end).values(*RECORD_FIELDS)[: limit + 1])
    has_more, rows = len(rows) > limit, rows[:limit]
    if direction is Direction.NEWER:
        rows.reverse()
    return _build_page(rows, direction, has_more=has_more, is_first=position is None)


def _select(
    direction: Direction, position: HistoryPosition | None, start: datetime | None, end: datetime | None
) -> QuerySet[MonitoringSnapshot]:
    """Return the snapshots on one side of a position, the nearest first."""
    snapshots = MonitoringSnapshot.objects.all()
    if start:
        snapshots = snapshots.filter(created_at__gte=start)
    if end:
        snapshots = snapshots.filter(created_at__lt=end)
    # The first condition is where the index is entered, the second drops what shares the moment: an OR of the two cases
    # would be a filter over the whole index.
    if direction is Direction.NEWER:
        snapshots = snapshots.order_by("created_at", "id")
        if position:
            at, number = position.created_at, position.snapshot_id
            snapshots = snapshots.filter(created_at__gte=at).exclude(created_at=at, id__lte=number)
        return snapshots
    snapshots = snapshots.order_by("-created_at", "-id")
    if position:
        at, number = position.created_at, position.snapshot_id
        snapshots = snapshots.filter(created_at__lte=at).exclude(created_at=at, id__gte=number)
    return snapshots


def _build_page(records: list[Record], direction: Direction, *, has_more: bool, is_first: bool) -> HistoryPage:
    if not records:
        return HistoryPage(records=records)
    is_older_there = has_more if direction is Direction.OLDER else True  # the page it was reached from
    is_newer_there = has_more if direction is Direction.NEWER else not is_first
    return HistoryPage(
        records=records,
        older=_place_beside(records[-1], Direction.OLDER) if is_older_there else None,
        newer=_place_beside(records[0], Direction.NEWER) if is_newer_there else None,
    )


def _place_beside(record: Record, direction: Direction) -> HistoryPosition:
    return HistoryPosition(record["created_at"], record["id"], direction)
