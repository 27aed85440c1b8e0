"""Filling an empty database with the demo company and its week of monitoring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from psycopg import sql

from integrations.models import MoySkladAccount, WbAccount
from integrations.selectors.accounts import list_account_states
from integrations.services.demo import create_demo_accounts
from monitoring.domain.metrics import METRIC_NAMES, METRICS_VERSION, SCHEMA_VERSION, MetricValues
from monitoring.domain.slots import compute_slot
from monitoring.models import (
    AccountFact,
    Alert,
    AlertEpisode,
    AlertTransition,
    BundleFact,
    MonitoringGap,
    MonitoringRun,
    MonitoringSnapshot,
    OrderFact,
    PolicyFact,
)
from monitoring.services.build import SnapshotBuild
from monitoring.services.demo.alerts import create_demo_rule, store_demo_alerts
from monitoring.services.demo.replay import replay_slots
from monitoring.services.demo.runs import store_runs
from monitoring.services.demo.schedule import DemoSlot, DemoWeek, draw_earlier_slots, draw_week
from monitoring.services.rules import create_default_rules
from monitoring.services.storage import write_sources
from planning_core import models as planning
from planning_core.services.copy import copy_rows, reset_sequences
from planning_core.services.demo.company import build_company, build_rng
from planning_core.services.demo.feeds import store_open_orders, store_prices
from planning_core.services.demo.store import store_catalogue, store_settings
from planning_core.services.source_syncs import record_source_syncs
from planning_core.services.statements import fetch_rows
from supplybrain.clock import get_business_date
from supplybrain.errors import ConflictError

PLANNING_MODELS: tuple[type[Model], ...] = (
    planning.Article,
    planning.Color,
    planning.Size,
    planning.Sku,
    planning.BundleType,
    planning.BundleRecipe,
    planning.ElasticType,
    planning.Warehouse,
    planning.WbSku,
    planning.Listing,
    planning.WbDailySales,
    planning.WbPrice,
    planning.WbStock,
    planning.StockBalance,
    planning.InTransitSupply,
    planning.GlobalPlanningSettings,
    planning.PlanningSettings,
    planning.ArticlePlanningSettings,
    planning.ColorPlanningSettings,
    planning.ElasticPlanningSettings,
)
MONITORING_MODELS: tuple[type[Model], ...] = (
    MonitoringSnapshot,
    MonitoringGap,
    MonitoringRun,
    BundleFact,
    OrderFact,
    PolicyFact,
    AccountFact,
    Alert,
    AlertEpisode,
    AlertTransition,
)
DEMO_MODELS: tuple[type[Model], ...] = (*PLANNING_MODELS, WbAccount, MoySkladAccount, *MONITORING_MODELS)
WITHOUT_SEQUENCE = (planning.GlobalPlanningSettings,)  # its only row is number 1

SNAPSHOT_FIELDS = ("slot", "created_at", "as_of_date", "schema_version", "metrics_version", *METRIC_NAMES)
SNAPSHOT_FIELDS += ("facts_hash", "settings_hash", "code_version", "sources")
MIN_DAYS, MAX_DAYS = 7, 120  # the sales of the first slot reach a month further back
GAP_FIELDS = ("slot", "reason", "detected_at")


class DatabaseNotEmptyError(ConflictError):
    """There is something in the tables that the demo company would have to share."""

    code = "database_not_empty"


@dataclass(frozen=True)
class DemoReport:
    """What was stored.

    Attributes:
        row_counts: Rows per table, under the name people call it.
        latest: The metrics of the last slot.
    """

    row_counts: Mapping[str, int]
    latest: MetricValues


def find_occupied_tables() -> list[str]:
    """Return the tables of the demo company that hold rows, in one statement."""
    check = sql.SQL("SELECT {name} WHERE EXISTS (SELECT FROM {table})")
    tables = [model._meta.db_table for model in DEMO_MODELS]
    checks = [check.format(name=sql.Literal(table), table=sql.Identifier(table)) for table in tables]
    return [table for (table,) in fetch_rows("{checks}", checks=sql.SQL(" UNION ALL ").join(checks))]


def describe_tables(names: Sequence[str]) -> str:
    """Return which tables hold rows in a few words."""
    more = f" and {len(names) - 1} more tables" if len(names) > 1 else ""
    return f"rows in {names[0]}{more}"


@transaction.atomic
def seed_demo(*, seed: int, articles: int, days: int, now: datetime, interval: timedelta) -> DemoReport:
    """Store the demo company: all of it, or nothing.

    The same arguments give the same rows, the accounts' tokens and dates aside.

    Args:
        seed: Any whole number >= 0; another one is another company.
        articles: How many articles it has.
        days: How many days of snapshots, a week at least; before the last week, stock came every three hours.
        now: The moment up to which it has lived; its sales end the business day before, its snapshots the slot before.
        interval: Length of a slot.

    Raises:
        DatabaseNotEmptyError: If one of the tables holds a row; nothing is changed.
        ValueError: If the number of articles or of days is out of range.
    """
    if occupied := find_occupied_tables():
        raise DatabaseNotEmptyError(
            f"The database is not empty ({describe_tables(occupied)}). The demo company only goes into an empty one,"
            " and nothing was changed. Point DATABASE_URL at a new database."
        )
    if not MIN_DAYS <= days <= MAX_DAYS:
        raise ValueError(f"The days of snapshots must be {MIN_DAYS} to {MAX_DAYS}, not {days}.")
    end = compute_slot(now, interval=interval)
    company = build_company(seed=seed, today=get_business_date(now), articles=articles)
    week = draw_week(build_rng(seed, "week"), end=end, interval=interval)
    create_demo_accounts()
    store_catalogue(company)
    store_settings(company)
    store_prices(company)
    store_open_orders(company)
    first = min([week.filled[0].slot, *week.missed])
    earlier = draw_earlier_slots(build_rng(seed, "earlier"), first=first, interval=interval, days=days)
    slots = [*earlier, *week.filled]
    builds = replay_slots(company, slots, live_from=first, accounts=list_account_states())
    _store_snapshots(slots, builds)
    _store_gaps(week)
    store_runs(build_rng(seed, "runs"), week, end=end)
    create_default_rules()
    values = [build.values for build in builds]
    create_demo_rule(values)
    store_demo_alerts({one.slot: one.captured_at for one in slots}, values, interval=interval)
    record_source_syncs(sources=planning.DataSource, at=now, origin=planning.SyncOrigin.DEMO)
    reset_sequences([model for model in PLANNING_MODELS if model not in WITHOUT_SEQUENCE])
    return DemoReport(_count_rows(), builds[-1].values)


def _store_snapshots(slots: Sequence[DemoSlot], builds: Sequence[SnapshotBuild]) -> None:
    copy_rows(
        MonitoringSnapshot,
        SNAPSHOT_FIELDS,
        (
            (
                filled.slot,
                filled.captured_at,
                get_business_date(filled.slot),
                SCHEMA_VERSION,
                METRICS_VERSION,
                *(build.values[name] for name in METRIC_NAMES),
                build.facts.hash,
                build.settings_hash,
                settings.CODE_VERSION,
                write_sources(build.sources),
            )
            for filled, build in zip(slots, builds, strict=True)
        ),
    )


def _store_gaps(week: DemoWeek) -> None:
    copy_rows(
        MonitoringGap, GAP_FIELDS, [(slot, reason, _find_detection(week, slot)) for slot, reason in week.missed.items()]
    )


def _find_detection(week: DemoWeek, missed: datetime) -> datetime:
    """Return when a missed slot was noticed: by the next capture."""
    return next(filled.captured_at for filled in week.filled if filled.slot > missed)


def _count_rows() -> dict[str, int]:
    return {str(model._meta.verbose_name_plural): model._default_manager.count() for model in DEMO_MODELS}
