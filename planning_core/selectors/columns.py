"""Read rows by the hundred thousand straight into numpy arrays, without a Python object per value."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import OperationalError, ProgrammingError, sql

from planning_core.domain.arrays import IntArray

# COPY's binary format: a header at the start of the first block, rows, a trailer as the last block
COPY_HEADER_BYTES = 19  # signature, flags, length of an extension that is never there
COPY_TRAILER_BYTES = 2
FIELD_COUNT_BYTES = 2
FIELD_LENGTH_BYTES = 4
ARRAY_HEADER_BYTES = 20  # dimensions, has-null flag, element type, length, lower bound
BIGINT_ELEMENT = np.dtype([("length", ">i4"), ("value", ">i8")])

# a row of `stream_pairs`, in words: field count and alignment, key, array header, then the elements
WORD_BYTES = 4
KEY_WORD = 3
PAIRS_WORD = 11
PAIR_WORDS = 3
PORTION_ROWS = 8192


@dataclass(frozen=True)
class Query:
    """A SELECT and the names of its columns: integers that are never null first, then texts and doubles."""

    select: sql.Composable
    integers: Sequence[str]
    values: Sequence[str] = ()


@dataclass(frozen=True)
class Table:
    """What a query answered, in its order."""

    integers: Mapping[str, IntArray]
    """One array per integer column, 64 bits wide; empty arrays when there is no row."""
    values: Mapping[str, list[Any]]
    """One list per other column."""


def read_tables(queries: Mapping[str, Query]) -> dict[str, Table]:
    """Return the answers of several queries under their names, in one statement.

    PostgreSQL gathers each integer column into one array, which arrives as one block of bytes: three times as fast as
    COPY of rows, which reaches Python row by row, and ten times as fast as a cursor's tuples. One statement for all
    tables sees them as they were at one moment, and costs one round trip.

    Args:
        queries: At least one.
    """
    width = max(len(query.integers) for query in queries.values())
    selects = [_gather(number, query, width) for number, query in enumerate(queries.values())]
    with _copy_out(sql.SQL(" UNION ALL ").join(selects)) as blocks:
        rows = dict(map(_decode_row, _drop_trailer(list(blocks))))
    return {name: _build_table(query, *rows[number]) for number, (name, query) in enumerate(queries.items())}


def _gather(number: int, query: Query, width: int) -> sql.Composable:
    """Return a SELECT of one row: the query's number, its values as JSON, its integers as arrays, then NULLs."""
    values = sql.SQL(", ").join(map(sql.Identifier, query.values))
    arrays: list[sql.Composable] = [
        sql.SQL("array_agg({}::bigint)").format(sql.Identifier(name)) for name in query.integers
    ]
    arrays += [sql.SQL("NULL::bigint[]")] * (width - len(arrays))
    return sql.SQL("SELECT {}::bigint, {}, {} FROM ({}) AS rows ({})").format(
        sql.Literal(number),
        sql.SQL("json_agg(json_build_array({}))").format(values) if query.values else sql.SQL("NULL::json"),
        sql.SQL(", ").join(arrays),
        query.select,
        sql.SQL(", ").join(map(sql.Identifier, [*query.integers, *query.values])),
    )


def _decode_row(row: bytes) -> tuple[int, tuple[list[list[Any]], list[IntArray]]]:
    """Return number, values and arrays of a row in COPY's binary form."""
    number, values, *arrays = _split_fields(row)
    return int.from_bytes(number, "big"), (json.loads(bytes(values) or b"[]"), list(map(_decode_array, arrays)))


def _split_fields(row: bytes) -> Iterator[memoryview]:
    """Yield the fields of a row in COPY's binary form; a NULL is an empty one."""
    rest = memoryview(row)[FIELD_COUNT_BYTES:]
    while rest:
        length = max(int.from_bytes(rest[:FIELD_LENGTH_BYTES], "big", signed=True), 0)
        yield rest[FIELD_LENGTH_BYTES : FIELD_LENGTH_BYTES + length]
        rest = rest[FIELD_LENGTH_BYTES + length :]


def _decode_array(field: memoryview) -> IntArray:
    """Return an array of bigints in binary form; an empty field is the NULL that array_agg makes of no rows."""
    return np.frombuffer(field[ARRAY_HEADER_BYTES:], dtype=BIGINT_ELEMENT)["value"].astype(np.int64)


def _build_table(query: Query, values: list[list[Any]], arrays: list[IntArray]) -> Table:
    columns = zip(*values, strict=True) if values else [()] * len(query.values)
    return Table(
        integers=dict(zip(query.integers, arrays, strict=False)),  # the arrays beyond are those of wider tables
        values={name: list(column) for name, column in zip(query.values, columns, strict=True)},
    )


def stream_pairs(query: sql.Composable) -> Iterator[tuple[IntArray, IntArray, IntArray, IntArray]]:
    """Yield the rows of a query that has a series of pairs of integers per key, in portions, so that memory is bounded.

    Args:
        query: A SELECT of a bigint key and an array of bigints, neither null. Each bigint holds a pair: the first one,
            signed, in its upper 32 bits, the second one, from 0 to 2**31 - 1, in its lower 32 bits.

    Yields:
        Per portion: the keys, how many pairs each has, and the firsts and the seconds of all pairs, one key's after the
        other's.
    """
    # The smallint makes the header of a row 44 bytes long, so that everything behind it stands on whole words.
    with _copy_out(sql.SQL("SELECT 0::smallint, pairs.* FROM ({}) AS pairs").format(query)) as blocks:
        while portion := list(islice(blocks, PORTION_ROWS)):
            if rows := _drop_trailer(portion):
                yield _decode_pairs(rows)


def _decode_pairs(rows: Sequence[bytes]) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return keys, counts, firsts and seconds of rows in COPY's binary form."""
    words = np.frombuffer(b"".join(rows), dtype=">i4")
    sizes = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows)) // WORD_BYTES
    starts = np.cumsum(sizes) - sizes
    keys = (words[starts + KEY_WORD].astype(np.int64) << 32) | words[starts + KEY_WORD + 1].astype(np.uint32)
    counts = (sizes - PAIRS_WORD) // PAIR_WORDS
    pairs_before = np.cumsum(counts) - counts
    first_of_key = starts + PAIRS_WORD + 1 - PAIR_WORDS * pairs_before  # + 1: each element begins with its length
    firsts = np.repeat(first_of_key, counts) + PAIR_WORDS * np.arange(counts.sum())
    return keys, counts, words[firsts].astype(np.int64), words[firsts + 1].astype(np.int64)


@contextmanager
def _copy_out(query: sql.Composable) -> Iterator[Iterator[bytes]]:
    """Run a query by COPY and yield its rows in COPY's binary form, then COPY's trailer.

    To be read to the very end: an unfinished COPY blocks its connection.
    """
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(query)
    # Django translates the errors of `execute`, not those of `copy`; untranslated, nobody above would know a lost
    # connection or a timeout when it sees one
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        _naming_lost_connection(cursor),
        cursor.copy(statement) as copy,
    ):
        blocks = iter(copy)  # libpq hands over one row per block, the first one behind the header
        yield chain([next(blocks)[COPY_HEADER_BYTES:]], blocks)


@contextmanager
def _naming_lost_connection(cursor: CursorWrapper) -> Iterator[None]:
    """Call a lost connection by its name: psycopg takes the two errors that PgBouncer sends for misuse."""
    try:
        yield
    except ProgrammingError as error:
        if not cursor.connection.closed:
            raise
        raise OperationalError("The connection ended before COPY could begin.") from error


def _drop_trailer(blocks: list[bytes]) -> list[bytes]:
    """Return the rows among the last blocks; asked per portion, since asking per row costs like reading."""
    return blocks if len(blocks[-1]) > COPY_TRAILER_BYTES else blocks[:-1]
