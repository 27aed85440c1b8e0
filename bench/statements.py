"""Counting the statements that a piece of work sends, and sending one of them again with nothing around it."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg import sql


def list_statements(work: Callable[[], object]) -> list[str]:
    """Return the SQL of every statement that a call sends, COPY and transaction control included."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return [_write_out(query["sql"]) for query in captured.captured_queries]


def _write_out(statement: str | sql.Composable) -> str:
    """Return the text of a statement: Django logs COPY as the object that it was given."""
    return statement.as_string() if isinstance(statement, sql.Composable) else statement


def run_statement(statement: str) -> list[tuple[Any, ...]]:
    """Run a statement that reads, and return its rows; of a COPY, whose rows are nothing but bytes, how many bytes."""
    with connection.cursor() as cursor:
        if statement.startswith("COPY"):
            with cursor.copy(statement) as copy:
                return [(sum(len(block) for block in copy),)]
        cursor.execute(statement)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
