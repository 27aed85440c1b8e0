"""A long run of everything at once: `python -m monitoring.tests.processes.soak --slots 2000`.

Slots of a second, three workers (two of them on hosts whose clocks are wrong by two minutes), two beats, and a company
whose data change from slot to slot, so that alert rules fire, recover and flap. Their messages go to a receiver of
webhooks that fails at times. Meanwhile processes are killed, frozen and cut off at random. At the end everything is
counted: nothing may be there twice, half or not at all. Prints its report as JSON; exit code 1 if something was wrong.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from monitoring.tests.processes.cluster import Cluster, running_cluster
from monitoring.tests.processes.disturbance import COMPANY, Company, Reaper
from monitoring.tests.processes.observer import wait_until
from monitoring.tests.processes.pooler import Pooler, running_pooler_of
from monitoring.tests.processes.soak_report import Report, write_report
from monitoring.tests.processes.system import START_SECONDS, System, running_system
from monitoring.tests.receivers.http_receiver import HttpReceiver, running_http_receiver

WORKERS = {"worker-1": 0, "worker-2": 120, "worker-3": -120}
BEATS = ["beat-1", "beat-2"]
KNOCK_MILLISECONDS = 500
SETTLE_SECONDS = 180.0

ENVIRONMENT = {
    "LOG_LEVEL": "WARNING",
    "NOTIFICATION_FIRST_RETRY_SECONDS": "1",
    "NOTIFICATION_LEASE_SECONDS": "5",
    "NOTIFICATION_TIMEOUT_SECONDS": "2",
}

MAKE_CHANNELS = """
from monitoring.models import NotificationChannel
for name, severity, url in {channels!r}:
    NotificationChannel.objects.create(
        name=name, kind="webhook", min_severity=severity, url=url, secret="secret", language="en"
    )
"""


@dataclass(frozen=True)
class Plan:
    """What to do.

    Attributes:
        slots: For how many slots.
        change_seconds: The mean time between two changes of the data.
        blow_seconds: The mean time between two blows.
        seed: Of chance.
    """

    slots: int
    change_seconds: float = 1.0
    blow_seconds: float = 3.0
    seed: int = 0


def run_soak(cluster: Cluster, plan: Plan, *, pooler: Pooler | None = None) -> Report:
    """Run a system as a plan says, its connections through a pooler if one is given, and report."""
    began = time.monotonic()
    chance = random.Random(plan.seed)  # noqa: S311  (chance, no secret)
    with soaking_system(cluster) as (system, receiver):
        if pooler:
            system.environment |= {"DATABASE_URL": pooler.get_url("soak"), "DATABASE_POOLER": "transaction"}
        reaper = Reaper(system, WORKERS, BEATS, plan.blow_seconds, chance)
        company = Company(system.observer, plan.change_seconds, chance)
        reaper.start_all()
        wait_until(system.observer.list_slots, seconds=START_SECONDS, what="a first snapshot")
        last_slot = system.observer.get_slot() + timedelta(seconds=plan.slots)
        while system.observer.get_slot() < last_slot:
            company.live()
            reaper.live()
            time.sleep(0.1)
        reaper.rest()
        settle(system)
        report = write_report(system.observer, receiver)
        report.figures |= {"blows": dict(reaper.blows), "changes": dict(company.changes)}
        report.figures["seconds"] = round(time.monotonic() - began, 1)
    return report


@contextmanager
def soaking_system(cluster: Cluster) -> Iterator[tuple[System, HttpReceiver]]:
    """Yield a system with rules and channels, none of its processes started, and who receives its messages."""
    with (
        running_system(cluster, "soak", interval_seconds=1, redis_number=8) as system,
        running_http_receiver(system.folder / "requests.jsonl") as receiver,
    ):
        system.environment |= ENVIRONMENT
        channels = [
            ("all", "warning", receiver.do("ok")),
            ("at the second attempt", "warning", receiver.do("500", "ok")),
            ("lost answers", "critical", receiver.do("reset", "429:1", "ok")),
        ]
        system.run("django", "shell", "-c", MAKE_CHANNELS.format(channels=channels))
        system.observer.execute(COMPANY)
        system.observer.set_knock_milliseconds(KNOCK_MILLISECONDS)
        yield system, receiver


def settle(system: System) -> None:
    """Wait until nothing is left to be sent, then end all knocks, and wait until the last capture has ended."""
    observer = system.observer
    for beat in BEATS:  # captures end with the knocks; what is sent is still asked for by hand
        system.programs[beat].kill()
    time.sleep(2 * observer.interval_seconds)

    def is_outbox_empty() -> bool:
        system.send_dispatch()
        time.sleep(0.5)
        return observer.fetch("SELECT 1 FROM monitoring_notifications WHERE state = 'pending' LIMIT 1") == []

    wait_until(is_outbox_empty, seconds=SETTLE_SECONDS, what="an empty outbox")
    time.sleep(1)  # a second after the end, no lock is left


def main(arguments: Sequence[str]) -> int:
    """Run alone, on servers of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slots", type=int, default=60)
    parser.add_argument("--blow-seconds", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pooled", action="store_true", help="through PgBouncer in transaction mode")
    options = parser.parse_args(arguments)
    plan = Plan(slots=options.slots, blow_seconds=options.blow_seconds, seed=options.seed)
    with (
        tempfile.TemporaryDirectory(prefix="supplybrain-soak-", ignore_cleanup_errors=True) as folder,
        running_cluster(Path(folder)) as cluster,
        running_pooler_of(cluster) if options.pooled else nullcontext() as pooler,
    ):
        report = run_soak(cluster, plan, pooler=pooler)
    sys.stdout.write(json.dumps(asdict(report), indent=2) + "\n")
    return 1 if report.faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
