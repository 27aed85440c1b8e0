"""SQL with names filled in safely, on Django's connection."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql


def execute(statement: str, parameters: Sequence[Any] = (), /, **names: sql.Composable) -> None:
    """Run a statement whose {names} are identifiers or pieces of SQL."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names), parameters or None)


def fetch_rows(statement: str, parameters: Sequence[Any] = (), /, **names: sql.Composable) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names), parameters or None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def fetch_value(statement: str, parameters: Sequence[Any] = (), /, **names: sql.Composable) -> Any:
    """Run a statement and return the first value of its first row."""
    return fetch_rows(statement, parameters, **names)[0][0]


def join_names(names: Sequence[str]) -> sql.Composed:
    """Return column names separated by commas."""
    return sql.SQL(", ").join(map(sql.Identifier, names))


def name_table(model: type[Model]) -> sql.Identifier:
    """Return the name of a model's table."""
    return sql.Identifier(model._meta.db_table)


def list_constants(model: type[Model], *, except_columns: Sequence[str]) -> dict[str, object]:
    """Return the default of every column that is not among those given and that the database does not fill itself."""
    return {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.concrete_fields
        if field.column is not None and field.column not in except_columns and not field.has_db_default()
    }


def advance_sequence(table: sql.Identifier, *, at_least: int = 0) -> None:
    """Make the next id that PostgreSQL gives out larger than every id in the table, and than a number."""
    # never backwards: another session may have taken numbers that it has not committed yet
    sequence = fetch_value("SELECT pg_get_serial_sequence(%s, 'id')", [table.as_string()])
    execute(
        """SELECT setval(%s, w.highest) FROM (
               SELECT greatest((SELECT max(id) FROM {table}), %s::bigint) AS highest
           ) w, {sequence} q
           WHERE w.highest > 0 AND (w.highest > q.last_value OR w.highest = q.last_value AND NOT q.is_called)""",
        [sequence, at_least],
        table=table,
        sequence=sql.SQL(sequence),
    )
