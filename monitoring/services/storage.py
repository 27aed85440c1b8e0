"""Writing a snapshot, and with it everything that must not appear without it."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import connection
from psycopg import sql

from monitoring.domain.metrics import METRIC_NAMES, METRICS_VERSION, SCHEMA_VERSION, MetricValues
from monitoring.selectors.clock import SLOT_OF_MOMENT, count_seconds
from monitoring.selectors.gaps import REASON_OF_ATTEMPTS
from monitoring.services.build import SourceTimes
from monitoring.services.runs import Run
from monitoring.services.slots import Claim

# One statement, so that no part can be without the others: the snapshot, its run, and the slots missed before it.
#
# The gaps are one row per missed slot whatever their number: a year without a beat is 35,000 rows and a second's work.
# Their reasons come from the run log. A run that is still called running was killed: its slot is over, the lock ours.
STORE = """
WITH stored AS (
    INSERT INTO monitoring_snapshots (slot, created_at, as_of_date, schema_version, metrics_version, {metrics},
        facts_hash, settings_hash, code_version, sources)
    VALUES (%(slot)s, %(moment)s, %(as_of)s, {schema_version}, {metrics_version}, {values},
        %(facts_hash)s, %(settings_hash)s, %(code_version)s, %(sources)s::jsonb)
    ON CONFLICT (slot) DO NOTHING
    RETURNING id, slot
), run AS (
    UPDATE monitoring_runs SET state = 'captured', slot = stored.slot, finished_at = clock_timestamp()
    FROM stored WHERE run_id = %(run_id)s
), last AS (
    -- the grid may have changed since the last snapshot, so its place on today's is looked up
    SELECT {slot_of_moment} AS slot, make_interval(secs => %(seconds)s) AS step
    FROM (SELECT max(slot) AS moment FROM monitoring_snapshots WHERE slot < %(slot)s) AS snapshot
), gaps AS (
    INSERT INTO monitoring_gaps (slot, detected_at, reason)
    SELECT missed.slot, %(moment)s, {reason_of_attempts}
    FROM stored
    CROSS JOIN last
    CROSS JOIN generate_series(last.slot + step, stored.slot - step, step) AS missed (slot)
    LEFT JOIN monitoring_runs AS attempt ON attempt.slot = missed.slot
    GROUP BY missed.slot
    ON CONFLICT (slot) DO NOTHING
    RETURNING slot
)
SELECT (SELECT id FROM stored), (SELECT count(*) FROM gaps)
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written.

    Args:
        snapshot_id: The snapshot; None if the slot was taken meanwhile, and nothing was written.
        missed_slots: How many slots since the last snapshot have become gaps.
    """

    snapshot_id: int | None
    missed_slots: int


@dataclass(frozen=True, slots=True)
class SnapshotContent:
    """What a snapshot says.

    Attributes:
        values: Value by metric name, all metrics of today's schema version.
        facts_hash: Of its facts; empty if none are stored with it.
        settings_hash: Of the settings it was planned with.
        sources: How old the data were.
    """

    values: MetricValues
    facts_hash: str
    settings_hash: str
    sources: SourceTimes


def write_sources(sources: SourceTimes) -> str:
    """Return the times of the sources as JSON, those that never came as null."""
    return json.dumps({source: None if at is None else at.isoformat() for source, at in sources.items()})


def store_snapshot(*, run: Run, claim: Claim, as_of: date, content: SnapshotContent, interval: timedelta) -> Stored:
    """Store the snapshot of a slot, mark its run as captured, and write down the slots that nobody filled before it.

    Slots before the very first snapshot are no gaps. For the transaction that holds the claim.

    Args:
        run: The run that made it.
        claim: The slot, and when its data were read.
        as_of: The business day that it plans as of.
        content: What to store.
        interval: Length of a slot, whole seconds.

    Raises:
        KeyError: If a metric has no value.
        OperationalError: Serialization failure, if somebody filled the slot after this transaction's view was taken.
    """
    statement = sql.SQL(STORE).format(
        metrics=sql.SQL(", ").join(map(sql.Identifier, METRIC_NAMES)),
        values=sql.SQL(", ").join(map(sql.Placeholder, METRIC_NAMES)),
        schema_version=sql.Literal(SCHEMA_VERSION),
        metrics_version=sql.Literal(METRICS_VERSION),
        slot_of_moment=sql.SQL(SLOT_OF_MOMENT),
        reason_of_attempts=sql.SQL(REASON_OF_ATTEMPTS),
    )
    parameters = {
        **{name: content.values[name] for name in METRIC_NAMES},
        "facts_hash": content.facts_hash,
        "settings_hash": content.settings_hash,
        "code_version": settings.CODE_VERSION,
        "sources": write_sources(content.sources),
        "run_id": run.run_id,
        "slot": claim.slot,
        "moment": claim.moment,
        "as_of": as_of,
        "seconds": count_seconds(interval),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return Stored(*cursor.fetchone())
