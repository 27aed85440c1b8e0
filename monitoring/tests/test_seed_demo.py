"""`seed_demo` shows a living company, tells the truth about it, and never touches anybody's data."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from integrations.models import MoySkladAccount, WbAccount
from integrations.services.demo import DEMO_TOKEN_PREFIX
from monitoring.domain.alerting.machine import Observation, Terms, Track, advance
from monitoring.domain.alerting.readings import Condition, read_value
from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import Alert, AlertRule, GapReason, MonitoringGap, MonitoringRun, MonitoringSnapshot, RunState
from monitoring.selectors.alerts import read_track
from monitoring.services.build import build_values
from monitoring.services.demo.seed import DEMO_MODELS
from planning_core.models import (
    Article,
    InTransitSupply,
    Listing,
    Sku,
    StockBalance,
    SupplyStage,
    SyncOrigin,
    WarehouseType,
    WbDailySales,
    WbPrice,
    WbSku,
    WbStock,
)
from planning_core.selectors.source_syncs import list_source_syncs
from planning_core.services.demo.company import DEFAULT_SEED, build_company, stock_at
from planning_core.services.demo.feeds import store_stock

pytestmark = pytest.mark.xdist_group("seed_demo")  # one process: the company of `report` is seeded once

TODAY = date(2026, 3, 11)
RISKS = ("critical", "warning", "ok", "overstock", "no_data")
# by sequence, by chance, by the clock; the hash of the facts is also that of the accounts' ids
UNSEEDED_FIELDS = {
    "alert",
    "episode",
    "rule_id",
    "rule_version",
    "snapshot",
    "id",
    "account_id",
    "facts_hash",
    "api_token",
    "created_at",
    "updated_at",
}


def seed(*options: str) -> str:
    output = io.StringIO()
    call_command("seed_demo", f"--today={TODAY}", "--days=7", *options, stdout=output)
    return output.getvalue()


@pytest.fixture
def hourly(settings: Settings) -> None:
    """A slot an hour: a quarter of the work."""
    settings.MONITORING_INTERVAL_SECONDS = 3600


@pytest.fixture(scope="module")
def report(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The default company, seeded once for all tests that only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed()
        transaction.set_rollback(True)


def test_every_risk_level_shows_and_most_bundles_are_fine(report: str) -> None:
    critical, warning, ok, overstock, no_data = latest_values("risk_" + level for level in RISKS)
    assert min(critical, warning, ok, overstock, no_data) > 0
    assert critical < warning < ok
    assert ok > critical + warning + overstock + no_data


def test_there_is_something_to_order(report: str) -> None:
    articles, pieces = latest_values(["articles_with_orders", "total_final_order_qty"])
    assert articles > 0
    assert pieces > 100_000


def test_the_latest_snapshot_is_what_a_capture_computes_from_the_tables(report: str) -> None:
    values = build_values(as_of=TODAY)
    assert latest_values(values) == list(values.values())


def test_the_week_moves(report: str) -> None:
    for metric in ("risk_critical", "risk_warning", "risk_ok", "total_final_order_qty"):
        assert len(set(MonitoringSnapshot.objects.values_list(metric, flat=True))) > 1, metric


def test_the_week_is_672_slots_of_which_four_are_gaps(report: str) -> None:
    filled = set(filled_slots())
    missed = dict(MonitoringGap.objects.values_list("slot", "reason"))
    last = max(filled)
    assert filled | set(missed) == {last - timedelta(minutes=15 * place) for place in range(672)}
    assert sorted(missed.values()) == [GapReason.FAILED, *[GapReason.NO_WORKER] * 3]
    outage = sorted(slot for slot, reason in missed.items() if reason == GapReason.NO_WORKER)
    assert outage[-1] - outage[0] == timedelta(minutes=30)


def test_a_snapshot_was_captured_within_its_slot_for_its_business_day(report: str) -> None:
    rows = MonitoringSnapshot.objects.values_list("created_at", "as_of_date").order_by("slot")
    for slot, (created_at, as_of) in zip(filled_slots(), rows, strict=True):
        assert timedelta(0) < created_at - slot < timedelta(minutes=1)
        assert as_of == (slot + timedelta(hours=3)).date()  # Moscow


def test_every_slot_of_the_last_day_has_its_run(report: str) -> None:
    *_, last = filled = filled_slots()
    slots = {slot for slot in filled if slot > last - timedelta(days=1)}
    captured = MonitoringRun.objects.filter(state=RunState.CAPTURED)
    assert set(captured.values_list("slot", flat=True)) == slots
    assert captured.count() == len(slots)
    failed = MonitoringRun.objects.filter(state=RunState.FAILED)
    assert set(failed.values_list("slot", flat=True)) == set(
        MonitoringGap.objects.filter(reason=GapReason.FAILED).values_list("slot", flat=True)
    )
    assert all("timeout" in run.error for run in failed)


def test_sales_are_180_days_that_end_yesterday(report: str) -> None:
    days = set(WbDailySales.objects.values_list("date", flat=True))
    assert days == {TODAY - timedelta(days=back) for back in range(1, 181)}


def test_out_of_stock_days_are_those_that_ended_empty(report: str) -> None:
    company = build_company(seed=DEFAULT_SEED, today=TODAY, articles=60)
    rows = WbDailySales.objects.values_list("wb_sku_id", "date", "units", "in_stock")
    short = 0
    for wb_sku_id, day, units, in_stock in rows.iterator():
        number, listing = company.number_of(day), wb_sku_id - 1
        morning, wanted = company.history.wb_morning[number, listing], company.demand.wanted[number, listing]
        assert units == min(wanted, morning)
        assert in_stock == (morning > units)
        short += units < wanted
    assert short > 500
    assert not WbDailySales.objects.filter(in_stock=True, units__lt=0).exists()


def test_revenue_is_units_at_the_price_that_held(report: str) -> None:
    changes = WbPrice.objects.values("wb_sku_id").annotate(count=Count("id")).order_by("-count", "wb_sku_id")
    code = changes[0]["wb_sku_id"]
    prices = sorted(WbPrice.objects.filter(wb_sku_id=code).values_list("date", "price"))
    assert len(prices) > 4  # promotions begin and end
    for row in WbDailySales.objects.filter(wb_sku_id=code):
        held = [price for start, price in prices if start <= row.date][-1]
        assert row.revenue == row.units * held


def test_the_dead_article_has_stock_and_no_sales(report: str) -> None:
    recent = WbDailySales.objects.filter(date__gte=TODAY - timedelta(days=120)).values("wb_sku").annotate(Sum("units"))
    dead = {row["wb_sku"] for row in recent if row["units__sum"] == 0}
    articles = {listing.article_id for listing in Listing.objects.filter(wb_sku_id__in=dead)}
    assert len(articles) == 1
    assert WbStock.objects.filter(wb_sku_id__in=dead).aggregate(Sum("quantity"))["quantity__sum"] > 0


def test_the_newcomer_was_listed_three_weeks_ago(report: str) -> None:
    newcomer = Listing.objects.filter(listed_from=TODAY - timedelta(days=21))
    assert newcomer.values("article").distinct().count() == 1
    assert not WbDailySales.objects.filter(wb_sku__listings__in=newcomer, date__lt=TODAY - timedelta(days=21)).exists()
    assert WbDailySales.objects.filter(wb_sku__listings__in=newcomer).exists()


def test_supply_is_on_its_way_in_every_stage(report: str) -> None:
    assert set(InTransitSupply.objects.values_list("stage", flat=True)) == set(SupplyStage.values)
    assert InTransitSupply.objects.order_by("eta_date").first().eta_date > TODAY  # type: ignore[union-attr]


def test_accounts_have_useless_tokens_of_their_own_and_one_is_inactive(report: str) -> None:
    accounts = [
        *WbAccount.objects.values_list("api_token", "is_active"),
        *MoySkladAccount.objects.values_list("api_token", "is_active"),
    ]
    tokens = {token for token, _ in accounts}
    assert len(tokens) == len(accounts)
    assert all(token.startswith(DEMO_TOKEN_PREFIX) for token in tokens)
    assert [is_active for _, is_active in accounts].count(False) == 1


def test_the_default_alert_rules_are_there(report: str) -> None:
    default, own = AlertRule.objects.order_by("id")[:9], AlertRule.objects.order_by("id")[9:]
    assert len(default) == 9
    assert [rule.recovery_threshold is not None for rule in own] == [True]


def test_its_alerts_are_what_the_state_machine_makes_of_its_past(report: str) -> None:
    told = {rule: replay_plainly(rule) for rule in AlertRule.objects.filter(is_active=True)}
    for rule, (track, changes) in told.items():
        alert = Alert.objects.get(rule_id=rule.pk)
        assert read_track(alert) == track
        assert list(alert.transitions.order_by("id").values_list("slot", "to_state", "reason")) == changes
        assert alert.episodes.count() == sum(reason == "fired" for _slot, _state, reason in changes)
    assert sum(len(changes) for _track, changes in told.values()) > 10


def replay_plainly(rule: AlertRule) -> tuple[Track, list[tuple[datetime, str, str]]]:
    condition = Condition(rule.threshold_type, rule.threshold_value, rule.recovery_threshold)
    terms, track, changes = Terms(rule.pending_slots, rule.recover_slots), Track(), []
    last: datetime | None = None
    for slot, value in MonitoringSnapshot.objects.order_by("slot").values_list("slot", rule.metric):
        missed = (slot - last) // timedelta(minutes=15) - 1 if last else 0
        observation = Observation(slot, read_value(value, condition), value, missed)
        step = advance(track, observation, terms, is_worse_above=condition.is_worse_above)
        track, last = step.track, slot
        if step.change:
            changes.append((slot, step.change.to_state.value, step.change.reason.value))
    return track, changes


def test_every_source_delivered_just_now(report: str) -> None:
    noon = datetime.combine(TODAY, time(9), UTC)
    assert {(state.last_good_at, state.origin) for state in list_source_syncs()} == {(noon, SyncOrigin.DEMO)}


def test_new_rows_get_free_ids(report: str) -> None:
    article = Article.objects.create(code="MINE")
    assert article.pk == Article.objects.count()
    WbSku.objects.create(code="mine")


@pytest.mark.django_db
def test_before_the_last_week_stock_came_every_three_hours(hourly: None) -> None:
    seed("--articles=12", "--days=9")
    slots = list(MonitoringSnapshot.objects.order_by("slot"))
    assert len(slots) == 9 * 24 - MonitoringGap.objects.count()
    earlier, week = slots[: 2 * 24], slots[2 * 24 :]
    changes = [later.facts_hash != one.facts_hash for one, later in pairwise(earlier)]
    assert sum(changes) == 15
    assert all(later.slot.hour % 3 == 0 for later, changed in zip(earlier[1:], changes, strict=True) if changed)  # type: ignore[union-attr]
    assert len({snapshot.facts_hash for snapshot in week}) > len(week) / 2


@pytest.mark.django_db
@pytest.mark.parametrize("days", [6, 121])
def test_a_past_that_the_sales_do_not_reach_is_refused(days: int) -> None:
    with pytest.raises(CommandError, match=r"must be 7 to 120"):
        seed(f"--days={days}")


def test_the_summary_counts_rows_and_risks(report: str) -> None:
    lines = dict(line.rsplit(maxsplit=1) for line in report.splitlines() if line[-1].isdigit() and ":" not in line)
    assert lines["articles"] == "60"
    assert lines["daily sales"] == f"{WbDailySales.objects.count():,}"
    assert f"critical {latest_values(['risk_critical'])[0]}, " in report


@pytest.mark.django_db
def test_a_past_slot_is_what_a_capture_computed_from_the_tables_of_then(hourly: None) -> None:
    seed("--articles=12")
    day = TODAY - timedelta(days=4)
    then = MonitoringSnapshot.objects.filter(as_of_date=day).order_by("slot")[14]
    company = build_company(seed=DEFAULT_SEED, today=TODAY, articles=12)
    captured_at = list(MonitoringSnapshot.objects.order_by("slot").values_list("created_at", flat=True))
    stock = stock_at(company, [moment + timedelta(hours=3) for moment in captured_at])
    WbDailySales.objects.filter(date__gte=day).delete()
    WbStock.objects.all().delete()
    StockBalance.objects.all().delete()
    store_stock(stock, moment=captured_at.index(then.created_at), updated_at=then.created_at)
    values = build_values(as_of=day)
    assert {name: getattr(then, name) for name in values} == values


@pytest.mark.django_db
def test_the_same_seed_and_day_store_the_same_rows(hourly: None) -> None:
    assert hash_of_a_seeding() == hash_of_a_seeding()
    assert hash_of_a_seeding("--seed=5") != hash_of_a_seeding("--seed=6")


def hash_of_a_seeding(*options: str) -> str:
    with transaction.atomic():
        seed("--articles=12", *options)
        digest = hash_tables()
        transaction.set_rollback(True)
    return digest


def hash_tables() -> str:
    digest = hashlib.sha256()
    for model in DEMO_MODELS:
        names = [field.attname for field in model._meta.concrete_fields if field.name not in UNSEEDED_FIELDS]
        digest.update(repr(list(model._default_manager.order_by(*names).values_list(*names))).encode())
    return digest.hexdigest()


@pytest.mark.django_db
def test_a_database_with_data_is_refused_and_left_as_it_was() -> None:
    Article.objects.create(code="MINE")
    with pytest.raises(CommandError, match=r"not empty \(rows in planning_core_article\)\..*nothing was changed"):
        seed("--articles=12")
    assert [article.code for article in Article.objects.all()] == ["MINE"]
    assert not Sku.objects.exists()
    assert not WbAccount.objects.exists()


@pytest.mark.django_db
def test_a_lone_snapshot_is_data_too() -> None:
    MonitoringSnapshot.objects.create(created_at=timezone.now(), schema_version=1, metrics_version=1)
    with pytest.raises(CommandError, match="monitoring_snapshots"):
        seed("--articles=12")


@pytest.mark.django_db
def test_if_empty_leaves_a_database_with_data_alone_and_says_so() -> None:
    Article.objects.create(code="MINE")
    assert "rows in planning_core_article" in seed("--if-empty")
    assert not Sku.objects.exists()


@pytest.mark.django_db
def test_if_empty_fills_an_empty_database(hourly: None) -> None:
    seed("--if-empty", "--articles=12")
    assert Article.objects.count() == 12


@pytest.mark.django_db
def test_too_few_articles_are_refused_with_the_range() -> None:
    with pytest.raises(CommandError, match=r"articles is 3, must be 12\.\.120"):
        seed("--articles=3")


@pytest.mark.django_db
def test_the_own_warehouse_holds_single_pieces_and_the_offices_bundles(hourly: None) -> None:
    seed("--articles=12")
    assert set(StockBalance.objects.values_list("warehouse__type", flat=True)) == {WarehouseType.INTERNAL}
    assert set(WbStock.objects.values_list("warehouse__type", flat=True)) == {WarehouseType.WB}
    assert WbStock.objects.values("warehouse").distinct().count() == 3


def latest_values(names: Iterable[str]) -> list[int]:
    """Return metrics of the newest snapshot."""
    row = MonitoringSnapshot.objects.values(*METRIC_NAMES).order_by("-slot")[0]
    return [int(row[name]) for name in names]


def filled_slots() -> list[datetime]:
    """Return the slots that have a snapshot, oldest first."""
    return [slot for slot in MonitoringSnapshot.objects.order_by("slot").values_list("slot", flat=True) if slot]
