"""A snapshot through the real service, beside the bare aggregate over the same sales rows."""

import time
from collections import defaultdict
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection

from bench.memory import get_peak_megabytes
from bench.statements import list_statements, run_statement
from bench.timing import median_ratio, time_side_by_side
from bench.watches import stop_watches
from monitoring.models import RunState
from monitoring.services.capture import capture_snapshot

AGGREGATE = "SELECT wb_sku_id, sum(units) FROM planning_core_wbdailysales GROUP BY 1"
AGGREGATE_IN_SERVER = f"SELECT count(*), sum(units) FROM ({AGGREGATE}) AS sold (wb_sku_id, units)"

# Where the time goes: each is called once by a capture; the sales are loaded inside the load.
PARTS = {
    "load": "planning_core.services.portfolio.load_planning_inputs",
    "load_sales": "planning_core.selectors.inputs.load_sales",
    "compute": "planning_core.services.portfolio.compute_classic_portfolio",
}


def capture() -> None:
    """Capture the running slot anew.

    Raises:
        RuntimeError: If the service did not capture.
    """
    result = capture_snapshot(trigger="bench")
    if result.state is not RunState.CAPTURED:
        raise RuntimeError(f"The capture ended as {result.state}.")


def forget_snapshots() -> None:
    """Make the running slot free again."""
    with connection.cursor() as cursor:
        # with them goes what was decided on them: transitions, episodes, messages
        cursor.execute("TRUNCATE monitoring_snapshots, monitoring_runs, monitoring_gaps, monitoring_alerts CASCADE")


def measure_snapshot(*, repeats: int) -> dict[str, Any]:
    """Return seconds of the capture and of the aggregates in turns, its statements and where its time goes."""
    forget_snapshots()
    statements = list_statements(capture)
    sales_copy = _find_sales_statement(statements)
    works: list[Callable[[], object]] = [
        capture,
        lambda: run_statement(AGGREGATE),
        lambda: run_statement(AGGREGATE_IN_SERVER),
        lambda: run_statement(sales_copy),
    ]
    time_side_by_side(works, repeats=1, prepare=forget_snapshots)  # now every one finds its pages in memory
    captures, aggregates, in_server, transports = time_side_by_side(works, repeats=repeats, prepare=forget_snapshots)
    return {
        "statements": len(statements),
        "seconds": median(captures),
        "aggregate_seconds": median(aggregates),
        "aggregate_in_server_seconds": median(in_server),
        "transport_seconds": median(transports),
        "ratio": median_ratio(captures, aggregates),
        "transport_ratio": median_ratio(transports, aggregates),
        "parts": _time_parts(repeats),
        "risks": _read_risks(),
    }


def measure_snapshot_memory() -> dict[str, float]:
    """Return the peak memory of this process before and after one capture [MB]."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    forget_snapshots()
    before = get_peak_megabytes()
    capture()
    return {"before": before, "after": get_peak_megabytes()}


def _find_sales_statement(statements: list[str]) -> str:
    """Return the statement by which a capture reads the sales: the only one that groups them."""
    [statement] = [s for s in statements if "planning_core_wbdailysales" in s and "GROUP BY" in s]
    return statement


def _time_parts(repeats: int) -> dict[str, float]:
    """Return the median seconds of each part over some captures."""
    totals: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        forget_snapshots()
        with stop_watches(PARTS) as seconds:
            start = time.perf_counter()
            capture()
            seconds["whole"] = time.perf_counter() - start
        for name, value in seconds.items():
            totals[name].append(value)
    return {name: median(values) for name, values in totals.items()}


def _read_risks() -> dict[str, int]:
    columns = ("critical", "warning", "ok", "overstock", "no_data")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'risk_{name}' for name in columns)} FROM monitoring_snapshots")
        return dict(zip(columns, cursor.fetchone(), strict=True))
