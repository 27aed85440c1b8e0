"""Facts of a long history: what they take on the disk, and how long two slots of them take to read."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.facts_history import QUARTER, TABLES, HistorySize, generate_facts
from bench.statements import list_statements, run_statement
from bench.timing import time_side_by_side
from monitoring.domain.slots import compute_slot
from monitoring.selectors.facts import load_facts

DAY = timedelta(days=1)
# SERIALIZE: with what turning the answer into bytes takes, which EXPLAIN otherwise leaves out
EXPLAIN = "EXPLAIN (ANALYZE, TIMING OFF, SERIALIZE BINARY)"
MILLISECONDS = re.compile(r"(?:Planning|Execution) Time: ([\d.]+) ms")
COPIED_QUERY = re.compile(r"COPY \((.*)\) TO STDOUT \(FORMAT binary\)", re.DOTALL)


def measure_facts(*, articles: int, days: int, repeats: int) -> dict[str, Any]:
    """Generate a history of facts; return its size per table and the seconds that two slots of it take to read."""
    start = time.perf_counter()
    last_slot = compute_slot(timezone.now(), interval=QUARTER)
    size = HistorySize(articles=articles, days=days, last_slot=last_slot)
    generate_facts(size)
    seconds = time.perf_counter() - start
    middle = size.first_slot + size.slots // 2 * QUARTER
    pairs = {"newest and a day before": last_slot, "in the middle": middle}
    return {
        "slots": size.slots,
        "fill_seconds": seconds,
        "tables": [_measure_table(table, size) for table in TABLES],
        "reads": [{"name": name, **_time_reads([slot, slot - DAY], repeats)} for name, slot in pairs.items()],
    }


def _measure_table(table: str, size: HistorySize) -> dict[str, Any]:
    """Return the size of a table; `changed_rows` are those that began after the first slot."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), count(*) FILTER (WHERE valid_from_slot > %s),"
            f" pg_table_size('{table}'), pg_indexes_size('{table}') FROM {table}",
            [size.first_slot],
        )
        rows, changed_rows, table_bytes, index_bytes = cursor.fetchone()
    return {
        "table": table,
        "rows": rows,
        "changed_rows": changed_rows,
        "table_bytes": table_bytes,
        "index_bytes": index_bytes,
        "bytes_per_row": (table_bytes + index_bytes) / rows,
        "bytes_per_slot_and_article": (table_bytes + index_bytes) / (size.slots * size.articles),
    }


def _time_reads(slots: list[datetime], repeats: int) -> dict[str, float]:
    """Return the median seconds of reading slots one after the other: in the server, as statements, as facts."""
    loads = [partial(load_facts, slot=slot) for slot in slots]
    statements = [statement for load in loads for statement in list_statements(load)]
    works: list[Callable[[], object]] = [
        lambda: [load() for load in loads],
        lambda: [run_statement(statement) for statement in statements],
    ]
    in_server = [sum(map(_explain, statements)) for _ in range(repeats + 1)][1:]  # the first one warms up
    loaded, sent = time_side_by_side(works, repeats=repeats)
    return {"in_server_seconds": median(in_server), "statement_seconds": median(sent), "load_seconds": median(loaded)}


def _explain(statement: str) -> float:
    """Return the seconds that the server takes to plan and run the query of a COPY."""
    match = COPIED_QUERY.fullmatch(statement)
    if match is None:
        raise ValueError(f"Not a COPY of a query: {statement[:80]}")
    with connection.cursor() as cursor:
        cursor.execute(f"{EXPLAIN} {match[1]}")
        lines = "\n".join(line for (line,) in cursor.fetchall())
    return sum(map(float, MILLISECONDS.findall(lines))) / 1000
