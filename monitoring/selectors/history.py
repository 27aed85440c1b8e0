"""Pages of stored snapshots."""

from datetime import datetime
from typing import Any

from monitoring.models import MonitoringSnapshot
from monitoring.selectors.pages import Page, Position, load_page
from monitoring.selectors.snapshots import RECORD_FIELDS

Record = dict[str, Any]


def load_history_page(
    *,
    limit: int,
    position: Position | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Page[Record]:
    """Return a page of stored snapshots, newest first, in one statement; their records as in `list_records`.

    The index `snapshot_newest_first` is entered at the position. Snapshots are ordered by when they were taken, which
    is the order of their slots and the only one that snapshots without a slot have too.

    Args:
        limit: How many records at most, positive.
        position: Where the page begins; at the newest snapshot if left out.
        start: Leave out what was taken before this moment.
        end: Leave out what was taken at this moment or later.
    """
    snapshots = MonitoringSnapshot.objects.all()
    if start:
        snapshots = snapshots.filter(created_at__gte=start)
    if end:
        snapshots = snapshots.filter(created_at__lt=end)
    return load_page(snapshots.values(*RECORD_FIELDS), at="created_at", limit=limit, position=position)
