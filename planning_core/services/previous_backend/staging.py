"""Step one: the rows of a source, checked value by value, go through COPY into a temporary table."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.db import connection
from psycopg import sql

from planning_core.services.previous_backend.errors import PreviousBackendError, shorten
from planning_core.services.previous_backend.kinds import UnusableValueError
from planning_core.services.previous_backend.sources import Source
from planning_core.services.previous_backend.tables import Column, Stage, TableMove, TableReport
from planning_core.services.statements import execute, fetch_value


def stage_table(source: Source, move: TableMove, *, moved_at: datetime) -> Stage:
    """Copy a table of the source into a temporary table.

    Raises:
        PreviousBackendError: If a required column is missing or a value cannot be kept; names table, row, column,
            value and remedy.
    """
    report = TableReport(move.source)
    present = _match_columns(move, source.columns[move.source], report)
    stage = Stage(move=move, present=present, report=report, moved_at=moved_at)
    execute(
        "DROP TABLE IF EXISTS {read}; CREATE TEMPORARY TABLE {read} ({columns}) ON COMMIT DROP",
        read=stage.read,
        columns=sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(c.name), sql.SQL(c.kind.sql_type)) for c in move.all_columns
        ),
    )
    _copy_rows(stage, source)
    execute("ANALYZE {read}", read=stage.read)
    report.read = fetch_value("SELECT count(*) FROM {read}", read=stage.read)
    return stage


def _match_columns(move: TableMove, given: Sequence[str], report: TableReport) -> list[Column]:
    known = {column.source for column in move.all_columns}
    ignored = [name for name in given if name not in known]
    if ignored:
        report.notes.append(f"columns not kept: {', '.join(ignored)}")
    missing = [column.source for column in move.all_columns if column.required and column.source not in given]
    if given and missing:
        raise PreviousBackendError(
            f"{move.source}: the column {missing[0]} is missing. Add it to the source and run again; nothing was"
            " written."
        )
    return [column for column in move.all_columns if column.source in given]


def _copy_rows(stage: Stage, source: Source) -> None:
    columns = stage.move.all_columns
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(stage.read, names)
    rows = source.read_rows(stage.move.source, [column.source for column in stage.present])
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in _parse_rows(stage, rows):
            copy.write_row(row)


def _parse_rows(stage: Stage, rows: Iterator[Sequence[object]]) -> Iterator[list[object]]:
    places = {column.source: place for place, column in enumerate(stage.present)}
    parsers = [
        (places.get(column.source), _build_parser(column, stage.moved_at), column) for column in stage.move.all_columns
    ]
    for number, row in enumerate(rows, start=1):
        parsed: list[object] = []
        for place, parse, column in parsers:
            value = None if place is None else row[place]
            try:
                parsed.append(parse(value))
            except UnusableValueError as error:
                raise _describe(stage.move.source, number, parsed, column, value, error) from None
        yield parsed


def _build_parser(column: Column, moved_at: datetime) -> Callable[[object], object]:
    default = column.default(moved_at) if callable(column.default) else column.default
    parse_value = column.kind.parse

    def parse(value: object) -> object:
        if value is not None:
            return parse_value(value)
        if column.required:
            raise UnusableValueError("is empty; fill it")
        return default

    return parse


def _describe(
    table: str, number: int, parsed: Sequence[object], column: Column, value: object, error: UnusableValueError
) -> PreviousBackendError:
    row = f"row id {parsed[0]}" if parsed else f"row number {number}"  # the id is the first column
    shown = "(not shown)" if column.secret else shorten(value)
    return PreviousBackendError(
        f"{table}, {row}, column {column.source}: {shown} {error} in the source and run again; nothing was written."
    )
