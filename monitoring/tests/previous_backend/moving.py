"""Moving tables over through the command, and looking at what that wrote."""

import io
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import Model

from monitoring.services.previous_backend import ALL_TABLES
from monitoring.tests.previous_backend.database import (
    Tables,
)
from planning_core.models import (
    WbSku,
)

Move = Callable[[Tables], str]


def run_command(source: str) -> str:
    output = io.StringIO()
    call_command("import_previous_backend", source, stdout=output)
    return output.getvalue()


def list_versions() -> dict[str, list[tuple[int, str, str]]]:
    """Return the version of every row of every table that the import writes: it changes with any write."""
    tables = sorted({table.model._meta.db_table for table in ALL_TABLES} | {WbSku._meta.db_table})
    versions = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT id, ctid::text, xmin::text FROM {table} ORDER BY id")  # noqa: S608
            versions[table] = cursor.fetchall()
    return versions


def count_everything() -> int:
    return sum(len(rows) for rows in list_versions().values())


def read_row(output: str, table: str) -> list[int]:
    """Return the counts of a table: read, inserted, updated, unchanged, skipped, merged."""
    (line,) = (line for line in output.splitlines() if line.split()[0] == table)
    return [int(count.replace(",", "")) for count in line.split()[1:]]


def list_values(model: type[Model], *fields: str) -> list[tuple[Any, ...]]:
    return list(model._default_manager.order_by("id").values_list(*fields))
