"""Supply Brain as people meet it: a demo company on a database of its own, the real web process, a set clock."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from monitoring.tests.processes.cluster import PROJECT, build_environment
from monitoring.tests.processes.programs import Program, start_program
from supplybrain.local.run import is_ready
from supplybrain.local.servers import find_free_port
from supplybrain.version import RELEASE

REDIS_NUMBER = 9  # the tests of this run use 0 of the same server
# A Friday noon in Moscow, where the demo company lives up to; two minutes later its slot has no snapshot yet.
TODAY = "2026-11-20"
OPENED_AT = datetime(2026, 11, 20, 9, 2, tzinfo=UTC)
START_SECONDS = 60.0


@dataclass(frozen=True)
class Installation:
    """What the browser visits.

    Attributes:
        url: Of the web process, without a slash at the end.
        database_url: Where to look up what pages should say.
        web: The web process.
    """

    url: str
    database_url: str
    web: Program

    def fetch(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return rows. Not by Django: Playwright's event loop runs in this thread, and Django refuses to block it."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()


@contextmanager
def running_installation(folder: Path, *, articles: int, days: int) -> Iterator[Installation]:
    """Fill a new database of the test servers with the demo company and serve it; remove both at the end.

    Args:
        folder: For logs.
        articles: How many the company has.
        days: How many days of snapshots.
    """
    with created_database() as database_url:
        environment = build_environment(database_url=database_url, redis_url=name_redis()) | {
            "WHITENOISE_USE_FINDERS": "true",
            "THROTTLE_LOGIN": "1000/min",
            "WEB_WORKERS": "1",
            "MONITORING_WATCHDOG_SECONDS": "0",  # nobody captures, and pages should not change for it
            "CODE_VERSION": RELEASE,  # pages show it; screenshots should not change with every commit
        }
        set_clock(database_url, OPENED_AT - datetime.now(tz=UTC))  # what is recorded meanwhile is of that day too
        prepare = [sys.executable, "-m", "supplybrain.tests.browser.prepare", TODAY, str(articles), str(days)]
        subprocess.run(prepare, cwd=PROJECT, env=environment, check=True)
        offset = OPENED_AT - datetime.now(tz=UTC)
        set_clock(database_url, offset)
        port = find_free_port()
        command = [sys.executable, "-m", "supplybrain.tests.browser.web", str(offset.total_seconds())]
        web = start_program("web", command, environment | {"PORT": str(port)}, folder)
        try:
            wait_until_ready(web, port)
            yield Installation(f"http://127.0.0.1:{port}", database_url, web)
        finally:
            web.kill()


@contextmanager
def created_database() -> Iterator[str]:
    """Create the database and yield its URL; drop it at the end."""
    url = os.environ["DATABASE_URL"]
    database = f"browser_{secrets.token_hex(4)}"
    name = sql.Identifier(database)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlsplit(url)._replace(path=f"/{database}").geturl()
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def set_clock(database_url: str, offset: timedelta) -> None:
    """Let later connections see the time shifted; `prepare` has made the functions that do it."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        seconds = sql.Literal(f"{offset.total_seconds()} seconds")
        connection.execute(sql.SQL("ALTER DATABASE {} SET browser.shift = {}").format(name, seconds))
        connection.execute(sql.SQL("ALTER DATABASE {} SET search_path = public, pg_catalog").format(name))


def name_redis() -> str:
    """Return the URL of a Redis database that no other test uses."""
    return urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{REDIS_NUMBER}").geturl()


def wait_until_ready(web: Program, port: int) -> None:
    """Return once the web process answers that it is ready."""
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(port):
        assert web.is_running, web.read_log()
        assert time.monotonic() < deadline, web.read_log()
        time.sleep(0.1)
