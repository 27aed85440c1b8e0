"""Moving over from the previous backend: its snapshots and alert rules, and the move as a whole."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from psycopg import sql

from integrations.services.previous_backend import ACCOUNT_TABLES
from monitoring.models import AlertRule, MonitoringSnapshot, Severity, ThresholdType
from planning_core.services.previous_backend.kinds import BIG_INTEGER, INTEGER, MOMENT, TRUTH, choice, integer, text
from planning_core.services.previous_backend.planning_tables import PLANNING_TABLES
from planning_core.services.previous_backend.references import list_ids
from planning_core.services.previous_backend.sources import Source
from planning_core.services.previous_backend.tables import Column, Stage, TableMove, TableReport
from planning_core.services.previous_backend.transfer import list_unknown_tables, transfer_tables
from planning_core.services.statements import fetch_rows

SLOT_SECONDS = 900  # the previous backend captured every 15 minutes, whatever is set here
PREVIOUS_SCHEMA_VERSION = 1
PREVIOUS_METRICS_VERSION = 1
METRICS = (
    "wb_accounts_total",
    "wb_accounts_active",
    "ms_accounts_total",
    "ms_accounts_active",
    "risk_critical",
    "risk_warning",
    "risk_ok",
    "risk_overstock",
    "risk_no_data",
    "articles_with_orders",
)


@dataclass(frozen=True)
class MoveReport:
    """What became of every table, and the tables of the source that nobody moves."""

    tables: list[TableReport]
    unknown_tables: list[str]


def import_previous_backend(*, source: Source, moved_at: datetime) -> MoveReport:
    """Move all tables of the previous backend over, all or nothing. Doing it twice changes nothing.

    Args:
        source: An open file or database, see `planning_core.services.previous_backend.sources.open_source`.
        moved_at: What rows without a time of their own get [UTC].

    Raises:
        PreviousBackendError: If a row cannot be kept; the message names it and the remedy, and nothing was written.
    """
    return MoveReport(
        tables=transfer_tables(source=source, moves=ALL_TABLES, moved_at=moved_at),
        unknown_tables=list_unknown_tables(source=source, moves=ALL_TABLES),
    )


def _give_slots(stage: Stage) -> sql.Composable:
    _skip_own_snapshots(stage)
    return sql.SQL(
        """SELECT c.*, CASE WHEN c.place = 1 AND NOT EXISTS (
                      SELECT FROM {target} t WHERE t.slot = c.candidate AND t.id <> c.id) THEN c.candidate END AS slot,
                  (c.created_at AT TIME ZONE {zone})::date AS as_of_date,
                  {schema_version}::smallint AS schema_version, {metrics_version}::smallint AS metrics_version
           FROM (
               SELECT s.*, row_number() OVER (PARTITION BY s.candidate ORDER BY s.created_at, s.id) AS place
               FROM (SELECT r.*, to_timestamp(floor(extract(epoch FROM r.created_at) / {seconds}) * {seconds})
                                 AS candidate FROM {read} r) s
           ) c"""
    ).format(
        target=stage.target,
        zone=sql.Literal(settings.BUSINESS_TIME_ZONE),
        schema_version=sql.Literal(PREVIOUS_SCHEMA_VERSION),
        metrics_version=sql.Literal(PREVIOUS_METRICS_VERSION),
        seconds=sql.Literal(SLOT_SECONDS),
        read=stage.read,
    )


def _skip_own_snapshots(stage: Stage) -> None:
    # Both backends may have captured side by side for a while: what was captured here is history and stays.
    found = fetch_rows(
        """DELETE FROM {read} r USING {target} t WHERE t.id = r.id AND t.created_at <> r.created_at RETURNING r.id""",
        read=stage.read,
        target=stage.target,
    )
    if found:
        stage.report.skipped += len(found)
        stage.report.notes.append(
            f"left out, a snapshot captured here has the id: {list_ids(sorted(row for (row,) in found))}"
        )


SNAPSHOTS = TableMove(
    source="monitoring_snapshots",
    model=MonitoringSnapshot,
    columns=[
        Column("created_at", MOMENT, required=True),
        *(Column(metric, INTEGER) for metric in METRICS),
        Column("total_final_order_qty", BIG_INTEGER),
    ],
    prepare=_give_slots,
    insert_only=["slot"],  # a slot once given is never taken away by an earlier row that arrives later
)
ALERT_RULES = TableMove(
    source="monitoring_alert_rules",
    model=AlertRule,
    columns=[
        Column("name", text(255), required=True),
        Column("metric", text(64), required=True),
        Column("threshold_type", choice(ThresholdType.values), required=True),
        Column("threshold_value", integer(bits=64, minimum=0), required=True),
        Column("severity", choice(Severity.values), required=True),
        Column("is_active", TRUTH, default=True),
    ],
    identity=["metric"],
)
ALL_TABLES = (*PLANNING_TABLES, *ACCOUNT_TABLES, SNAPSHOTS, ALERT_RULES)
