"""A running Supply Brain on a database of its own: workers, beats and knockers, and what they leave behind."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from celery import Celery
from redis import Redis

from monitoring.tests.processes.cluster import PROJECT, Cluster, build_environment
from monitoring.tests.processes.knockers import Job, Report
from monitoring.tests.processes.observer import Observer, wait_until
from monitoring.tests.processes.programs import Program, start_program

CAPTURE_TASK = "monitoring.tasks.capture_current_slot"
DISPATCH_TASK = "monitoring.tasks.dispatch_notifications"
START_SECONDS = 30.0  # a start takes two seconds; this is for machines that do much else


@dataclass
class System:
    """The processes of one database.

    Attributes:
        cluster: The servers.
        folder: Logs and reports.
        environment: Of every process.
        redis_url: The broker.
        observer: Looks at the database.
        programs: All that were started, by name; a name started again ends its predecessor.
    """

    cluster: Cluster
    folder: Path
    environment: dict[str, str]
    redis_url: str
    observer: Observer
    programs: dict[str, Program] = field(default_factory=dict)

    def start(self, name: str, *arguments: str, environment: dict[str, str] | None = None) -> Program:
        """Start a Python module of the project under a name."""
        if name in self.programs:
            self.programs[name].kill()
        everything = {**self.environment, **(environment or {})}
        program = start_program(name, [sys.executable, "-m", *arguments], everything, self.folder)
        self.programs[name] = program
        return program

    def run(self, *arguments: str) -> str:
        """Run a Python module of the project to its end, and return what it wrote to standard output."""
        command = [sys.executable, "-m", *arguments]
        result = subprocess.run(
            command, cwd=PROJECT, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return result.stdout

    def is_running(self, name: str) -> bool:
        """Whether the program of this name lives."""
        return name in self.programs and self.programs[name].is_running

    def require_workers(self, *names: str) -> None:
        """Start the workers that are not running, and return when all of them take messages."""
        for name in names:
            if not self.is_running(name):
                self.start_worker(name)
        self.wait_for_workers(*names)

    def start_worker(self, name: str, **environment: str) -> None:
        """Start a worker with one child and do not wait for it."""
        settings = {"WORKER_NAME": name, "WORKER_CONCURRENCY": "1", **environment}
        self.start(name, "supplybrain.processes", "worker", environment=settings)

    def start_worker_with_wrong_clock(self, name: str, *, offset_seconds: int) -> None:
        """Start a worker whose host's clock is wrong."""
        module = "monitoring.tests.processes.wrong_clock"  # not through `processes`, whose exec would right the clock
        celery = ("celery", "--app=supplybrain.celery", "worker", "--concurrency=1", f"--hostname={name}@%h")
        self.start(name, module, str(offset_seconds), *celery)

    def wait_for_workers(self, *names: str) -> None:
        """Return when these workers take messages."""
        wait_until(
            lambda: all(" ready." in self.programs[name].read_log() for name in names),
            seconds=START_SECONDS,
            what=f"{', '.join(names)} ready",
        )

    def require_beats(self, *names: str) -> None:
        """Start the beats that are not running, and return when all of them knock."""
        for name in names:
            if not self.is_running(name):
                self.start(name, "supplybrain.processes", "beat")
        wait_until(
            lambda: all("Sending due task" in self.programs[name].read_log() for name in names),
            seconds=START_SECONDS,
            what=f"{', '.join(names)} knocking",
        )

    def start_knockers(self, name: str = "knockers", **environment: str) -> Program:
        """Start the process that forks knockers off."""
        module = "monitoring.tests.processes.knockers"
        return self.start(name, module, str(self.folder), environment=environment)

    def order_knocks(self, program: Program, job: Job) -> None:
        """Let processes knock, and do not wait for them."""
        assert program.process.stdin is not None
        program.process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
        program.process.stdin.flush()

    def wait_for_reports(self, job: Job, *, seconds: float) -> list[Report]:
        """Return what the processes of a job saw, when all of them have ended."""
        paths = [self.folder / f"{job.name}-{number}.json" for number in range(job.processes)]
        wait_until(lambda: all(path.exists() for path in paths), seconds=seconds, what=f"the end of {job.name}")
        return [read_report(path) for path in paths]

    def send_knocks(self, count: int = 1, *, task_id: str | None = None, expires: datetime | None = None) -> None:
        """Send the capture task to the workers, as a beat does."""
        with Celery(broker=self.redis_url, fixups=[], set_as_current=False) as client:
            for _knock in range(count):
                client.send_task(CAPTURE_TASK, task_id=task_id, expires=expires, ignore_result=True)

    def send_dispatch(self) -> None:
        """Ask the workers to send what waits in the outbox, as a beat does."""
        with Celery(broker=self.redis_url, fixups=[], set_as_current=False) as client:
            client.send_task(DISPATCH_TASK, ignore_result=True)

    def flush_redis(self) -> None:
        """Empty the broker."""
        with Redis.from_url(self.redis_url) as client:
            client.flushall()

    def get_log_offsets(self) -> dict[str, int]:
        """Return how long the log of every program is now."""
        return {name: program.log.stat().st_size for name, program in self.programs.items()}

    def find_error_lines(self, offsets: dict[str, int]) -> list[str]:
        """Return the error lines of all programs since `get_log_offsets`."""
        return [
            f"{name}: {line}"
            for name, program in self.programs.items()
            for line in program.find_error_lines(offsets.get(name, 0))
        ]

    def stop(self) -> None:
        """End everything that was started, whatever state it is in."""
        with ExitStack() as stack:  # all of them, also when one cannot be stopped
            for program in self.programs.values():
                stack.callback(program.finish_stop)
            for program in self.programs.values():
                program.request_stop()

    def list_leftovers(self) -> list[int]:
        """Return the processes that should be gone and are not."""
        return [pid for program in self.programs.values() for pid in program.list_pids()]


def read_report(path: Path) -> Report:
    """Read what one knocker saw."""
    content = json.loads(path.read_text())
    return Report(**{**content, "outcomes": Counter(content["outcomes"])})


@contextmanager
def running_system(cluster: Cluster, name: str, *, interval_seconds: int, redis_number: int) -> Iterator[System]:
    """Yield a system without processes on a new database; at the end, stop what was started and prove it gone."""
    folder = cluster.folder / name
    folder.mkdir()
    database_url = cluster.create_database(name)
    redis_url = f"{cluster.redis.url.removesuffix('/0')}/{redis_number}"
    environment = build_environment(database_url=database_url, redis_url=redis_url)
    environment |= {
        "MONITORING_INTERVAL_SECONDS": str(interval_seconds),
        "MONITORING_IDLE_TIMEOUT_SECONDS": "3",  # a busy machine pauses for a second
        "MONITORING_LOCK_TIMEOUT_SECONDS": "60",  # what is freed sooner is freed by something else
    }
    system = System(cluster, folder, environment, redis_url, Observer(database_url, interval_seconds))
    try:
        yield system
    finally:
        system.stop()
        assert system.list_leftovers() == []
