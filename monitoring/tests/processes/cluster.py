"""A PostgreSQL and a Redis that tests may crash, with a migrated database to copy."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from monitoring.tests.processes.catalogue import CATALOGUE
from supplybrain.local import servers

PROJECT = Path(__file__).resolve().parents[3]
TEMPLATE = "template_supplybrain"


@dataclass(frozen=True)
class Cluster:
    """The two servers of these tests.

    Attributes:
        folder: Holds everything that the tests write.
        maintenance_url: A database of the server that is not under test.
        redis: The broker.
    """

    folder: Path
    maintenance_url: str
    redis: servers.RedisServer

    def create_database(self, name: str, *, template: str = TEMPLATE) -> str:
        """Return the URL of a new database: migrated, scheduled, with a small catalogue, or a copy of another one.

        A database of that name goes, whoever is connected to it.
        """
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        names = sql.Identifier(name), sql.Identifier(template)
        with psycopg.connect(self.maintenance_url, autocommit=True) as connection:
            connection.execute(drop)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
            # a copied sequence takes its next numbers for logged; a crash before a checkpoint would give them out twice
            connection.execute("CHECKPOINT")
        return self.get_database_url(name)

    def get_database_url(self, name: str) -> str:
        """Return the URL of a database of this server."""
        return self.maintenance_url.replace("/postgres?", f"/{name}?")

    def stop_postgres(self) -> None:
        """Crash PostgreSQL."""
        servers.stop_postgres(self.folder / "pg")

    def start_postgres(self) -> None:
        """Start PostgreSQL again."""
        servers.start_postgres(self.folder / "pg")


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """Start both servers and prepare the template database; stop them at the end."""
    with ExitStack() as stack:
        maintenance_url = stack.enter_context(servers.running_postgres(folder / "pg", keep_data=False))
        redis = servers.RedisServer(folder / "redis", keep_data=False)
        stack.callback(redis.stop)
        redis.start()
        cluster = Cluster(folder, maintenance_url, redis)
        prepare_template(cluster)
        yield cluster


def prepare_template(cluster: Cluster) -> None:
    """Create the database that all others are copies of."""
    with psycopg.connect(cluster.maintenance_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    url = cluster.get_database_url(TEMPLATE)
    environment = build_environment(database_url=url, redis_url=cluster.redis.url)
    arguments = [sys.executable, "-m", "supplybrain.processes", "migrate"]
    subprocess.run(arguments, cwd=PROJECT, env=environment, capture_output=True, check=True)
    with psycopg.connect(url) as connection:
        connection.execute(CATALOGUE)


def build_environment(*, database_url: str, redis_url: str) -> dict[str, str]:
    """Return the environment of the project's processes: nothing is inherited but where programs are found."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "supplybrain.settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_SALT": secrets.token_urlsafe(24),
        "HTTPS_ONLY": "false",
        "LOG_FORMAT": "json",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
    }
