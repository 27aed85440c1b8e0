"""Ranges and pages of a long history, each one statement: what PostgreSQL takes, and what the selector takes."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.generate import generate_gaps, generate_snapshots
from bench.statements import list_statements
from bench.timing import time_call
from monitoring.domain.metrics import METRIC_NAMES
from monitoring.domain.slots import compute_slot
from monitoring.models import MonitoringGap, MonitoringSnapshot
from monitoring.selectors.history import load_history_page
from monitoring.selectors.pages import Direction, Position
from monitoring.selectors.timeseries import Aggregation, load_series
from monitoring.services.interval import get_interval

ONE_IN = 50  # slots become gaps
PAGE = 30
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Read:
    """A read that is measured.

    Attributes:
        name: Of its row in the table.
        work: Does it, and returns how many points or records came.
        goal_ms: What it must stay below, None where nothing was promised.
    """

    name: str
    work: Callable[[], int]
    goal_ms: int | None = None


def measure_ranges(*, days: int, repeats: int) -> dict[str, Any]:
    """Return how long ranges and pages of a history of so many days take, and its size."""
    last_slot = compute_slot(timezone.now(), interval=get_interval())
    generate_snapshots(days=days, last_slot=last_slot)
    generate_gaps(every=ONE_IN)
    middle = last_slot - days // 2 * DAY
    reads = [*_list_ranges(last_slot + get_interval()), *_list_pages(middle)]
    return {
        "days": days,
        "snapshots": MonitoringSnapshot.objects.count(),
        "gaps": MonitoringGap.objects.count(),
        "rows": [_measure(read, repeats) for read in reads],
    }


def _list_ranges(end: datetime) -> Iterator[Read]:
    def read(days: int, step: timedelta, agg: Aggregation, metrics: Sequence[str] = METRIC_NAMES) -> Callable[[], int]:
        options: dict[str, Any] = {"start": end - days * DAY, "end": end, "step": step, "agg": agg}
        return lambda: len(load_series(metrics=metrics, **options).starts)

    last, greatest = Aggregation.LAST, Aggregation.MAX
    yield Read("last day by slot", read(1, get_interval(), last), goal_ms=5)
    yield Read("last day by slot, greatest", read(1, get_interval(), greatest), goal_ms=5)
    yield Read("7 days by 30 minutes", read(7, timedelta(minutes=30), last))
    yield Read("30 days by 2 hours", read(30, timedelta(hours=2), last))
    yield Read("90 days by 15 minutes, 1 metric", read(90, get_interval(), last, METRIC_NAMES[:1]))
    yield Read("one year by day", read(365, DAY, last), goal_ms=100)
    yield Read("one year by day, greatest", read(365, DAY, greatest), goal_ms=100)
    yield Read("ten years by week", read(3_650, 7 * DAY, last))
    yield Read("ten years by week, greatest", read(3_650, 7 * DAY, greatest))


def _list_pages(middle: datetime) -> Iterator[Read]:
    def read(position: Position | None) -> Callable[[], int]:
        return lambda: len(load_history_page(limit=PAGE, position=position).rows)

    yield Read("first page", read(None))
    yield Read("deep page, older", read(Position(middle, 0, Direction.OLDER)), goal_ms=5)
    yield Read("deep page, newer", read(Position(middle, 0, Direction.NEWER)), goal_ms=5)


def _measure(read: Read, repeats: int) -> dict[str, Any]:
    [statement] = list_statements(read.work)  # and its pages are in memory now
    plans = [_explain(statement) for _ in range(repeats)]
    return {
        "name": read.name,
        "points": read.work(),
        "goal_ms": read.goal_ms,
        "planning_ms": median(plan["Planning Time"] for plan in plans),
        "execution_ms": median(plan["Execution Time"] for plan in plans),
        "seconds": median(time_call(read.work) for _ in range(repeats)),
    }


def _explain(statement: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}")
        [plans] = cursor.fetchone()
    plan: dict[str, Any] = (json.loads(plans) if isinstance(plans, str) else plans)[0]
    return plan
