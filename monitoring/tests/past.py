"""Stored history: snapshots, gaps and runs at moments of one's choice."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection

from monitoring.models import MonitoringGap, MonitoringRun, MonitoringSnapshot

QUARTER = timedelta(minutes=15)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

FILL_SLOTS = """
INSERT INTO monitoring_snapshots (slot, created_at, schema_version, metrics_version, risk_critical, risk_warning)
SELECT slot, slot + interval '4 seconds', 1, 1, n %% 7, n
FROM generate_series(%(last)s - %(number)s * interval '15 minutes', %(last)s, interval '15 minutes')
    WITH ORDINALITY AS s (slot, n)
"""


def snap(slot: datetime, *, late: timedelta = timedelta(seconds=4), **values: Any) -> MonitoringSnapshot:
    """Store the snapshot of a slot, taken a moment after it began."""
    return MonitoringSnapshot.objects.create(
        slot=slot, created_at=slot + late, schema_version=1, metrics_version=1, **values
    )


def snap_without_slot(moment: datetime, **values: Any) -> MonitoringSnapshot:
    """Store a snapshot as it may be moved over: a second one of its slot."""
    return MonitoringSnapshot.objects.create(created_at=moment, schema_version=1, metrics_version=1, **values)


def note_gap(slot: datetime, reason: str) -> None:
    """Store why a slot has no snapshot."""
    MonitoringGap.objects.create(slot=slot, reason=reason, detected_at=slot)


def log_run(slot: datetime, state: str) -> None:
    """Store an attempt to fill a slot."""
    MonitoringRun.objects.create(run_id=uuid4(), slot=slot, trigger="test", instance="", started_at=slot, state=state)


def fill_slots(*, number: int, last: datetime) -> None:
    """Store the snapshots of that many slots and one, up to the last, and let the planner know."""
    with connection.cursor() as cursor:
        cursor.execute(FILL_SLOTS, {"number": number, "last": last})
        cursor.execute("ANALYZE monitoring_snapshots")
