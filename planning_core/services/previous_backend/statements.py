"""SQL with names filled in safely, on Django's connection."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import sql


def execute(statement: str, parameters: Sequence[Any] = (), **names: sql.Composable) -> None:
    """Run a statement whose {names} are identifiers or pieces of SQL."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names), parameters or None)


def fetch_rows(statement: str, parameters: Sequence[Any] = (), **names: sql.Composable) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names), parameters or None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def fetch_value(statement: str, parameters: Sequence[Any] = (), **names: sql.Composable) -> Any:
    """Run a statement and return the first value of its first row."""
    return fetch_rows(statement, parameters, **names)[0][0]


def join_names(names: Sequence[str]) -> sql.Composed:
    """Return column names separated by commas."""
    return sql.SQL(", ").join(map(sql.Identifier, names))
