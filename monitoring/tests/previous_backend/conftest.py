"""Fixtures of the move from the previous backend."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitoring.tests.previous_backend.database import (
    Tables,
    make_catalog,
    running_previous_backend,
)
from monitoring.tests.previous_backend.moving import (
    Move,
    run_command,
)


@pytest.fixture
def move(tmp_path: Path) -> Move:
    """Return what moves tables over from a JSON file and returns what the command printed."""

    def run(tables: Tables) -> str:
        path = tmp_path / "tables.json"
        path.write_text(json.dumps({"tables": tables}))
        return run_command(str(path))

    return run


@pytest.fixture(scope="module")
def database_url(django_db_setup: None) -> Iterator[str]:
    with running_previous_backend(make_catalog()) as url:
        yield url


@pytest.fixture(params=["file", "gzipped file", "database"])
def catalog_location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "database":
        return str(request.getfixturevalue("database_url"))
    content = json.dumps({"tables": make_catalog()}).encode()
    path = tmp_path / "tables"
    path.write_bytes(gzip.compress(content) if request.param == "gzipped file" else content)
    return str(path)
