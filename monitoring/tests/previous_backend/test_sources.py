"""Sources that cannot be read are named."""

import gzip
import os
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection

from monitoring.tests.previous_backend.database import (
    Tables,
)
from monitoring.tests.previous_backend.moving import (
    Move,
    read_row,
    run_command,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not json", "is not JSON: Expecting value: line 1 column 1 (char 0)."),
        (b"\xff\xfe{", "is not JSON:"),
        (gzip.compress(b'{"tables": {}}', mtime=0)[:-9], "is damaged or cut short."),
        (gzip.compress(b'{"tables": {}}', mtime=0)[:20] + b"damage", "is damaged or cut short."),
        (b"[]", 'has no object "tables" at the top.'),
        (b'{"tables": []}', 'has no object "tables" at the top.'),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "tables.json"
    path.write_bytes(content)

    with pytest.raises(CommandError) as caught:
        run_command(str(path))

    assert str(caught.value).startswith(f"{path} {message}")


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"article": {}}, "article: expected a list of rows."),
        ({"article": [{"id": 1, "code": "a"}, 5]}, "article, row number 2: expected an object of columns."),
        ({"users": []}, "The source has none of the previous backend's tables"),
    ],
)
def test_tables_of_another_shape_are_refused(move: Move, tables: Tables, message: str) -> None:
    with pytest.raises(CommandError) as caught:
        move(tables)

    assert str(caught.value).startswith(message)


def test_no_tables_at_all_are_nothing_to_do(move: Move) -> None:
    assert read_row(move({}), "article") == [0, 0, 0, 0, 0, 0]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.json cannot be read: No such file or directory\."):
        run_command(str(tmp_path / "nowhere.json"))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:hid%den@127.0.0.1:1/db",
        "postgresql://user:hidden@127.0.0.1:port/db",
        "postgresql://user:hidden@127.0.0.1:1/db?connect_timeout=1",
    ],
)
def test_a_database_that_cannot_be_reached_is_an_error_without_the_password(url: str) -> None:
    with pytest.raises(CommandError) as caught:
        run_command(url)

    assert "hidden" not in str(caught.value)
    assert "hid%den" not in str(caught.value)


def test_our_own_database_is_refused() -> None:
    name = connection.settings_dict["NAME"]
    own = os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")

    with pytest.raises(CommandError, match=r"^This is a database of Supply Brain"):
        run_command(own)


def test_a_database_is_only_read(database_url: str) -> None:
    from planning_core.services.previous_backend.errors import PreviousBackendError
    from planning_core.services.previous_backend.sources import open_source

    with open_source(database_url) as source, pytest.raises(PreviousBackendError, match="read-only transaction"):
        list(source.read_rows("writing_view", ["id"]))
