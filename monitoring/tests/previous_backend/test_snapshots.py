"""Old snapshots keep their ids and get their slots."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from monitoring.models import MonitoringSnapshot
from monitoring.tests.previous_backend.database import (
    WRITTEN,
)
from monitoring.tests.previous_backend.moving import Move, list_values

pytestmark = pytest.mark.django_db


def snapshot(row_id: int, created_at: str) -> dict[str, Any]:
    return {"id": row_id, "created_at": created_at, "risk_ok": row_id}


def test_the_first_snapshot_of_a_slot_gets_the_slot(move: Move) -> None:
    move(
        {
            "monitoring_snapshots": [
                snapshot(1, "2026-01-14T21:14:59.999+00:00"),
                snapshot(2, "2026-01-14T21:00:00+00:00"),
                snapshot(3, "2026-01-14T21:15:00+00:00"),
                snapshot(4, "2026-01-14T20:59:59+00:00"),
            ]
        }
    )

    assert list_values(MonitoringSnapshot, "id", "slot", "as_of_date", "risk_ok", "risk_critical") == [
        (1, None, date(2026, 1, 15), 1, None),  # midnight in Moscow is 21:00 UTC
        (2, datetime(2026, 1, 14, 21, 0, tzinfo=UTC), date(2026, 1, 15), 2, None),
        (3, datetime(2026, 1, 14, 21, 15, tzinfo=UTC), date(2026, 1, 15), 3, None),
        (4, datetime(2026, 1, 14, 20, 45, tzinfo=UTC), date(2026, 1, 14), 4, None),
    ]
    assert set(list_values(MonitoringSnapshot, "schema_version", "metrics_version")) == {(1, 1)}


def test_two_snapshots_of_the_same_moment_are_ordered_by_id(move: Move) -> None:
    move({"monitoring_snapshots": [snapshot(2, WRITTEN), snapshot(1, WRITTEN)]})

    assert [(row, slot is not None) for row, slot in list_values(MonitoringSnapshot, "id", "slot")] == [
        (1, True),
        (2, False),
    ]


def test_a_slot_once_given_stays(move: Move) -> None:
    move({"monitoring_snapshots": [snapshot(2, "2026-01-15T06:05:00+00:00")]})

    move({"monitoring_snapshots": [snapshot(2, "2026-01-15T06:05:00+00:00"), snapshot(1, "2026-01-15T06:01:00+00:00")]})

    assert [(row, slot is not None) for row, slot in list_values(MonitoringSnapshot, "id", "slot")] == [
        (1, False),
        (2, True),
    ]


def test_snapshots_captured_here_are_never_overwritten(move: Move) -> None:
    own = datetime(2026, 1, 15, 6, 1, tzinfo=UTC)
    MonitoringSnapshot.objects.create(
        id=1, slot=own.replace(minute=0), created_at=own, risk_ok=99, schema_version=2, metrics_version=2
    )

    output = move({"monitoring_snapshots": [snapshot(1, WRITTEN), snapshot(2, "2026-01-15T06:02:00+00:00")]})

    assert list_values(MonitoringSnapshot, "id", "slot", "risk_ok") == [(1, own.replace(minute=0), 99), (2, None, 2)]
    assert "monitoring_snapshots: left out, a snapshot captured here has the id: 1" in output
