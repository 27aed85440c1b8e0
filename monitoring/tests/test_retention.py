"""Facts are thinned out without harm to any explanation that is still promised."""

import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from monitoring.domain.facts import AccountRow, Facts
from monitoring.models import MonitoringRun, MonitoringSnapshot, RunState
from monitoring.selectors.facts import load_current_facts, load_facts
from monitoring.selectors.snapshots import list_explainable_snapshots
from monitoring.services import retention
from monitoring.services.capture import capture_snapshot
from monitoring.services.facts import store_facts
from monitoring.services.retention import FACT_MODELS, ThinningReport, delete_old_runs, thin_facts
from monitoring.tasks import thin_history
from monitoring.tests.conftest import Install
from monitoring.tests.rivals import connect_rival, terminate_own_backend
from planning_core.domain.facts import build_planning_facts
from planning_core.domain.portfolio import compute_classic_portfolio
from planning_core.services.statements import fetch_rows
from planning_core.tests.catalogue import Catalogue, build_inputs
from planning_core.tests.strategies import catalogues
from supplybrain.beat import BEAT_SCHEDULE
from supplybrain.clock import get_business_date
from supplybrain.locks import LOCK_NAMESPACE, LockedJob

FIRST_SLOT = datetime(2026, 1, 5, tzinfo=UTC)
STEP = timedelta(hours=7)
MAX_SLOTS = 15
NOW = FIRST_SLOT + MAX_SLOTS * STEP
ZONES = [ZoneInfo("Europe/Moscow"), ZoneInfo("America/Los_Angeles")]


def make_snapshot(slot: datetime, *, as_of: date | None = None, facts_hash: str = "") -> MonitoringSnapshot:
    return MonitoringSnapshot.objects.create(
        slot=slot,
        created_at=slot,
        as_of_date=as_of or get_business_date(slot),
        schema_version=1,
        metrics_version=1,
        facts_hash=facts_hash,
    )


def store(facts: Facts, slot: datetime, *, as_of: date | None = None) -> None:
    """Store facts with their snapshot, as a capture does."""
    make_snapshot(slot, as_of=as_of, facts_hash=facts.hash)
    store_facts(facts, slot=slot, before=load_current_facts())


def compute_facts(shop: Catalogue, *, synced_at: datetime | None = None) -> Facts:
    accounts = [AccountRow("wb", 1, "Shop", True, synced_at)]  # noqa: FBT003  (a row)
    return Facts(build_planning_facts(compute_classic_portfolio(build_inputs(shop))), accounts)


def make_days(days: int) -> None:
    """Store four slots a day of a shop without articles whose account is synced before every one."""
    for number in range(days * 4):
        slot = FIRST_SLOT + number * timedelta(hours=6)
        store(compute_facts(Catalogue(), synced_at=slot), slot)


def read_rows() -> list[list[Any]]:
    return [sorted(model._default_manager.values_list(), key=repr) for model in FACT_MODELS]


def list_intervals() -> Iterable[tuple[datetime, datetime | None]]:
    for model in FACT_MODELS:
        yield from model._default_manager.values_list("valid_from_slot", "valid_to_slot")


def list_slots(*, thinned: bool) -> list[datetime | None]:
    snapshots = MonitoringSnapshot.objects.filter(facts_thinned_at__isnull=not thinned)
    return list(snapshots.order_by("slot").values_list("slot", flat=True))


def assert_promises_are_kept() -> None:
    for snapshot in list_explainable_snapshots():
        assert snapshot.has_facts
        assert snapshot.slot is not None
        assert load_facts(slot=snapshot.slot).hash == snapshot.facts_hash


def choose_thinned(slots: Sequence[tuple[datetime, date]], *, before: date) -> set[datetime]:
    last = {as_of: slot for slot, as_of in sorted(slots)}
    return {slot for slot, as_of in slots if as_of < before and slot != last[as_of]}


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(catalogues(), min_size=1, max_size=3), st.integers(1, 4), st.integers(0, MAX_SLOTS), st.data())
def test_of_any_history_the_newer_slots_and_the_last_one_of_each_day_are_read_back_exactly(
    shops: list[Catalogue], after_days: int, moved_at: int, data: st.DataObject
) -> None:
    MonitoringSnapshot.objects.all().delete()
    for model in FACT_MODELS:
        model._default_manager.all().delete()
    states = [compute_facts(shop) for shop in shops]
    explained: list[tuple[datetime, date]] = []
    # None: missed; -1: a snapshot without facts; at `moved_at` the business moves, and its days overlap
    choices = data.draw(st.lists(st.sampled_from([None, -1, *range(len(states))]), max_size=MAX_SLOTS))
    for number, choice in enumerate(choices):
        slot = FIRST_SLOT + number * STEP
        as_of = slot.astimezone(ZONES[number >= moved_at]).date()
        if choice == -1:
            make_snapshot(slot, as_of=as_of)
        elif choice is not None:
            store(states[choice], slot, as_of=as_of)
            explained.append((slot, as_of))
    expected = choose_thinned(explained, before=get_business_date(NOW) - timedelta(days=after_days))

    report = thin_facts(now=NOW, after_days=after_days)

    assert set(list_slots(thinned=True)) == expected
    assert report.snapshots == len(expected)
    assert_promises_are_kept()
    kept = [slot for slot, _ in explained if slot not in expected]
    for start, end in list_intervals():  # nothing is left that explains nothing
        assert end is None or any(start <= slot < end for slot in kept)
    rows = read_rows()
    assert thin_facts(now=NOW, after_days=after_days) == ThinningReport()
    assert read_rows() == rows
    store(states[0], NOW)
    assert_promises_are_kept()


@pytest.mark.django_db
def test_facts_are_kept_for_ever_unless_somebody_says_otherwise() -> None:
    make_days(3)
    before = read_rows()
    assert thin_facts(now=NOW + timedelta(days=10_000), after_days=0) == ThinningReport()
    assert (read_rows(), list_slots(thinned=True)) == (before, [])


@pytest.mark.django_db(transaction=True)
def test_a_day_during_which_the_connection_is_lost_stays_whole_and_the_next_run_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_days(3)
    days: list[object] = []

    def lose_connection_on_the_second_day(*arguments: Any, **names: Any) -> Any:
        rows = fetch_rows(*arguments, **names)  # the day has lost its facts, but not for others yet
        days.append(rows)
        if len(days) == 2:
            terminate_own_backend()
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(retention, "fetch_rows", lose_connection_on_the_second_day)
        with pytest.raises(OperationalError):
            thin_facts(now=NOW, after_days=1)
    connection.close()
    assert {get_business_date(slot) for slot in list_slots(thinned=True)} == {date(2026, 1, 5)}
    assert_promises_are_kept()
    assert thin_facts(now=NOW, after_days=1).days == 2
    assert_promises_are_kept()


@pytest.mark.django_db(transaction=True)
def test_a_capture_is_not_disturbed(company: None, during_build: Install) -> None:
    make_days(3)
    reports: list[ThinningReport] = []

    def thin() -> None:
        reports.append(thin_facts(now=NOW, after_days=1))
        connection.close()

    def thin_beside() -> None:
        thread = threading.Thread(target=thin)
        thread.start()
        thread.join()

    during_build(thin_beside)
    capture_snapshot(trigger="test")
    assert reports == [ThinningReport(days=3, snapshots=9, rows=9)]
    assert MonitoringSnapshot.objects.latest("slot").has_facts
    assert MonitoringRun.objects.get().state == RunState.CAPTURED
    assert_promises_are_kept()


@pytest.mark.django_db(transaction=True)
def test_while_somebody_else_is_thinning_the_rest_is_left_to_them() -> None:
    make_days(2)
    before = read_rows()
    with connect_rival(autocommit=False) as rival:
        rival.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_NAMESPACE, LockedJob.THIN_FACTS.value])
        assert thin_facts(now=NOW, after_days=1) == ThinningReport(is_refused=True)
        with pytest.raises(CommandError, match="Another process is thinning facts"):
            call_command("thin_facts", "--after-days", "1", stdout=StringIO())
    assert read_rows() == before


@pytest.mark.django_db
def test_the_command_counts_before_it_thins(settings: Settings) -> None:
    make_days(2)
    before = read_rows()
    answers = [StringIO() for _ in range(3)]
    call_command("thin_facts", "--dry-run", "--after-days", "1", stdout=answers[0])
    assert (read_rows(), list_slots(thinned=True)) == (before, [])
    call_command("thin_facts", "--after-days", "1", stdout=answers[1])
    call_command("thin_facts", stdout=answers[2])
    lines = [answer.getvalue().strip() for answer in answers]
    assert lines == [
        "Would thin 2 days: 6 snapshots without facts, 6 rows deleted.",
        "Thinned 2 days: 6 snapshots without facts, 6 rows deleted.",
        "All facts are kept: set FACTS_DAILY_AFTER_DAYS or give --after-days N to thin them out.",
    ]


@pytest.mark.django_db
def test_the_run_log_is_kept_as_long_as_it_explains_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "RUNS_PER_PORTION", 2)
    for days in range(6):
        slot = NOW - timedelta(days=days)
        MonitoringRun.objects.create(run_id=uuid4(), slot=slot, trigger="test", instance="here", started_at=slot)
    assert delete_old_runs(now=NOW, keep_days=1) == 0  # no snapshot yet: the next one asks why there was none
    make_snapshot(NOW - timedelta(days=2))
    assert delete_old_runs(now=NOW, keep_days=0) == 0
    assert delete_old_runs(now=NOW, keep_days=1) == 3
    assert MonitoringRun.objects.count() == 3


@pytest.mark.django_db
def test_the_scheduled_task_does_what_the_settings_say(settings: Settings) -> None:
    make_days(2)
    MonitoringRun.objects.create(
        run_id=uuid4(), slot=FIRST_SLOT, trigger="test", instance="here", started_at=FIRST_SLOT
    )
    settings.FACTS_DAILY_AFTER_DAYS, settings.RUNS_KEEP_DAYS = 1, 1
    thin_history()
    assert len(list_slots(thinned=True)) == 6
    assert not MonitoringRun.objects.exists()
    assert thin_history.name in {entry["task"] for entry in BEAT_SCHEDULE.values()}
