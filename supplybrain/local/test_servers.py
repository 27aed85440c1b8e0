"""Gives every test run a real PostgreSQL and a real Redis, whatever the machine has."""

import atexit
import os
import secrets
import tempfile
from contextlib import ExitStack
from pathlib import Path

from supplybrain.local import servers


def provide_servers() -> None:
    """Start what DATABASE_URL and REDIS_URL do not name, in a temporary folder, until the process ends.

    Writes the variables into the environment, so that workers of pytest-xdist and processes started by tests
    find the same servers.
    """
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
    os.environ.setdefault("FIELD_ENCRYPTION_SALT", secrets.token_urlsafe(24))
    os.environ.setdefault("HTTPS_ONLY", "false")
    os.environ.setdefault("LOG_FORMAT", "console")
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="supplybrain-", ignore_cleanup_errors=True)))
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = stack.enter_context(servers.running_postgres(folder / "pg", keep_data=False))
    if "REDIS_URL" not in os.environ:
        os.environ["REDIS_URL"] = stack.enter_context(servers.running_redis(folder / "redis", keep_data=False))
