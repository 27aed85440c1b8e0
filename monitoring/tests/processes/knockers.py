"""Processes that knock at the capture service directly, any number at once.

Run as `python -m monitoring.tests.processes.knockers FOLDER`. Every line on standard input is a job as JSON (the fields
of `Job`); each of its processes is forked off at once, before any connection exists, so that a crowd starts in
milliseconds and yet shares nothing. A process writes `FOLDER/<job>-<number>.json` (the fields of `Report`) at its end.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECOND_KNOCK_AT = 0.4  # of a slot: when the crowd knocks again
LONGEST_LIFE_SECONDS = 0.3  # of a process in danger; many end in time, and those that do not end anywhere


@dataclass(frozen=True)
class Job:
    """What to do.

    Attributes:
        name: Names the processes (`<name>-<number>`, also as application name in the database) and their reports.
        processes: How many knock.
        slots: For how many slots, two knocks each, all at the same moments.
        interval_seconds: The length of a slot.
        clock_offset_seconds: How wrong this host's clock is; whole slots.
        death_ratio: Share of the knocks [0..1] whose process is ended from outside at a random moment.
        is_urgent: Whether to knock once, at once, whatever the slot.
    """

    name: str
    processes: int = 1
    slots: int = 1
    interval_seconds: int = 1
    clock_offset_seconds: int = 0
    death_ratio: float = 0.0
    is_urgent: bool = False


@dataclass
class Report:
    """What a process saw: snapshots computed, how often each state was the outcome, tracebacks of exceptions."""

    pid: int
    builds: int = 0
    deaths: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)


def main(folder: Path) -> None:
    """Serve jobs until standard input ends."""
    import django

    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children: no zombies
    for line in sys.stdin:
        job = Job(**json.loads(line))
        for number in range(job.processes):
            if os.fork() == 0:
                run_and_exit(job, f"{job.name}-{number}", folder)


def run_and_exit(job: Job, name: str, folder: Path) -> None:
    """Do the job in a forked process, which never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ["PGAPPNAME"] = name
    try:
        report = run_job(job)
        draft = folder / f"{name}.draft"
        draft.write_text(json.dumps(vars(report)))
        draft.rename(folder / f"{name}.json")
    except BaseException:
        traceback.print_exc()  # into the log
        raise
    finally:
        os._exit(0)


def run_job(job: Job) -> Report:
    """Knock as the job says and report."""
    import time_machine

    report = Report(os.getpid())
    count_builds(report)
    if job.clock_offset_seconds:
        time_machine.travel(time.time() + job.clock_offset_seconds, tick=True).start()
    if job.is_urgent:
        knock(report)
        return report
    for _slot in range(job.slots):
        for part in (0, SECOND_KNOCK_AT):
            wait_for_slot_part(job.interval_seconds, part)
            if random.random() < job.death_ratio:  # noqa: S311  (chance, no secret)
                knock_in_danger(report)
            else:
                knock(report)
    return report


def count_builds(report: Report) -> None:
    """Let the report count how often this process computes a snapshot from here on, stored or not."""
    from monitoring.services import capture

    names = vars(capture)
    build_snapshot = names["build_snapshot"]

    def build_and_count(**arguments: Any) -> Any:
        report.builds += 1
        return build_snapshot(**arguments)

    names["build_snapshot"] = build_and_count


def knock(report: Report) -> None:
    """Call the service once, as the task does: on a connection of its own."""
    from django.db import connection

    from monitoring.services.capture import capture_snapshot

    try:
        report.outcomes[str(capture_snapshot(trigger="knock").state)] += 1
    except Exception:  # noqa: BLE001  (whatever it is, the test shows it)
        report.errors.append(traceback.format_exc())
    finally:
        connection.close()


def knock_in_danger(report: Report) -> None:
    """Knock in a process of its own, which the kernel ends at a random moment unless it is done by then."""
    pid = os.fork()
    if pid == 0:
        # nobody handles SIGALRM, so it ends the process where it stands, as SIGKILL does
        signal.setitimer(signal.ITIMER_REAL, random.uniform(0.001, LONGEST_LIFE_SECONDS))  # noqa: S311  (chance)
        try:
            knock(report)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    report.deaths += os.WIFSIGNALED(status)


def wait_for_slot_part(interval_seconds: int, part: float) -> None:
    """Sleep until a part of the slot has passed, at most one slot."""
    offset = part * interval_seconds
    time.sleep(interval_seconds - (time.time() - offset) % interval_seconds)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
