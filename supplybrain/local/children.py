"""Child processes of `make run`: started in sessions of their own, written down, watched, and ended without a trace."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from supplybrain.local.state import StateFolder, write_private
from supplybrain.local.stopping import stop_deferred

STOP_SECONDS = 15.0
CLOCK_TOLERANCE_SECONDS = 2.0  # the kernel's start times are recomputed from a boot time that may be corrected


@dataclass(frozen=True)
class Record:
    """A child as it is written down: its number alone would prove nothing once another process has it."""

    name: str
    pid: int
    started_at: float

    def find(self) -> psutil.Process | None:
        """Return the process if it still is the one that was written down."""
        with suppress(psutil.Error):
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.started_at) < CLOCK_TOLERANCE_SECONDS:
                return process
        return None


@dataclass
class Children:
    """The processes of one run: those it starts, and servers that it only watches."""

    state: StateFolder
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    watched: dict[str, psutil.Process] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)

    @property
    def _path(self) -> Path:
        return self.state.path / "processes.json"

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str], *, cwd: Path) -> None:
        """Start a process whose output goes to its log."""
        with self.state.name_log(name).open("wb") as log, stop_deferred():
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops things in order
            )
            self.running[name] = process
            self.record(name, process.pid)

    def record(self, name: str, pid: int) -> None:
        """Write a process down, so that the next run can end it should we be killed."""
        with suppress(psutil.NoSuchProcess):  # it ended at once, and the watch will say so
            self.records.append(Record(name, pid, psutil.Process(pid).create_time()))
        write_private(self._path, [asdict(record) for record in self.records])

    def watch(self, name: str, pid: int) -> None:
        """Watch a server that somebody else starts and stops, and write it down."""
        self.watched[name] = psutil.Process(pid)
        self.record(name, pid)

    def find_ended(self) -> tuple[str, int | None] | None:
        """Return name and exit code (None for a watched server) of a process that has ended, or None while all run."""
        for name, process in self.running.items():
            if (code := process.poll()) is not None:
                return name, code
        for name, server in self.watched.items():
            if not is_alive(server):
                return name, None
        return None

    def stop(self) -> None:
        """Ask every process to end, wait, and kill what does not, with everything it started."""
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in self.running.values():
            kill_group(process.pid)
            process.wait()
        self.running.clear()
        self._path.unlink(missing_ok=True)

    def end_leftovers(self) -> list[str]:
        """End what a run that was killed has left behind, and return the names.

        Only processes that were written down and still have the same start time are touched.
        """
        if not self._path.exists():
            return []
        records = [Record(**row) for row in json.loads(self._path.read_text(encoding="utf-8"))]
        found = {record.name: process for record in records if (process := record.find()) and is_alive(process)}
        for process in found.values():
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        psutil.wait_procs(found.values(), timeout=STOP_SECONDS)
        for process in found.values():
            kill_group(process.pid)
        self._path.unlink(missing_ok=True)
        return sorted(found)


def is_alive(process: psutil.Process) -> bool:
    """Return whether a process runs; one that has ended and waits to be collected does not."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def kill_group(leader: int) -> None:
    """Kill what is left of the process group of one of our session leaders: its pool, its request workers."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
