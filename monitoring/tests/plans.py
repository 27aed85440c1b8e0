"""How PostgreSQL reads what a statement wants."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection


def read_plan(statement: str, *, table: str) -> tuple[list[dict[str, Any]], int]:
    """Run a statement, and return the scans of a table in its plan and how many of the table's rows they read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        ((plan,),) = cursor.fetchall()
    parts = list(_walk((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))
    scans = [part for part in parts if part.get("Relation Name") == table]
    read = [(p["Actual Rows"] + p.get("Rows Removed by Filter", 0)) * p["Actual Loops"] for p in scans]
    return scans, round(sum(read))


def _walk(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield part
    for inner in part.get("Plans", []):
        yield from _walk(inner)
