"""Measurements in a process of their own: `python -m bench.worker JSON` prints one result per line as JSON."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent

Job = tuple[str, dict[str, Any]]
"""A name in `bench.measurements.MEASUREMENTS` and its arguments."""


def run_worker(environment: dict[str, str], *jobs: Job) -> list[dict[str, Any]]:
    """Run measurements one after the other in one fresh process and return their results.

    Args:
        environment: Of the process; names the database.
        jobs: What to do.

    Raises:
        subprocess.CalledProcessError: If one fails; its own message is on standard error.
    """
    command = [sys.executable, "-m", "bench.worker", json.dumps(jobs)]
    done = subprocess.run(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()[-len(jobs) :]]


def main(jobs: str) -> None:
    """Do the jobs here."""
    import django

    django.setup()
    from bench.measurements import MEASUREMENTS

    results = [MEASUREMENTS[name](**arguments) for name, arguments in json.loads(jobs)]
    for result in results:
        print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
