"""A file in a temporary table: one row per row of the file, with what is wrong with it, if anything."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from psycopg import sql

from planning_core.services.csv_import.folders import CsvFile
from planning_core.services.csv_import.rows import Row, RowProblem
from planning_core.services.statements import execute, fetch_rows

PROBLEM_COLUMNS = ("bad_column", "bad_value", "reason")


@dataclass
class SideReport:
    """What a file did to a table beside its main one."""

    inserted: int = 0
    updated: int = 0


@dataclass
class FileReport:
    """What became of a file: every row of it is inserted, updated, unchanged or rejected."""

    file: str
    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    beside: dict[str, SideReport] = field(default_factory=dict)


@dataclass(frozen=True)
class CsvStage:
    """A file on its way into the tables.

    Attributes:
        file: The file.
        report: What became of it so far.
        imported_at: When, for rows that say when they were written [UTC].
    """

    file: CsvFile
    report: FileReport
    imported_at: datetime

    @property
    def table(self) -> sql.Identifier:
        """The temporary table: line, the format's columns (null where the file has none), problem columns."""
        return sql.Identifier(f"csv_{self.file.format.name}")

    def has(self, column: str) -> bool:
        """Return whether the file has a column."""
        return column in self.file.header

    def read_empty(self, column: str) -> str | None:
        """Return what an empty cell of a column is."""
        return next(known.parse("") for known in self.file.format.columns if known.name == column)


def stage_rows(stage: CsvStage, rows: Iterable[Row]) -> None:
    """Create the temporary table and send the rows into it by COPY."""
    columns = sql.SQL("").join(
        sql.SQL("{} {}, ").format(sql.Identifier(column.name), sql.SQL(column.sql_type))
        for column in stage.file.format.columns
    )
    execute(
        """DROP TABLE IF EXISTS {table};
           CREATE TEMPORARY TABLE {table} (line bigint, {columns} bad_column text, bad_value text, reason text)
           ON COMMIT DROP""",
        table=stage.table,
        columns=columns,
    )
    _copy_rows(stage, rows)
    execute("ANALYZE {table}", table=stage.table)


def count_rows(stage: CsvStage) -> tuple[int, int]:
    """Return how many rows there are, and how many of them have a problem."""
    read, rejected = fetch_rows("SELECT count(*), count(reason) FROM {table}", table=stage.table)[0]
    return read, rejected


def _copy_rows(stage: CsvStage, rows: Iterable[Row]) -> None:
    header = stage.file.header
    names = sql.SQL(", ").join(map(sql.Identifier, ("line", *header, *PROBLEM_COLUMNS)))
    no_cells, no_problem = (None,) * len(header), (None,) * len(PROBLEM_COLUMNS)
    with connection.cursor() as cursor:
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(stage.table, names)
        with cursor.copy(statement) as copy:
            for line, row in rows:
                if isinstance(row, RowProblem):
                    copy.write_row((line, *no_cells, row.column, row.value, row.reason))
                else:
                    copy.write_row((line, *row, *no_problem))
