"""Dispatchers that are killed at their steps, and replaced.

Run as `python -m monitoring.tests.processes.dispatchers FOLDER JOB`, the job as JSON (the fields of `Job`). Fills the
outbox, forks the dispatchers off, and starts another for each that was killed until nothing waits. What happened is
written to `FOLDER/dispatchers.json` (the fields of `Report`).
"""

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any

CHANCE = SystemRandom()  # processes that were forked off share no seed
STEPS = ("claimed", "frozen", "about to send", "sent, not marked")
IDLE_SECONDS = 0.05
RUN_SECONDS = 1.0
MOST_KILLS_PER_NOTIFICATION = 3
"""A bound for the test itself: with the ratios that are used, half a kill per notification is usual."""


@dataclass(frozen=True)
class Job:
    """What to do.

    Attributes:
        urls: Of the receivers, each with its share of the notifications.
        notifications: How many there are.
        dispatchers: How many processes send them.
        death_ratio: Share of the steps [0..1] at which a process kills itself with SIGKILL.
        strike_ratio: Share of those deaths [0..1] upon which another process is killed as well, wherever it is.
    """

    urls: Sequence[tuple[str, int]]
    notifications: int
    dispatchers: int = 4
    death_ratio: float = 0.1
    strike_ratio: float = 0.2


@dataclass
class Report:
    """What happened: how many processes died, by where they were, and how long it took until nothing waited."""

    deaths: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def main(folder: Path, job: Job) -> None:
    """Do the job."""
    import django

    django.setup()
    fill_outbox(job)
    send_the_first()
    deaths = folder / "deaths"
    deaths.mkdir()
    started_at = time.monotonic()
    strikes = supervise(job, deaths)
    report = Report(Counter(path.name.partition("-")[0] for path in deaths.iterdir()), time.monotonic() - started_at)
    report.deaths["struck"] = strikes
    (folder / "dispatchers.json").write_text(json.dumps(vars(report)))


def fill_outbox(job: Job) -> None:
    """Let one alert fire and be told of as often as the job says, each time as a batch of its own."""
    from django.utils import timezone

    from monitoring.models import AlertMessage, Notification
    from monitoring.tests.outbox import make_episode, make_webhook

    episode, now = make_episode(), timezone.now()
    channels = [make_webhook(url, f"Hook {number}") for number, (url, _share) in enumerate(job.urls)]
    places = CHANCE.choices(channels, [share for _url, share in job.urls], k=job.notifications)
    given = {"alert": episode.alert, "episode": episode, "kind": "firing", "severity": "critical", "created_at": now}
    AlertMessage.objects.bulk_create(
        AlertMessage(batch=f"slot:{number}", data={"rule_name": "Too many", "value": number}, **given)
        for number in range(job.notifications)
    )
    Notification.objects.bulk_create(
        Notification(channel=channel, batch=f"slot:{number}", created_at=now, next_attempt_at=now)
        for number, channel in enumerate(places)
    )


def send_the_first() -> None:
    """Load what every dispatcher needs, once for all that will be forked off: certificates, templates, texts."""
    from django.db import connection

    from monitoring.services.dispatch import dispatch_notifications

    dispatch_notifications(limit=1)
    connection.close()


def supervise(job: Job, deaths: Path) -> int:
    """Keep the dispatchers running until all of them have found nothing left; return how many were struck."""
    running = {start_dispatcher(job, deaths) for _ in range(job.dispatchers)}
    struck: set[int] = set()
    kills = 0
    while running:
        pid, status = os.wait()
        running.remove(pid)
        if not os.WIFSIGNALED(status):
            assert os.waitstatus_to_exitcode(status) == 0, "A dispatcher failed: see the log."
            continue
        kills += 1
        assert kills < MOST_KILLS_PER_NOTIFICATION * job.notifications, "Dispatchers die and get nothing done."
        if running - struck and CHANCE.random() < job.strike_ratio:
            victim = CHANCE.choice(sorted(running - struck))
            os.kill(victim, signal.SIGKILL)
            struck.add(victim)
        running.add(start_dispatcher(job, deaths))
    return len(struck)


def start_dispatcher(job: Job, deaths: Path) -> int:
    """Fork a dispatcher off and return its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        endanger(job.death_ratio, deaths)
        dispatch_until_nothing_waits()
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
        raise
    finally:
        os._exit(status)


def endanger(death_ratio: float, deaths: Path) -> None:
    """Let this process be killed at the steps of an attempt, some of the time."""
    from monitoring.services.dispatch import run

    def die_perhaps(step: str) -> None:
        if CHANCE.random() < death_ratio:
            (deaths / f"{step}-{os.getpid()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)

    def wrap(name: str, *, before: str = "", after: str = "") -> None:
        act: Callable[..., Any] = vars(run)[name]

        def act_in_danger(*arguments: Any, **named: Any) -> Any:
            if before:
                die_perhaps(before)
            result = act(*arguments, **named)
            if after:
                die_perhaps(after)
            return result

        vars(run)[name] = act_in_danger

    claimed, frozen, about_to_send, sent = STEPS
    wrap("attempt_delivery", before=claimed)
    wrap("freeze_content", after=frozen)
    wrap("send", before=about_to_send, after=sent)


def dispatch_until_nothing_waits() -> None:
    """Run the dispatcher again and again, as a worker does, until nothing is left for anybody."""
    from monitoring.models import Notification
    from monitoring.services.dispatch import DispatchReport, dispatch_notifications

    while Notification.objects.filter(state="pending").exists():
        if dispatch_notifications(time_limit=timedelta(seconds=RUN_SECONDS)) == DispatchReport():
            time.sleep(IDLE_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Job(**json.loads(sys.argv[2])))
