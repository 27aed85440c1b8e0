"""Gives every test run a real PostgreSQL and a real Redis, whatever the machine has."""

import atexit
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
END_SECONDS = 60


def provide_servers() -> None:
    """Start what DATABASE_URL and REDIS_URL do not name, until this process ends in whatever way.

    Writes the variables into the environment, so that workers of pytest-xdist and processes started by tests
    find the same servers.
    """
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
    os.environ.setdefault("FIELD_ENCRYPTION_SALT", secrets.token_urlsafe(24))
    os.environ.setdefault("HTTPS_ONLY", "false")
    os.environ.setdefault("LOG_FORMAT", "console")
    if missing := [name for name in ("DATABASE_URL", "REDIS_URL") if name not in os.environ]:
        os.environ.update(take_lease(missing))


def take_lease(names: list[str]) -> dict[str, str]:
    """Start the servers of the given variables in a process that outlives us by a moment, and return their URLs.

    Raises:
        RuntimeError: If they do not start; what they said went to standard error.
    """
    lease = subprocess.Popen(
        [sys.executable, "-m", "supplybrain.local.lease", *names],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C ends the tests; the servers end after them
    )
    atexit.register(end_lease, lease)
    assert lease.stdout is not None
    if not (answer := lease.stdout.readline()):
        raise RuntimeError("The servers of the tests did not start; the reason stands above.")
    variables: dict[str, str] = json.loads(answer)
    return variables


def end_lease(lease: subprocess.Popen[bytes]) -> None:
    """Let the servers go and return when they are gone."""
    lease.communicate(timeout=END_SECONDS)
