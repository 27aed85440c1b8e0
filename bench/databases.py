"""Databases of their own for every measurement, on an embedded PostgreSQL with its normal settings."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from supplybrain.local.servers import running_postgres, running_redis

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATE = "bench_template"


@dataclass(frozen=True)
class BenchServers:
    """The servers of a run.

    Attributes:
        database_url: The server's own database, from which others are made.
        environment: What a process of the project needs besides its DATABASE_URL.
    """

    database_url: str
    environment: dict[str, str]

    def environment_for(self, database: str) -> dict[str, str]:
        """Return the environment of a process that works on a database."""
        return {**self.environment, "DATABASE_URL": name_database(self.database_url, database)}

    @contextmanager
    def fresh_database(self, name: str) -> Iterator[dict[str, str]]:
        """Create an empty migrated database, yield the environment of its users, and drop it."""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
        try:
            yield self.environment_for(name)
        finally:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def create_template(self) -> None:
        """Create the migrated database that the others are copied from."""
        self._execute(f'CREATE DATABASE "{TEMPLATE}"')
        command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(command, cwd=PROJECT, env=self.environment_for(TEMPLATE), check=True)

    def describe(self) -> dict[str, str]:
        """Return the server's version and the settings that matter to the figures."""
        names = ("server_version", "fsync", "shared_buffers", "work_mem", "max_parallel_workers_per_gather", "jit")
        with psycopg.connect(self.database_url) as connection:
            return {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in names}  # type: ignore[index]

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def bench_servers() -> Iterator[BenchServers]:
    """Start PostgreSQL and Redis in a temporary folder, and remove everything at the end."""
    with tempfile.TemporaryDirectory(prefix="supplybrain-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with (
            running_postgres(folder / "pg", keep_data=True) as database_url,  # keep_data: fsync stays on
            running_redis(folder / "redis", keep_data=False) as redis_url,
        ):
            servers = BenchServers(database_url, {**os.environ, **_build_settings(redis_url)})
            servers.create_template()
            yield servers


def _build_settings(redis_url: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "supplybrain.settings",
        "DEBUG": "false",
        "FIELD_ENCRYPTION_SALT": secrets.token_urlsafe(24),
        "HTTPS_ONLY": "false",
        "LOG_LEVEL": "ERROR",
        "MONITORING_HEARTBEAT_URL": "",
        "PYTHONWARNINGS": "ignore:No directory at:UserWarning",  # nobody collects static files for a benchmark
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "THROTTLE_USER": "1000000/min",  # counted as ever, never refused
    }


def name_database(url: str, database: str) -> str:
    """Return the URL of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
