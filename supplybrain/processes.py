"""The one table of entry points: what `make run`, the container image and docker-compose.yml start is the same.

    python -m supplybrain.processes web|worker|beat|migrate

replaces itself by the process (exec), so that signals reach it and its exit code is seen. Any number of each may run at
once, but `migrate`: it runs once per deployment, before the others.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from supplybrain import env
from supplybrain.metrics_folder import provide_metrics_folder

Command = tuple[str, ...]

PROJECT = Path(__file__).resolve().parent.parent
CELERY = (sys.executable, "-m", "celery", "--app", "supplybrain.celery")
MANAGE = (sys.executable, "-m", "django")


def build_web() -> tuple[Command, ...]:
    """Gunicorn; everything else about it stands in `supplybrain/gunicorn.py`."""
    return ((sys.executable, "-m", "gunicorn", "--config", "python:supplybrain.gunicorn", "supplybrain.wsgi"),)


def build_worker() -> tuple[Command, ...]:
    """A Celery worker. Two of them on one machine want two WORKER_NAMEs."""
    name = env.read_str("WORKER_NAME", default="worker")
    concurrency = env.read_int("WORKER_CONCURRENCY", 2, minimum=1)
    # Gossip and mingle are conversations between workers; ours have nothing to tell one another.
    quiet = ("--without-gossip", "--without-mingle")
    return ((*CELERY, "worker", f"--hostname={name}@%h", f"--concurrency={concurrency}", *quiet),)


def build_beat() -> tuple[Command, ...]:
    """Celery beat. No pid file: several beats are welcome, and a killed one leaves nothing that stops the next."""
    return ((*CELERY, "beat", "--pidfile="),)


def build_migrate() -> tuple[Command, ...]:
    """Everything a deployment does to the database."""
    return ((*MANAGE, "migrate", "--noinput"), (*MANAGE, "sync_beat_schedule"))


PROCESSES: Mapping[str, Callable[[], tuple[Command, ...]]] = {
    "web": build_web,
    "worker": build_worker,
    "beat": build_beat,
    "migrate": build_migrate,
}
COUNTING = {"web", "worker"}  # with processes of their own, whose counts are added up


def run(commands: Sequence[Command]) -> None:
    """Run all commands but the last, stopping at a failure, and become the last one."""
    *first, last = commands
    for command in first:
        if code := subprocess.run(command, check=False).returncode:  # noqa: S603  (our own table)
            raise SystemExit(code)
    os.execv(last[0], last)  # noqa: S606  (our own table)


def main(arguments: Sequence[str]) -> None:
    """Become the named process."""
    if len(arguments) != 1 or arguments[0] not in PROCESSES:
        raise SystemExit(f"usage: python -m supplybrain.processes {'|'.join(PROCESSES)}")
    os.chdir(PROJECT)  # `python -m` finds the packages there
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supplybrain.settings")
    try:
        env.read_dotenv(PROJECT / ".env")
        commands = PROCESSES[arguments[0]]()
        if arguments[0] in COUNTING:
            provide_metrics_folder()
    except env.EnvironmentVariableError as error:
        raise SystemExit(str(error)) from error
    run(commands)


if __name__ == "__main__":
    main(sys.argv[1:])
