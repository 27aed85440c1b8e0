"""Rejected rows: collected in a temporary table, streamed into a CSV file at the end."""

from pathlib import Path

from django.db import connection

from planning_core.services.csv_import.errors import CsvImportError
from planning_core.services.csv_import.staging import CsvStage
from planning_core.services.statements import execute


def create_rejects() -> None:
    """Create the empty collection, in the order of the files and their lines."""
    execute(
        """DROP TABLE IF EXISTS csv_rejects;
           CREATE TEMPORARY TABLE csv_rejects (place serial, file text, line bigint, bad_column text, bad_value text,
                                               reason text) ON COMMIT DROP"""
    )


def collect_rejects(stage: CsvStage) -> None:
    """Add the rows of a file that have a problem."""
    execute(
        """INSERT INTO csv_rejects (file, line, bad_column, bad_value, reason)
           SELECT %s, line, bad_column, bad_value, reason FROM {table} WHERE reason IS NOT NULL ORDER BY line""",
        [stage.file.name],
        table=stage.table,
    )


def write_rejects(path: Path) -> None:
    """Write the collection as CSV with the columns file, line, column, value and reason.

    Raises:
        CsvImportError: If the file cannot be written.
    """
    # null is written as nothing, an empty text as a pair of quotes
    statement = """COPY (SELECT file, line, nullif(bad_column, '') AS "column", nullif(bad_value, '') AS value, reason
                         FROM csv_rejects ORDER BY place) TO STDOUT (FORMAT csv, HEADER true)"""
    try:
        with path.open("wb") as target, connection.cursor() as cursor, cursor.copy(statement) as copy:
            for chunk in copy:
                target.write(chunk)
    except OSError as error:
        raise CsvImportError(
            f"The rejected rows cannot be written to {path}: {error.strerror}. Choose another file with --rejects;"
            " nothing was imported."
        ) from error
