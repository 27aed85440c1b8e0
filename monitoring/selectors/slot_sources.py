"""How old the sources of the stored snapshots were, for whoever judges every slot of months."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from monitoring.domain.slots import EPOCH
from monitoring.selectors.slot_values import MICROSECOND

# Sources deliver a few times a day: only the snapshots are read that saw something new.
LOAD_DELIVERIES = """
SELECT created_at, sources
FROM (
    SELECT created_at, id, sources, lag(sources) OVER (ORDER BY created_at, id) AS seen_before
    FROM monitoring_snapshots
    WHERE created_at >= %(start)s AND created_at < %(end)s
) AS snapshot
WHERE sources IS DISTINCT FROM seen_before
ORDER BY created_at, id
"""


@dataclass(frozen=True, slots=True)
class SourceTimes:
    """From a snapshot on, when each source had its last good sync.

    Args:
        captured_at: When the snapshot was captured [microseconds since 1970].
        sources: Last good sync by source; empty where the snapshot is older than that record.
    """

    captured_at: int
    sources: Mapping[str, datetime | None]


def load_source_times(*, start: datetime, end: datetime) -> list[SourceTimes]:
    """Return how old sources were over a range of time, one entry per change, oldest first, in one statement.

    Args:
        start: The first moment.
        end: The moment after the last one.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOAD_DELIVERIES, {"start": start, "end": end})
        rows = cursor.fetchall()
    return [SourceTimes((captured_at - EPOCH) // MICROSECOND, _read(sources)) for captured_at, sources in rows]


def _read(sources: str) -> dict[str, datetime | None]:
    return {
        source: datetime.fromisoformat(at) if isinstance(at, str) else None
        for source, at in json.loads(sources).items()
    }
