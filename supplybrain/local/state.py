"""The folder in which `make run` keeps what outlives it: data, secrets, logs and the list of its processes."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Made up once and kept: with other ones, stored vendor tokens and sessions could not be read any more.
SECRET_NAMES = ("SECRET_KEY", "FIELD_ENCRYPTION_SALT")


class AlreadyRunningError(Exception):
    """Another process uses the state folder; the message says which and what to do."""


@dataclass(frozen=True)
class StateFolder:
    """Paths and small files of one local installation.

    Attributes:
        path: The folder, absolute; `.local` in the project for `make run`.
    """

    path: Path

    @property
    def postgres(self) -> Path:
        """Where PostgreSQL keeps its data."""
        return self.path / "postgres"

    @property
    def redis(self) -> Path:
        """Where Redis keeps its data."""
        return self.path / "redis"

    def prepare(self) -> None:
        """Make the folder, closed to other accounts."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.path / "logs").mkdir(mode=0o700, exist_ok=True)

    def name_log(self, process: str) -> Path:
        """Return the log file of a process, or of one of the servers."""
        if process in {"postgres", "redis"}:
            return self.path / process / "server.log"
        return self.path / "logs" / f"{process}.log"

    def empty_metrics(self) -> Path:
        """Return the folder that web and worker count in, without the counts of the last run."""
        path = self.path / "metrics"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(mode=0o700)
        return path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder alone. The kernel frees it when the holder dies, in whatever way.

        Raises:
            AlreadyRunningError: If somebody holds it.
        """
        with (self.path / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise AlreadyRunningError(
                    f"Supply Brain runs in this folder already (process {lock.read().strip() or 'unknown'}). "
                    "Stop it with Ctrl-C in its terminal first."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def load_secrets(self) -> dict[str, str]:
        """Return the secrets of this installation, made up at the first call."""
        path = self.path / "secrets.json"
        if not path.exists():
            write_private(path, {name: secrets.token_urlsafe(48) for name in SECRET_NAMES})
        stored: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return stored

    @contextmanager
    def published(self, environment: Mapping[str, str]) -> Iterator[None]:
        """Leave the variables of the running system where `read_published` finds them, until the end."""
        path = self.path / "environment.json"
        write_private(path, environment)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

    def read_published(self) -> dict[str, str]:
        """Return the variables that whoever holds the folder has published so far."""
        path = self.path / "environment.json"
        if not path.exists():
            return {}
        variables: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return variables


def write_private(path: Path, content: object) -> None:
    """Write JSON that only its owner can read, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    draft.replace(path)
