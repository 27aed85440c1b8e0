"""What its facts add to a capture, by how many of them changed since the last one."""

import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from statistics import median
from typing import Any

from django.db import connection

from bench.facts_history import TABLES
from bench.snapshots import capture, forget_snapshots
from bench.statements import list_statements
from bench.watches import stop_watches

CHANGED_PERCENTS = (0, 3, 100)

# What a capture does for the sake of its facts alone. The comparison is a part of the writing.
PARTS = {
    "build": "monitoring.services.build.build_planning_facts",
    "hash_settings": "monitoring.services.build.hash_settings",
    "hash": "monitoring.domain.facts.hash_facts",
    "load": "monitoring.services.capture.load_current_facts",
    "compare": "monitoring.services.facts.find_changes",
    "write": "monitoring.services.capture.store_facts",
}
ADDED_PARTS = [name for name in PARTS if name != "compare"]

# A column of each table whose change makes the next capture end the row and begin another one.
CHANGING_COLUMNS: Mapping[str, str] = dict(zip(TABLES, ("units", "units", "digest"), strict=False))
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def measure_facts_capture(*, repeats: int) -> dict[str, Any]:
    """Return, by percentage of facts that changed, the statements and the median seconds of a capture and its parts."""
    forget_snapshots()
    capture()
    return {"rows": [_measure(percent, repeats) for percent in CHANGED_PERCENTS]}


def _measure(percent: int, repeats: int) -> dict[str, Any]:
    _prepare(percent)
    statements = len(list_statements(capture))
    totals: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        _prepare(percent)
        for name, seconds in _time_capture().items():
            totals[name].append(seconds)
    medians = {name: median(values) for name, values in totals.items()}
    return {"percent": percent, "statements": statements, "changed_rows": _count_changed(), **medians}


def _time_capture() -> dict[str, float]:
    with stop_watches(PARTS) as watches:
        start = time.perf_counter()
        capture()
        whole = time.perf_counter() - start
    added = sum(watches[name] for name in ADDED_PARTS)
    parts = {name: watches[name] for name in PARTS}
    parts["hash"] += parts.pop("hash_settings")
    return {"whole": whole, "added": added, "factor": whole / (whole - added), **parts}


def _prepare(percent: int) -> None:
    """Free the running slot, and let the facts be long known, except for a percentage that the next capture changes."""
    forget_snapshots()
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table} WHERE valid_to_slot IS NOT NULL")
            cursor.execute(
                f"UPDATE {table} SET valid_from_slot = %s WHERE valid_from_slot > %s",
                [LONG_AGO, LONG_AGO],
            )
        for table, column in CHANGING_COLUMNS.items():
            cursor.execute(
                f"UPDATE {table} SET {column} = {column} + 1 WHERE abs(hashint8(article_id)::bigint) %% 100 < %s",
                [percent],
            )
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")


def _count_changed() -> int:
    """Return how many rows the last capture wrote."""
    counts = " + ".join(f"(SELECT count(*) FROM {table} WHERE valid_from_slot > %(ago)s)" for table in TABLES)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", {"ago": LONG_AGO})
        return int(cursor.fetchone()[0])
