"""Configuration of gunicorn, the web process."""

import os
from itertools import count
from pathlib import Path
from typing import Any

import gunicorn.http.wsgi

from supplybrain import env
from supplybrain.logs import build_logging

# gunicorn cannot be told to leave this header out; what serves us is nobody's business.
gunicorn.http.wsgi.SERVER = "supplybrain"

bind = f"{env.read_str('WEB_HOST', default='127.0.0.1')}:{env.read_int('PORT', 8000, minimum=1, maximum=65535)}"
workers = env.read_int("WEB_WORKERS", 2, minimum=1)
worker_class = "gthread"
threads = env.read_int("WEB_THREADS", 4, minimum=1)

timeout = 60  # seconds without a sign of life from a worker; requests run in its threads and may take longer
graceful_timeout = 30
keepalive = 5
max_requests = 10_000  # a worker is replaced now and then: a leak stays small
max_requests_jitter = 1_000
# The sign of life is a file: in memory where there is one, because a disk under load can block for seconds.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

accesslog = None  # django-structlog writes a line per request, with its id and user
logconfig_dict = build_logging(
    json_lines=env.read_choice("LOG_FORMAT", ("json", "console"), default="json") == "json",
    level=env.read_choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO"),
)
logconfig_dict["loggers"]["gunicorn.error"] = {"handlers": ["stderr"], "propagate": False}
control_socket_disable = True  # nobody talks to it, and it would lie in the home folder


def pre_fork(server: Any, worker: Any) -> None:
    """Give a worker the lowest number that no living one has: its successor will get it back."""
    taken = {sibling.place for sibling in server.WORKERS.values()}
    worker.place = next(number for number in count(1) if number not in taken)


def post_fork(_server: Any, worker: Any) -> None:
    """Go on counting where the last worker of this number stopped."""
    from supplybrain.metrics import place

    place.take(f"web-{os.getppid()}-{worker.place}")


def post_worker_init(worker: Any) -> None:
    """Let every worker look whether snapshots still come. Only here: a thread does not survive a fork."""
    from monitoring.watchdog import start_watchdog

    worker.watchdog = start_watchdog()


def worker_exit(_server: Any, worker: Any) -> None:
    """Let the watchdog begin no further look. Nobody waits for it."""
    if watchdog := getattr(worker, "watchdog", None):
        watchdog.stop()
