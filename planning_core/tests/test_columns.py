"""Tables come out of PostgreSQL as arrays, exactly, and errors on the way are Django's."""

import numpy as np
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from planning_core.selectors.columns import Query, read_tables, stream_pairs

pytestmark = pytest.mark.django_db

EXTREMES = sql.SQL("VALUES (-9223372036854775808, 'Ёж \"1\" \\', 0.1::float8), (9223372036854775807, '', 1e-300)")


def test_integers_texts_and_doubles_arrive_as_they_are() -> None:
    table = read_tables({"only": Query(EXTREMES, ["number"], ["text", "ratio"])})["only"]
    assert table.integers["number"].tolist() == [-(2**63), 2**63 - 1]
    assert table.integers["number"].dtype == np.int64
    assert table.values == {"text": ['Ёж "1" \\', ""], "ratio": [0.1, 1e-300]}


def test_tables_of_different_width_come_in_one_statement() -> None:
    queries = {
        "narrow": Query(sql.SQL("SELECT 1"), ["a"]),
        "empty": Query(sql.SQL("SELECT 1, 'x' WHERE FALSE"), ["a"], ["b"]),
        "wide": Query(sql.SQL("SELECT n, -n, 2 * n FROM generate_series(1, 3) AS n"), ["a", "b", "c"]),
    }
    with CaptureQueriesContext(connection) as statements:
        tables = read_tables(queries)
    assert len(statements) == 1
    assert {name: column.tolist() for name, column in tables["narrow"].integers.items()} == {"a": [1]}
    assert (tables["empty"].integers["a"].tolist(), tables["empty"].values) == ([], {"b": []})
    columns = {name: column.tolist() for name, column in tables["wide"].integers.items()}
    assert columns == {"a": [1, 2, 3], "b": [-1, -2, -3], "c": [2, 4, 6]}


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 5])
def test_series_come_in_portions_without_losing_a_row(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planning_core.selectors.columns.PORTION_ROWS", 2)
    query = sql.SQL("SELECT n::bigint, array_fill(((-n)::bigint << 32) | n, ARRAY[n]) FROM generate_series(1, {}) AS n")
    portions = list(stream_pairs(query.format(sql.Literal(rows))))
    assert [keys.tolist() for keys, *_ in portions] == [[n, n + 1][: rows - n + 1] for n in range(1, rows + 1, 2)]
    assert [count for _, counts, *_ in portions for count in counts.tolist()] == list(range(1, rows + 1))
    pairs = [pair for *_, a, b in portions for pair in zip(a.tolist(), b.tolist(), strict=True)]
    assert pairs == [(-n, n) for n in range(1, rows + 1) for _ in range(n)]


def test_keys_and_pairs_have_their_whole_range() -> None:
    key, low, high = 2**62 + 2**31 + 5, -(2**31), 2**31 - 1
    query = sql.SQL("SELECT {key}::bigint, ARRAY[{low}::bigint << 32 | {high}, {high}::bigint << 32, -1::bigint << 32]")
    [(keys, counts, firsts, seconds)] = stream_pairs(query.format(key=key, low=low, high=high))
    assert (keys.tolist(), counts.tolist()) == ([key], [3])
    assert (firsts.tolist(), seconds.tolist()) == ([low, high, -1], [high, 0, 0])


def test_a_timeout_on_the_way_is_an_error_that_django_knows() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '20ms'")
    with pytest.raises(OperationalError, match="statement timeout"):
        read_tables({"slow": Query(sql.SQL("SELECT 1 FROM pg_sleep(5)"), ["a"])})
