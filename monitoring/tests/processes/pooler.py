"""PgBouncer in transaction mode between the processes under test and PostgreSQL."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import psycopg

from monitoring.tests.processes.cluster import Cluster
from monitoring.tests.processes.observer import wait_until
from supplybrain.local.privileges import get_server_identity

EXECUTABLE = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
PORT = 6432
START_SECONDS = 15.0

# Two server connections for sixteen clients: nearly every transaction runs on one that another client just left.
CONFIGURATION = """\
[databases]
* = host='{server_folder}' port=5432 user=postgres

[pgbouncer]
pool_mode = transaction
default_pool_size = 2
max_client_conn = 100
auth_type = any
listen_port = {port}
unix_socket_dir = {folder}
logfile = {folder}/pgbouncer.log
"""


@dataclass(frozen=True)
class Pooler:
    """A running PgBouncer.

    Attributes:
        folder: Holds its socket and its log.
    """

    folder: Path

    def get_url(self, database: str) -> str:
        """Return the URL of a database through the pooler."""
        return f"postgresql://postgres@:{PORT}/{database}?host={quote(str(self.folder), safe='')}"


@contextmanager
def running_pooler(folder: Path, *, server_folder: str) -> Iterator[Pooler]:
    """Start PgBouncer in front of the server whose socket lies in a folder; stop it at the end.

    Args:
        folder: A new folder for its own files.
        server_folder: Where PostgreSQL's socket lies.
    """
    assert EXECUTABLE is not None
    folder.mkdir()
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(CONFIGURATION.format(server_folder=server_folder, folder=folder, port=PORT))
    identity = get_server_identity()  # PgBouncer refuses to run as root, as PostgreSQL does
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    process = subprocess.Popen(
        [EXECUTABLE, "--quiet", str(configuration)], stderr=subprocess.DEVNULL, start_new_session=True, **identity
    )
    pooler = Pooler(folder)
    try:
        wait_until(lambda: can_connect(pooler.get_url("postgres")), seconds=START_SECONDS, what="PgBouncer answers")
        yield pooler
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


@contextmanager
def running_pooler_of(cluster: Cluster) -> Iterator[Pooler]:
    """Start PgBouncer in front of the server of a cluster; stop it at the end."""
    (server_folder,) = parse_qs(urlsplit(cluster.maintenance_url).query)["host"]
    with running_pooler(cluster.folder / "pooler", server_folder=server_folder) as pooler:
        yield pooler


def can_connect(url: str) -> bool:
    """Return whether a server takes connections."""
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True
