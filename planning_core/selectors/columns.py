"""Read rows by the hundred thousand straight into numpy arrays, without a Python object per value."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

from planning_core.domain.arrays import IntArray

# COPY's binary format: a header at the start of the first block, rows, a trailer as the last block
COPY_HEADER_BYTES = 19  # signature, flags, length of an extension that is never there
COPY_TRAILER_BYTES = 2
FIELD_COUNT_BYTES = 2
FIELD_LENGTH_BYTES = 4
ARRAY_HEADER_BYTES = 20  # dimensions, has-null flag, element type, length, lower bound
ELEMENT_TYPES = {20: ">i8", 23: ">i4", 701: ">f8"}  # by type oid: bigint, integer, double precision
BIGINT_ELEMENT = np.dtype([("length", ">i4"), ("value", ">i8")])

KEY_OFFSET = FIELD_COUNT_BYTES + FIELD_LENGTH_BYTES
SERIES_OFFSET = KEY_OFFSET + 8 + FIELD_LENGTH_BYTES + ARRAY_HEADER_BYTES
PORTION_ROWS = 8192


def read_columns(query: sql.Composable, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of a query as arrays, in one statement.

    PostgreSQL gathers each column into one array, which arrives as one block of bytes: three times as fast as COPY of
    rows, which reaches Python row by row, and ten times as fast as a cursor's tuples.

    Args:
        query: A SELECT whose columns are integers, bigints or doubles, never null.
        names: The names of its columns.

    Returns:
        One array per column, 64 bits wide, in the query's order; empty arrays when there is no row.
    """
    columns = [sql.SQL("array_agg({})").format(sql.Identifier(name)) for name in names]
    statement = sql.SQL("SELECT {} FROM ({}) AS rows ({})").format(
        sql.SQL(", ").join(columns), query, sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(_copy_out(statement)) as copy:
        data = memoryview(b"".join(copy))[COPY_HEADER_BYTES + FIELD_COUNT_BYTES :]
    arrays = {}
    for name in names:
        length = int.from_bytes(data[:FIELD_LENGTH_BYTES], "big", signed=True)
        data = data[FIELD_LENGTH_BYTES:]
        arrays[name] = _decode_array(data[: max(length, 0)])
        data = data[max(length, 0) :]
    return arrays


def _decode_array(field: memoryview) -> npt.NDArray[Any]:
    """Return a PostgreSQL array in binary form; an empty field is the NULL that array_agg makes of no rows."""
    if not field:
        return np.zeros(0, dtype=np.int64)
    element = ELEMENT_TYPES[int.from_bytes(field[8:12], "big")]
    layout = np.dtype([("length", ">i4"), ("value", element)])
    values = np.frombuffer(field[ARRAY_HEADER_BYTES:], dtype=layout)["value"]
    return values.astype(np.float64 if element == ">f8" else np.int64)


def stream_series(query: sql.Composable) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Yield the rows of a query that has a series of numbers per key, in portions, so that memory stays bounded.

    Args:
        query: A SELECT of two columns: a bigint key and an array of bigints, neither null.

    Yields:
        Per portion: the keys, how many elements each has, and all elements, one key's after the other's.
    """
    with connection.cursor() as cursor, cursor.copy(_copy_out(query)) as copy:
        blocks = iter(copy)  # libpq hands over one row per block
        rows = [next(blocks)[COPY_HEADER_BYTES:], *islice(blocks, PORTION_ROWS)]
        while rows:
            if len(rows[-1]) <= COPY_TRAILER_BYTES:
                rows.pop()
            if rows:
                yield _decode_series(rows)
            rows = list(islice(blocks, PORTION_ROWS))


def _decode_series(rows: Sequence[bytes]) -> tuple[IntArray, IntArray, IntArray]:
    """Return keys, lengths and elements of rows in COPY's binary form."""
    keys = b"".join([row[KEY_OFFSET : KEY_OFFSET + 8] for row in rows])
    values = b"".join([row[SERIES_OFFSET:] for row in rows])
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    return (
        np.frombuffer(keys, dtype=">i8").astype(np.int64),
        (lengths - SERIES_OFFSET) // BIGINT_ELEMENT.itemsize,
        np.frombuffer(values, dtype=BIGINT_ELEMENT)["value"].astype(np.int64),
    )


def _copy_out(query: sql.Composable) -> sql.Composable:
    return sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(query)
