"""Which files of a folder are imported, and whether their headers are right: settled before anything is written."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from planning_core.services.csv_import.errors import CsvImportError
from planning_core.services.csv_import.formats import FileFormat

SUFFIXES = (".csv", ".csv.gz")


@dataclass(frozen=True)
class CsvFile:
    """A file whose header is right."""

    path: Path
    format: FileFormat
    header: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's name as people see it."""
        return self.path.name


def list_files(folder: Path, formats: Sequence[FileFormat]) -> list[CsvFile]:
    """Return the files of a folder that can be imported, in the order of the formats.

    Raises:
        CsvImportError: If there is none, or a header is wrong; the message names every problem of every file.
    """
    if not folder.is_dir():
        raise CsvImportError(f"{folder} is not a folder. Give the folder that holds the .csv files.")
    problems: list[str] = []
    files: list[CsvFile] = []
    for file_format in formats:
        paths = [folder / f"{file_format.name}{suffix}" for suffix in SUFFIXES]
        found = [path for path in paths if path.is_file()]
        if len(found) > 1:
            problems.append(f"{found[0].name} and {found[1].name} are both there. Remove one of them.")
        elif found:
            header = read_header(found[0])
            problems += _check_header(found[0].name, header, file_format)
            files.append(CsvFile(found[0], file_format, header))
    if problems:
        raise CsvImportError("Nothing was imported.\n" + "\n".join(problems))
    if not files:
        names = ", ".join(f"{file_format.name}.csv" for file_format in formats)
        raise CsvImportError(f"{folder} has none of the files {names} (or .csv.gz).")
    return files


def list_ignored(folder: Path, formats: Sequence[FileFormat]) -> list[str]:
    """Return the names of CSV files in a folder that are no part of the format: perhaps a typing error."""
    known = {f"{file_format.name}{suffix}" for file_format in formats for suffix in SUFFIXES}
    return sorted(path.name for path in folder.iterdir() if path.name.endswith(SUFFIXES) and path.name not in known)


@contextmanager
def open_text(path: Path) -> Iterator[tuple[TextIO, BinaryIO]]:
    """Open a file, gzipped or not, and yield its text and, for progress, the raw file below.

    Bytes that are not UTF-8 come through as half surrogates, so that only their row is refused.

    Raises:
        CsvImportError: If it cannot be read to the end.
    """
    try:
        with path.open("rb") as raw:
            binary = gzip.GzipFile(fileobj=raw) if path.name.endswith(".gz") else raw
            yield io.TextIOWrapper(binary, encoding="utf-8-sig", errors="surrogateescape", newline=""), raw
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise CsvImportError(f"{path.name} is damaged or cut short. Copy it again; nothing was imported.") from error
    except OSError as error:
        raise CsvImportError(f"{path.name} cannot be read: {error.strerror}. Nothing was imported.") from error


def read_header(path: Path) -> tuple[str, ...]:
    """Return the names in the first line of a file, empty for an empty file."""
    with open_text(path) as (text, _):
        try:
            return tuple(name.strip() for name in next(csv.reader(text, strict=True), ()))
        except csv.Error as error:
            raise CsvImportError(f"{path.name}: the header is not well-formed CSV ({error}).") from error


def _check_header(file: str, header: Sequence[str], file_format: FileFormat) -> list[str]:
    if not header:
        return [f"{file} is empty: the first line must name the columns."]
    known = [column.name for column in file_format.columns]
    shown = ", ".join(known)
    unknown = [_show_name(name) for name in dict.fromkeys(header) if name not in known]
    repeated = [name for name in known if list(header).count(name) > 1]
    missing = [name for name in file_format.required if name not in header]
    problems = []
    if unknown:
        problems.append(
            f"{file}: unknown columns: {', '.join(unknown)}. Known are {shown}; the file must be UTF-8 with commas"
            " between the columns."
        )
    if repeated:
        problems.append(f"{file}: columns given more than once: {', '.join(repeated)}.")
    if missing:
        problems.append(f"{file}: columns missing: {', '.join(missing)}.")
    return problems


def _show_name(name: str) -> str:
    return ascii(name)[:80] if not name.isprintable() or not name else name[:80]
