"""Counting the statements that a piece of work sends, and sending one of them again with nothing around it."""

from collections.abc import Callable

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


def run_statement(statement: str) -> int:
    """Run a statement that reads, take all it sends, do nothing with it, and return how many rows or blocks came."""
    with connection.cursor() as cursor:
        if statement.startswith("COPY"):
            with cursor.copy(statement) as copy:
                return sum(1 for _ in copy)
        cursor.execute(statement)
        return len(cursor.fetchall())
