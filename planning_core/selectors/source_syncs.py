"""How old the data of every source are."""

from dataclasses import dataclass
from datetime import datetime

from planning_core.models import DataSource, SourceSync, SyncOrigin


@dataclass(frozen=True, slots=True)
class SourceState:
    """When a source last delivered.

    Attributes:
        source: The source.
        last_good_at: The last good sync [UTC]; None if there never was one.
        origin: Who delivered then; None if nobody did.
    """

    source: DataSource
    last_good_at: datetime | None
    origin: SyncOrigin | None

    def compute_age_seconds(self, now: datetime) -> int | None:
        """Return whole seconds since the last good sync, not below 0; None if there never was one."""
        if self.last_good_at is None:
            return None
        return max(0, int((now - self.last_good_at).total_seconds()))


def list_source_syncs() -> list[SourceState]:
    """Return every source in the order of `DataSource`, also those that never delivered, in one statement."""
    rows = SourceSync.objects.values_list("source", "last_good_at", "origin")
    known = {source: (last_good_at, SyncOrigin(origin)) for source, last_good_at, origin in rows}
    return [SourceState(source, *known.get(source, (None, None))) for source in DataSource]
