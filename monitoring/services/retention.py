"""What history is kept: facts of old days for one slot each, the run log and what was told for a while.

Snapshots, episodes and transitions stay for ever.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from psycopg import sql

from monitoring.models import AccountFact, BundleFact, OrderFact, PolicyFact
from monitoring.selectors.retention import CrowdedDay, list_crowded_days
from monitoring.services.outbox_retention import delete_old_notifications
from planning_core.services.statements import fetch_rows, fetch_value, name_table
from supplybrain.clock import get_business_date
from supplybrain.locks import LOCK_NAMESPACE, LockedJob

log = structlog.get_logger(__name__)

FACT_MODELS: tuple[type[Model], ...] = (BundleFact, OrderFact, PolicyFact, AccountFact)
RUNS_PER_PORTION = 10_000
DAYS_PER_RUN = 400
"""How many days a scheduled run thins: years of history are done in a few hours, in minutes each."""

# One day, whole or not at all: its snapshots but the last lose their facts, and with that every row goes that held
# between the last slot before them that has facts and the last one of the day, and in neither. Rows that hold now have
# no end and are contained in nothing.
#
# `others` are slots in between that keep their facts. There are none unless business days overlap, as they do when the
# time zone of the business is changed, or its clocks are set back at midnight.
THIN_DAY = """
WITH thinned AS (
    UPDATE monitoring_snapshots SET facts_thinned_at = {now}
    WHERE slot >= {first} AND slot < {last} AND as_of_date = {day} AND facts_hash <> '' AND facts_thinned_at IS NULL
    RETURNING slot
), hole AS MATERIALIZED (
    SELECT tstzrange(max(slot), {last}, '()') AS span FROM monitoring_snapshots
    WHERE slot < {first} AND facts_hash <> '' AND facts_thinned_at IS NULL
), others AS MATERIALIZED (
    SELECT slot FROM monitoring_snapshots
    WHERE slot > {first} AND slot < {last} AND as_of_date <> {day} AND facts_hash <> '' AND facts_thinned_at IS NULL
), {deletions}
SELECT (SELECT count(*) FROM thinned), {counts}
"""

# In words that the range index knows: comparing the two columns instead would read the whole table.
DELETE_FACTS = """
{gone} AS (
    DELETE FROM {table} WHERE tstzrange(valid_from_slot, valid_to_slot) <@ (SELECT span FROM hole)
        AND NOT EXISTS (SELECT FROM others WHERE others.slot <@ tstzrange(valid_from_slot, valid_to_slot))
    RETURNING 1
)
"""

# A run tells why a slot was missed until the next snapshot turns that into a gap.
DELETE_RUNS = """
WITH old AS (
    DELETE FROM monitoring_runs WHERE id IN (
        SELECT id FROM monitoring_runs
        WHERE started_at < {before} AND slot < (SELECT max(slot) FROM monitoring_snapshots)
        LIMIT {portion} FOR UPDATE SKIP LOCKED
    ) RETURNING 1
)
SELECT count(*) FROM old
"""


@dataclass(frozen=True, slots=True)
class ThinningReport:
    """What was thinned.

    Attributes:
        days: How many business days.
        snapshots: How many snapshots lost their facts.
        rows: How many rows of facts were deleted.
        is_refused: Whether it ended early because somebody else is thinning.
    """

    days: int = 0
    snapshots: int = 0
    rows: int = 0
    is_refused: bool = False


def thin_history_as_configured(*, now: datetime) -> None:
    """Thin facts and delete runs and notifications as the settings say, as much as one run should.

    FACTS_DAILY_AFTER_DAYS, RUNS_KEEP_DAYS and NOTIFICATIONS_KEEP_DAYS.

    Args:
        now: The time.
    """
    thin_facts(now=now, after_days=settings.FACTS_DAILY_AFTER_DAYS, max_days=DAYS_PER_RUN)
    delete_old_runs(now=now, keep_days=settings.RUNS_KEEP_DAYS)
    delete_old_notifications(now=now, keep_days=settings.NOTIFICATIONS_KEEP_DAYS)


def thin_facts(*, now: datetime, after_days: int, max_days: int | None = None, dry_run: bool = False) -> ThinningReport:
    """Delete the facts of old slots, except those of the last slot of each business day that has facts.

    A snapshot that loses its facts says so (`facts_thinned_at`); its metrics stay. Every other one is read back as
    before. Each day is a transaction of its own, oldest first, so that a first run over years holds no long locks, and
    whoever is killed loses the day at hand. Captures go on meanwhile: they change no row that has ended. If somebody
    else is thinning, the rest is left to them.

    Args:
        now: The time.
        after_days: How many whole business days before today's keep all of their facts; 0 keeps all for ever.
        max_days: How many days to thin at most, all if None.
        dry_run: Whether to take every day back at once, having counted.
    """
    report = ThinningReport()
    if not after_days:
        return report
    before = get_business_date(now) - timedelta(days=after_days)
    for day in list_crowded_days(before=before)[:max_days]:
        counts = _thin_day(day, now=now, dry_run=dry_run)
        if counts is None:
            report = replace(report, is_refused=True)
            break
        snapshots, rows = counts
        report = ThinningReport(report.days + 1, report.snapshots + snapshots, report.rows + rows)
    log.info("facts_thinned", dry_run=dry_run, **asdict(report))
    return report


def delete_old_runs(*, now: datetime, keep_days: int) -> int:
    """Delete rows of the run log, in portions, and return how many.

    Rows of slots after the last snapshot stay whatever their age: the next snapshot takes the reasons of gaps from
    them.

    Args:
        now: The time.
        keep_days: How many days runs are kept; 0 keeps all for ever.
    """
    deleted = 0
    while keep_days:
        with transaction.atomic():
            portion = fetch_value(
                DELETE_RUNS,
                before=sql.Literal(now - timedelta(days=keep_days)),
                portion=sql.Literal(RUNS_PER_PORTION),
            )
        deleted += portion
        if portion < RUNS_PER_PORTION:
            break
    return deleted


def _thin_day(day: CrowdedDay, *, now: datetime, dry_run: bool) -> tuple[int, int] | None:
    """Return how many snapshots and rows one day lost, None if somebody else is at it."""
    names = {
        "now": sql.Literal(now),
        "day": sql.Literal(day.as_of_date),
        "first": sql.Literal(day.first_slot),
        "last": sql.Literal(day.last_slot),
        "deletions": sql.SQL(", ").join(map(_build_deletion, FACT_MODELS)),
        "counts": sql.SQL(" + ").join(map(_build_count, FACT_MODELS)),
    }
    with transaction.atomic(durable=True):
        if not fetch_value("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_NAMESPACE, LockedJob.THIN_FACTS.value]):
            return None
        [(snapshots, rows)] = fetch_rows(THIN_DAY, **names)
        transaction.set_rollback(dry_run)
    return snapshots, rows


def _build_deletion(model: type[Model]) -> sql.Composed:
    return sql.SQL(DELETE_FACTS).format(gone=_name_gone(model), table=name_table(model))


def _build_count(model: type[Model]) -> sql.Composed:
    return sql.SQL("(SELECT count(*) FROM {})").format(_name_gone(model))


def _name_gone(model: type[Model]) -> sql.Identifier:
    return sql.Identifier(f"gone_{model._meta.model_name}")
