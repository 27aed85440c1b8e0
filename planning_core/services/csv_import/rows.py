"""The rows of a file, one by one: parsed cells, or what is wrong with the row."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from planning_core.services.csv_import.cells import Parser
from planning_core.services.csv_import.errors import CellError
from planning_core.services.csv_import.folders import CsvFile, open_text

PROGRESS_ROWS = 5_000
SHOWN_CHARACTERS = 100

Progress = Callable[[Path, int], None]


@dataclass(frozen=True)
class RowProblem:
    """Why a row is rejected: the column (empty for the whole row), its cell and the reason."""

    column: str
    value: str
    reason: str


Row = tuple[int, Sequence[str | None] | RowProblem]


def read_rows(file: CsvFile, on_progress: Progress) -> Iterator[Row]:
    """Yield the line on which each row begins, and its parsed cells in the order of the header or its problem.

    Args:
        file: A file whose header is right.
        on_progress: Called now and then with the file and how many of its bytes have been read in all.

    Raises:
        CsvImportError: If the file cannot be read to the end.
    """
    parsers = _list_parsers(file)
    with open_text(file.path) as (text, raw):
        reader = csv.reader(text, strict=True)
        next(reader)
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                yield line, _describe_broken(error, reader.line_num)
                continue
            if row:  # a blank line is no row
                yield line, _parse_row(row, file.header, parsers)
            if line % PROGRESS_ROWS == 0:
                on_progress(file.path, raw.tell())
        on_progress(file.path, raw.tell())


def _list_parsers(file: CsvFile) -> list[Parser]:
    parsers = {column.name: column.parse for column in file.format.columns}
    return [parsers[name] for name in file.header]


def _parse_row(row: list[str], header: Sequence[str], parsers: list[Parser]) -> Sequence[str | None] | RowProblem:
    if len(row) != len(parsers):
        return RowProblem("", "", f"has {len(row)} cells; the header has {len(parsers)}")
    try:
        return [parse(cell) for parse, cell in zip(parsers, row, strict=True)]
    except CellError:
        return _find_problem(row, header, parsers)  # rare, so the loop above need not know where it is


def _find_problem(row: list[str], header: Sequence[str], parsers: list[Parser]) -> RowProblem:
    for name, parse, cell in zip(header, parsers, row, strict=True):
        try:
            parse(cell)
        except CellError as error:
            return RowProblem(name, _storable(cell), str(error))
    raise AssertionError("a parser refused a cell once and took it the second time")


def _describe_broken(error: csv.Error, last_line: int) -> RowProblem:
    return RowProblem("", "", f"is not well-formed CSV up to line {last_line} ({error}); check the quotes")


def _storable(cell: str) -> str:
    shown = cell if len(cell) <= SHOWN_CHARACTERS else f"{cell[:SHOWN_CHARACTERS]}…"
    return shown.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace("\0", "\\x00")
