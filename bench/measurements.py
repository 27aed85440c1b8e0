"""The measurements that a worker can be asked for, by name."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.backtests import measure_backtests
from bench.csv_import import measure_import, write_csv_folder
from bench.endpoints import measure_endpoints
from bench.facts import measure_facts
from bench.facts_capture import measure_facts_capture
from bench.generate import CatalogueSize, generate_catalogue, generate_snapshots
from bench.ranges import measure_ranges
from bench.snapshots import capture, measure_snapshot, measure_snapshot_memory
from monitoring.domain.slots import compute_slot
from monitoring.services.interval import get_interval
from monitoring.services.rules import seed_rules
from supplybrain.clock import get_business_date

QUARTER = timedelta(minutes=15)


def fill(*, articles: int, days: int, snapshot_days: int = 0) -> dict[str, float]:
    """Generate a catalogue with sales up to yesterday, snapshots up to now and alert rules; return what it took."""
    start = time.perf_counter()
    now = timezone.now()
    size = CatalogueSize(articles=articles, days=days)
    generate_catalogue(size, last_day=get_business_date(now) - timedelta(days=1), now=now)
    if snapshot_days:
        generate_snapshots(days=snapshot_days, last_slot=compute_slot(now, interval=get_interval()) - QUARTER)
        seed_rules()
        capture()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        database_bytes = int(cursor.fetchone()[0])
    rows = {"listings": size.listings, "sales_rows": size.sales_rows}
    return {**rows, "seconds": time.perf_counter() - start, "database_megabytes": database_bytes / 1e6}


MEASUREMENTS: Mapping[str, Callable[..., Any]] = {
    "fill": fill,
    "snapshot": measure_snapshot,
    "snapshot_memory": measure_snapshot_memory,
    "endpoints": measure_endpoints,
    "backtests": measure_backtests,
    "ranges": measure_ranges,
    "facts": measure_facts,
    "facts_capture": measure_facts_capture,
    "write_csv": write_csv_folder,
    "import_csv": measure_import,
}
