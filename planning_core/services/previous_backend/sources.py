"""Where the tables come from: a JSON file, or the previous backend's own database. Both are only read."""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from planning_core.services.previous_backend.errors import PreviousBackendError

GZIP_MAGIC = b"\x1f\x8b"
FETCHED_ROWS = 10_000
CONNECT_SECONDS = 10
REMEDY = 'Give a JSON file {"tables": {table: [rows]}}, plain or gzipped, or a postgresql:// URL.'


class Source(Protocol):
    """Tables by name with the columns that they have, and their rows."""

    @property
    def columns(self) -> Mapping[str, Sequence[str]]:
        """The columns of every table."""
        ...

    def read_rows(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[object]]:
        """Return the rows of a table, each with the values of the columns asked for, in that order."""
        ...


@contextmanager
def open_source(location: str) -> Iterator[Source]:
    """Open a file or a database for reading.

    Args:
        location: The path of a JSON file (gzipped or not), or a postgresql:// URL.

    Raises:
        PreviousBackendError: If it cannot be read; the message never contains the URL, which may hold a password.
    """
    if location.startswith(("postgresql://", "postgres://")):
        with _connect(location) as connection:
            yield DatabaseSource(connection)
    else:
        yield JsonSource(Path(location))


class JsonSource:
    """A file `{"tables": {table: [rows]}}`. A column that only some rows have is null in the others."""

    def __init__(self, path: Path) -> None:
        self._tables = _read_tables(path)
        self.columns = {table: _list_columns(table, rows) for table, rows in self._tables.items()}

    def read_rows(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[object]]:
        """Return the rows in the order of the file."""
        return ([row.get(column) for column in columns] for row in self._tables[table])


class DatabaseSource:
    """The previous backend's PostgreSQL database, seen as of one moment although it may still be at work."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self.columns = self._discover()

    def read_rows(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[object]]:
        """Return the rows by id, streamed through a server-side cursor."""
        query = sql.SQL("SELECT {} FROM {} ORDER BY id").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)
        )
        try:
            with self._connection.cursor(name="previous_backend") as cursor:
                cursor.itersize = FETCHED_ROWS
                yield from cursor.execute(query)
        except psycopg.Error as error:
            raise PreviousBackendError(
                f"{table}: the previous backend's database says: {_first_line(error)}"
            ) from error

    def _discover(self) -> dict[str, list[str]]:
        query = """
            SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)
            FROM information_schema.columns WHERE table_schema = current_schema() GROUP BY table_name
        """
        found: dict[str, list[str]] = dict(self._connection.execute(query).fetchall())
        if "django_migrations" in found:
            raise PreviousBackendError("This is a database of Supply Brain, not of the previous backend. " + REMEDY)
        if not found:
            raise PreviousBackendError(
                "There is no table in the database's current schema, or this user may not read any. Check the"
                " database name and the user's rights; choose another schema with ?options=-csearch_path%3Dname."
            )
        return found


@contextmanager
def _connect(url: str) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(url, connect_timeout=CONNECT_SECONDS)
    except psycopg.OperationalError as error:  # names host and user, never the password
        raise PreviousBackendError(
            f"The previous backend's database cannot be reached: {_first_line(error)}. Check the URL and the server."
        ) from error
    except (psycopg.Error, UnicodeError):  # quotes parts of the URL, so it is not chained either
        raise PreviousBackendError(
            "The postgresql:// URL is malformed. Write postgresql://user:password@host:5432/database and"
            " percent-encode special characters of the password."
        ) from None
    with connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield connection


def _read_tables(path: Path) -> dict[str, list[dict[str, object]]]:
    try:
        content = path.read_bytes()
        document = json.loads(gzip.decompress(content) if content.startswith(GZIP_MAGIC) else content)
    except OSError as error:
        reason = (
            "is damaged or cut short" if isinstance(error, gzip.BadGzipFile) else f"cannot be read: {error.strerror}"
        )
        raise PreviousBackendError(f"{path} {reason}. {REMEDY}") from error
    except (EOFError, zlib.error) as error:
        raise PreviousBackendError(f"{path} is damaged or cut short. Copy it again.") from error
    except (ValueError, RecursionError) as error:  # the parser's message quotes no content
        raise PreviousBackendError(f"{path} is not JSON: {error}. {REMEDY}") from error
    tables = document.get("tables") if isinstance(document, dict) else None
    if not isinstance(tables, dict):
        raise PreviousBackendError(f'{path} has no object "tables" at the top. {REMEDY}')
    return tables


def _list_columns(table: str, rows: object) -> list[str]:
    if not isinstance(rows, list):
        raise PreviousBackendError(f"{table}: expected a list of rows. {REMEDY}")
    columns: dict[str, None] = {}
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise PreviousBackendError(f"{table}, row number {number}: expected an object of columns. {REMEDY}")
        columns.update(dict.fromkeys(row))
    return list(columns)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0].rstrip(".")
