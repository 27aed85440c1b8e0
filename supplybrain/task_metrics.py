"""Counts and times of tasks. A worker imports this before it forks the processes that run them."""

import os
import time
from typing import Any

from billiard.process import current_process
from celery.signals import task_postrun, task_prerun, worker_process_init
from prometheus_client import Counter, Histogram

from supplybrain.metrics import place

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)

# The name of a task is that of a function of ours: what is not registered is never run.
TASKS = Counter(
    "celery_tasks",
    "Tasks that were started, and how they ended. Killed ones did not end.",
    ["task", "state"],
)
RUNTIME = Histogram("celery_task_runtime_seconds", "How long tasks ran.", ["task"], buckets=BUCKETS)

_started: dict[str, float] = {}


@worker_process_init.connect
def take_place(**_kwargs: Any) -> None:
    """Go on counting where the process stopped that this one replaces, if it does."""
    place.take(f"task-{os.getppid()}-{current_process().index}")  # type: ignore[attr-defined]  # set by the pool


@task_prerun.connect
def start(task_id: str, task: Any, **_kwargs: Any) -> None:
    """Note that a task begins."""
    _started[task_id] = time.perf_counter()
    TASKS.labels(task.name, "started").inc()


@task_postrun.connect
def finish(task_id: str, task: Any, state: str | None, **_kwargs: Any) -> None:
    """Count a task that has come to its end, of whatever kind."""
    TASKS.labels(task.name, (state or "unknown").lower()).inc()
    if (started := _started.pop(task_id, None)) is not None:
        RUNTIME.labels(task.name).observe(time.perf_counter() - started)
