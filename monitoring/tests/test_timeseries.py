"""Metrics over a range: values and reasons as a slow reading of the rows finds them, and how they are read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from time import sleep
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import GapReason, MonitoringGap, MonitoringRun, MonitoringSnapshot, RunState
from monitoring.selectors.clock import get_current_slot, get_database_clock
from monitoring.selectors.history import load_history_page
from monitoring.selectors.pages import Direction, Position
from monitoring.selectors.timeseries import Aggregation, MissingReason, SeriesRange, load_series
from monitoring.tests.past import NOON, QUARTER, fill_slots, log_run, note_gap, snap, snap_without_slot
from monitoring.tests.plans import read_plan

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
METRICS = ("risk_critical", "total_final_order_qty")
STEPS = (QUARTER, 3 * QUARTER, timedelta(hours=1), timedelta(hours=5), DAY, 2 * DAY, 7 * DAY)
STATES = [state for state in RunState.values if state not in {"captured", "skipped_done"}]


def load(metric: str = "risk_critical", **options: Any) -> list[tuple[int | None, str | None]]:
    (series,) = load_series(metrics=[metric], **options).series
    return list(zip(series.values, series.reasons, strict=True))


@pytest.fixture
def running() -> datetime:
    """The running slot, a test's length before its end at least."""
    clock = get_database_clock(interval=QUARTER)
    if (left := clock.slot + QUARTER - clock.now) < timedelta(seconds=3):
        sleep(left.total_seconds() + 0.1)
    return get_current_slot(interval=QUARTER).slot


# --- The slow oracle -------------------------------------------------------------------------------------------------


@dataclass
class Past:
    """Everything stored, row by row."""

    snapshots: list[MonitoringSnapshot]
    gaps: dict[datetime, str]
    running: datetime

    def aggregate(self, metric: str, agg: str, start: datetime, end: datetime) -> tuple[int | None, str | None]:
        inside = [row for row in self.snapshots if start <= row.created_at < end]
        known = [getattr(row, metric) for row in inside if getattr(row, metric) is not None]
        if known:
            return {"last": known[-1], "min": min(known), "max": max(known)}[agg], None
        return None, "metric_unknown" if inside else self.explain(start, end)

    def explain(self, start: datetime, end: datetime) -> str:
        if reasons := Counter(reason for slot, reason in self.gaps.items() if start <= slot < end):
            return min(reason for reason, count in reasons.items() if count == max(reasons.values()))
        if end > self.running:
            return "pending"
        return "unexplained" if self.snapshots and self.snapshots[0].created_at < start else "not_recorded"


def read_past(running: datetime) -> Past:
    snapshots = list(MonitoringSnapshot.objects.order_by("created_at", "id"))
    gaps = dict(MonitoringGap.objects.values_list("slot", "reason"))
    slot = max((row.slot for row in snapshots if row.slot), default=running) + QUARTER
    while slot < running:
        gaps.setdefault(slot, tell_reason(set(MonitoringRun.objects.filter(slot=slot).values_list("state", flat=True))))
        slot += QUARTER
    return Past(snapshots, gaps, running)


def tell_reason(states: set[str]) -> str:
    if states & {"failed", "running"}:
        return "failed"
    if states & {"skipped_locked", "lost_race"}:
        return "lock_held"
    return "disabled" if "disabled" in states else "no_worker"


def make_past(random: Random, running: datetime) -> None:
    """Store a few days with holes of every kind, the end of them missed, some of it moved over."""
    slots = [running - n * QUARTER for n in range(random.choice([0, 30, 500]), 0, -1)]
    missed_from = running - random.choice([0, 1, 20]) * QUARTER
    for slot in slots:
        if random.random() < 0.3:
            log_run(slot, random.choice(STATES))
        if slot < missed_from and random.random() < 0.6:
            snap(slot, late=random.random() * QUARTER, **make_values(random))
        elif slot < missed_from and random.random() < 0.6:
            note_gap(slot, random.choice(GapReason.values))
        if slot < missed_from and random.random() < 0.1:
            snap_without_slot(slot + random.random() * QUARTER, **make_values(random))


def make_values(random: Random) -> dict[str, int | None]:
    return {metric: random.choice([None, random.randrange(2**31)]) for metric in METRICS}


def make_ranges(random: Random, running: datetime) -> Iterator[dict[str, Any]]:
    for step in STEPS:
        start = running - random.random() * 6 * DAY
        for agg in Aggregation:
            yield {"start": start, "end": start + (0.01 + random.random()) * 6 * DAY, "step": step, "agg": agg}


def test_a_range_is_what_a_slow_reading_finds(running: datetime) -> None:
    met = set()
    for seed in range(8):
        random = Random(seed)  # noqa: S311  (the same rows every time)
        forget_everything()
        make_past(random, running)
        past = read_past(running)
        for options in make_ranges(random, running):
            found = load_series(metrics=METRICS, **options)
            if (slot := get_current_slot(interval=QUARTER).slot) != past.running:  # it has just ended
                past, found = read_past(slot), load_series(metrics=METRICS, **options)
            for series in found.series:
                expected = [past.aggregate(series.metric, found.agg.value, *bucket) for bucket in list_buckets(found)]
                assert list(zip(series.values, series.reasons, strict=True)) == expected, (seed, options)
                met |= set(series.reasons)
    assert met == {None, *MissingReason.values}, "the rows have holes of every kind"


def list_buckets(found: SeriesRange) -> list[tuple[datetime, datetime]]:
    return list(pairwise([*found.starts, found.end]))


def forget_everything() -> None:
    for model in (MonitoringSnapshot, MonitoringGap, MonitoringRun):
        model.objects.all().delete()


# --- Claims ----------------------------------------------------------------------------------------------------------


def test_the_last_the_least_and_the_greatest_of_a_bucket() -> None:
    for n, value in enumerate((5, 9, 2, 7)):
        snap(NOON + n * QUARTER, risk_critical=value)
    hour: dict[str, Any] = {"start": NOON, "end": NOON + 4 * QUARTER, "step": 4 * QUARTER}
    assert [load(**hour, agg=agg) for agg in Aggregation] == [[(7, None)], [(2, None)], [(9, None)]]


def test_a_bucket_holds_its_start_and_not_its_end() -> None:
    snap(NOON, late=timedelta(0), risk_critical=1)
    snap(NOON + QUARTER, late=timedelta(0), risk_critical=2)
    assert load(start=NOON, end=NOON + 2 * QUARTER, step=QUARTER) == [(1, None), (2, None)]


def test_a_bucket_has_the_same_value_in_every_range() -> None:
    for n in range(8):
        snap(NOON + n * QUARTER, risk_critical=n)
    found = load_series(
        metrics=["risk_critical"], start=NOON + QUARTER, end=NOON + 5 * QUARTER, step=timedelta(hours=1)
    )
    assert (found.starts, found.end) == ([NOON, NOON + timedelta(hours=1)], NOON + timedelta(hours=2))
    assert found.series[0].values == [3, 7]


def test_days_are_business_days() -> None:
    moscow_midnight = datetime.fromisoformat("2026-03-02T00:00:00+03:00")
    snap(moscow_midnight - QUARTER, risk_critical=1)
    snap(moscow_midnight, risk_critical=2)
    assert load(start=NOON, end=NOON + DAY, step=DAY) == [(1, None), (2, None)]


def test_snapshots_without_a_slot_count_by_their_time() -> None:
    snap(NOON, risk_critical=1)
    snap_without_slot(NOON + timedelta(minutes=14), risk_critical=8)
    assert load(start=NOON, end=NOON + QUARTER, step=QUARTER) == [(8, None)]


def test_a_snapshot_older_than_the_metric_gives_way_to_one_that_knows_it() -> None:
    snap(NOON, risk_critical=4)
    snap(NOON + QUARTER, risk_critical=None)
    hour: dict[str, Any] = {"start": NOON, "end": NOON + timedelta(hours=1)}
    assert load(**hour, step=timedelta(hours=1)) == [(4, None)]
    assert load(**hour, step=QUARTER)[:2] == [(4, None), (None, "metric_unknown")]


def test_the_reason_of_most_slots_speaks_for_a_bucket() -> None:
    snap(NOON - QUARTER)
    for n, reason in enumerate(("failed", "no_worker", "no_worker", "disabled")):
        note_gap(NOON + n * QUARTER, reason)
    snap(NOON + 4 * QUARTER)
    assert load(start=NOON, end=NOON + timedelta(hours=1), step=timedelta(hours=1)) == [(None, "no_worker")]


def test_a_value_needs_no_reason_where_a_part_of_its_bucket_is_missing() -> None:
    note_gap(NOON, "failed")
    snap(NOON + QUARTER, risk_critical=3)
    assert load(start=NOON, end=NOON + timedelta(hours=1), step=timedelta(hours=1)) == [(3, None)]


def test_slots_missed_since_the_last_snapshot_have_their_reason_at_once(running: datetime) -> None:
    snap(running - 4 * QUARTER, risk_critical=3)
    log_run(running - 3 * QUARTER, "disabled")
    log_run(running - 2 * QUARTER, "failed")
    assert load(start=running - 5 * QUARTER, end=running + 2 * QUARTER, step=QUARTER) == [
        (None, "not_recorded"),
        (3, None),
        (None, "disabled"),
        (None, "failed"),
        (None, "no_worker"),
        (None, "pending"),
        (None, "pending"),
    ]


def test_without_history_nothing_was_recorded(running: datetime) -> None:
    log_run(running - QUARTER, "disabled")
    assert load(start=running - 2 * QUARTER, end=running + QUARTER, step=QUARTER) == [
        (None, "not_recorded"),
        (None, "not_recorded"),
        (None, "pending"),
    ]


# --- How it is read --------------------------------------------------------------------------------------------------


def read_one_plan(work: Any) -> tuple[list[dict[str, Any]], int]:
    """Return the scans of snapshots in the plan of the one statement that a call sends, and how many rows they read."""
    with CaptureQueriesContext(connection) as queries:
        work()
    (query,) = queries
    return read_plan(query["sql"], table="monitoring_snapshots")


def test_ranges_and_deep_pages_read_the_index_and_only_the_rows_they_need() -> None:
    fill_slots(number=50_000, last=NOON)
    year: dict[str, Any] = {"metrics": METRIC_NAMES[:2], "start": NOON - 365 * DAY, "end": NOON, "step": DAY}
    last_day: dict[str, Any] = {"metrics": METRIC_NAMES[:2], "start": NOON - DAY, "end": NOON, "step": QUARTER}
    deep = Position(NOON - 500 * DAY, 0, Direction.OLDER)
    works = {
        "last day": (lambda: load_series(**last_day), 96),
        "greatest of the last day": (lambda: load_series(**last_day, agg=Aggregation.MAX), 96),
        "year by day": (lambda: load_series(**year), 366),
        "deep page": (lambda: load_history_page(limit=30, position=deep), 31),
        "page before a deep one": (
            lambda: load_history_page(limit=30, position=Position(NOON - 500 * DAY, 0, Direction.NEWER)),
            31,
        ),
    }
    for name, (work, rows) in works.items():
        scans, read = read_one_plan(work)
        assert {scan["Node Type"] for scan in scans} <= {"Index Scan", "Index Only Scan"}, name
        assert rows <= read <= rows + 3, name  # and the ends of the history


@pytest.mark.parametrize("agg", Aggregation)
def test_a_range_is_one_statement_whatever_its_size(agg: Aggregation, django_assert_num_queries: Any) -> None:
    fill_slots(number=200, last=NOON)
    for metrics, days in ((METRIC_NAMES[:1], 1), (METRIC_NAMES, 100)):
        with django_assert_num_queries(1):
            load_series(metrics=metrics, start=NOON - days * DAY, end=NOON, step=QUARTER, agg=agg)
