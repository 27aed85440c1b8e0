"""Processes of the project, each in a session of its own, so that nothing of them can be left behind."""

import json
import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psutil

from monitoring.tests.processes.cluster import PROJECT

STOP_SECONDS = 5.0
START_NUMBERS = count(1)  # every start has a log of its own
BAD_LEVELS = {"error", "critical"}


@dataclass
class Program:
    """One started process with its children, and the file that holds all they wrote.

    Attributes:
        name: Also the application name of its database connections.
        process: The session leader.
        log: Standard output and standard error.
    """

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def is_running(self) -> bool:
        """Whether the leader lives."""
        return self.process.poll() is None

    def list_pids(self) -> list[int]:
        """Return the living processes of this session, the leader first."""
        leader = self.process.pid  # its number may be above its children's: numbers begin anew some day
        return sorted(
            (pid for pid in psutil.pids() if read_session(pid) == leader), key=lambda pid: (pid != leader, pid)
        )

    def send(self, number: signal.Signals) -> None:
        """Send a signal to every process of this session."""
        for pid in self.list_pids():
            with suppress(ProcessLookupError):  # ended by itself meanwhile
                os.kill(pid, number)

    def kill(self) -> None:
        """End every process of this session at once, without a chance to clean up."""
        self.send(signal.SIGKILL)
        self.process.wait(timeout=STOP_SECONDS)
        if self.process.stdin is not None:
            self.process.stdin.close()

    def request_stop(self) -> None:
        """Ask the leader to end, and do not wait for it."""
        self.send(signal.SIGCONT)
        self.process.terminate()

    def finish_stop(self) -> None:
        """Wait for the leader's end, and kill what is still there after a while."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=STOP_SECONDS)
        self.kill()

    def read_log(self, offset: int = 0) -> str:
        """Return what was written since an offset in bytes."""
        return self.log.read_bytes()[offset:].decode(errors="replace")

    def find_error_lines(self, offset: int = 0) -> list[str]:
        """Return the lines that tell of an error, since an offset in bytes."""
        return [line for line in self.read_log(offset).splitlines() if is_error_line(line)]


def start_program(name: str, arguments: Sequence[str], environment: dict[str, str], folder: Path) -> Program:
    """Start a process of the project in a new session, writing to `<folder>/<name>-<number>.log`."""
    log = folder / f"{name}-{next(START_NUMBERS)}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments,
            cwd=PROJECT,
            env={**environment, "PGAPPNAME": name},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Program(name, process, log)


def read_session(pid: int) -> int | None:
    """Return the session of a process, None when it is gone or a zombie."""
    try:
        if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return None
        return os.getsid(pid)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return None


def is_error_line(line: str) -> bool:
    """Return whether a log line is an error: by its level, or as a traceback that bypassed logging."""
    if not line.startswith("{"):
        return line.startswith("Traceback")
    return json.loads(line).get("level") in BAD_LEVELS
