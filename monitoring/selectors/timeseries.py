"""Metrics over a range of time, in buckets. A bucket without a value says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from monitoring.domain.buckets import Grid
from monitoring.selectors.clock import SLOT_OF_MOMENT
from monitoring.selectors.gaps import REASON_OF_ATTEMPTS


class Aggregation(StrEnum):
    """Which value of a bucket stands for it."""

    LAST = "last"
    MIN = "min"
    MAX = "max"


class MissingReason(models.TextChoices):
    """Why a bucket has no value: the reasons of gaps, and what a series knows beyond them."""

    NO_WORKER = "no_worker", _("no worker took the task")
    LOCK_HELD = "lock_held", _("the lock was held all the time")
    FAILED = "failed", _("every attempt failed")
    DISABLED = "disabled", _("the scheduler was switched off")
    PENDING = "pending", _("the slot is running or still to come")
    NOT_RECORDED = "not_recorded", _("before the first snapshot")
    METRIC_UNKNOWN = "metric_unknown", _("the snapshot is older than the metric")
    UNEXPLAINED = "unexplained", _("nobody noted why: history that was moved over has no record of its gaps")


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """One metric over time, bucket by bucket.

    Args:
        metric: Its name.
        values: One per bucket, oldest first; None where there is none.
        reasons: One per bucket: why there is no value, None where there is one.
    """

    metric: str
    values: list[int | None]
    reasons: list[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRange:
    """Metrics over a range of whole buckets.

    Args:
        starts: When each bucket begins, oldest first [UTC]; a bucket ends where the next one begins.
        end: When the last bucket ends [UTC].
        step: Length of a bucket.
        agg: Which value stands for a bucket.
        series: One per metric, in the order asked for.
    """

    starts: list[datetime]
    end: datetime
    step: timedelta
    agg: Aggregation
    series: list[MetricSeries]


# One statement whatever the number of buckets and metrics. Each bucket reads its own stretch of the index
# `snapshot_newest_first`: `last` touches one row of it, so that a year of days costs 365 look-ups and not 35,000 rows.
#
# A snapshot counts by `created_at`: its slot is computed from the same reading of the clock and so holds it, and
# snapshots that were moved over may have no slot.
#
# Slots missed since the last snapshot have no gap row yet. The next capture writes it from the run log; until then the
# same log says the same here. Where a bucket has gaps of several reasons, the one of most slots speaks for it, of
# equally many the first by name.
LOAD_SERIES = """
WITH clock AS (
    SELECT {slot_of_moment} AS slot FROM (SELECT clock_timestamp() AS moment) AS now
), history AS (
    SELECT min(created_at) AS first_at, max(slot) AS last_slot, make_interval(secs => %(seconds)s) AS step
    FROM monitoring_snapshots
), tail AS (
    SELECT {slot_of_moment} AS slot
    FROM (SELECT greatest(last_slot + step, to_timestamp(%(start)s)) AS moment FROM history) AS unwritten
), missed AS (
    SELECT missed.slot, {reason_of_attempts} AS reason
    FROM clock CROSS JOIN history CROSS JOIN tail
    CROSS JOIN generate_series(tail.slot, least(clock.slot, to_timestamp(%(end)s)) - step, step) AS missed (slot)
    LEFT JOIN monitoring_runs AS attempt ON attempt.slot = missed.slot
    WHERE last_slot IS NOT NULL
    GROUP BY missed.slot
), gap AS (
    SELECT width_bucket(extract(epoch FROM slot)::bigint, %(starts)s::bigint[]) AS place,
        mode() WITHIN GROUP (ORDER BY reason) AS reason
    FROM (
        SELECT slot, reason FROM monitoring_gaps
        WHERE slot >= to_timestamp(%(start)s) AND slot < to_timestamp(%(end)s)
        UNION ALL
        SELECT slot, reason FROM missed
    ) AS empty
    GROUP BY 1
)
SELECT CASE
        WHEN snapshot.is_there THEN NULL
        WHEN gap.reason IS NOT NULL THEN gap.reason
        WHEN to_timestamp(bucket.ends) > clock.slot THEN 'pending'
        WHEN history.first_at < to_timestamp(bucket.starts) THEN 'unexplained'
        ELSE 'not_recorded'
    END,
    {values}
FROM unnest(%(starts)s::bigint[], %(ends)s::bigint[]) WITH ORDINALITY AS bucket (starts, ends, place)
CROSS JOIN clock
CROSS JOIN history
LEFT JOIN LATERAL ({snapshot}) AS snapshot ON true
LEFT JOIN gap ON gap.place = bucket.place
ORDER BY bucket.place
"""

IN_BUCKET = """
FROM monitoring_snapshots
WHERE created_at >= to_timestamp(bucket.starts) AND created_at < to_timestamp(bucket.ends)
"""
EXTREME = "SELECT count(*) > 0 AS is_there, {columns} " + IN_BUCKET
LAST = "SELECT true AS is_there, {columns} " + IN_BUCKET + "ORDER BY created_at DESC, id DESC LIMIT 1"

# The last snapshot mostly knows every metric; where it does not, an earlier one of its bucket may.
LAST_KNOWN = (
    "coalesce(snapshot.{column}, CASE WHEN snapshot.is_there THEN (SELECT {column} "
    + IN_BUCKET
    + "AND {column} IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT 1) END)"
)


def load_series(
    *, metrics: Sequence[str], start: datetime, end: datetime, step: timedelta, agg: Aggregation = Aggregation.LAST
) -> SeriesRange:
    """Return metrics over a range of time in buckets, in one statement whatever their number.

    Buckets are half-open and lie on a grid: steps of whole days on business days, others on the epoch, see
    `monitoring.domain.buckets.Grid`. The range is widened to whole buckets, so that a bucket has the same value in
    every range.

    Args:
        metrics: Names of metrics; a repeated one comes once.
        start: The first moment, with a zone.
        end: The first moment after the range, with a zone, later than `start`.
        step: Length of a bucket, a whole multiple of a slot.
        agg: Of the snapshots in a bucket that know the metric, the last value, the least or the greatest.

    Returns:
        For every metric a value or the reason of its absence (a `MissingReason`) per bucket.
    """
    names = list(dict.fromkeys(metrics))
    edges = Grid(step, ZoneInfo(settings.BUSINESS_TIME_ZONE)).list_edges(start, end)
    with connection.cursor() as cursor:
        cursor.execute(_build_statement(names, agg), _build_parameters(edges))
        rows = cursor.fetchall()
    empty, *columns = zip(*rows, strict=True)
    series = [
        MetricSeries(name, list(column), _explain(column, empty)) for name, column in zip(names, columns, strict=True)
    ]
    return SeriesRange(starts=edges[:-1], end=edges[-1], step=step, agg=agg, series=series)


def _build_statement(names: Sequence[str], agg: Aggregation) -> sql.Composed:
    columns = [sql.Identifier(name) for name in names]
    if agg is Aggregation.LAST:
        snapshot, read, shown = LAST, "{column}", LAST_KNOWN
    else:
        snapshot, read, shown = EXTREME, f"{agg.value}({{column}}) AS {{column}}", "snapshot.{column}"
    return sql.SQL(LOAD_SERIES).format(
        slot_of_moment=sql.SQL(SLOT_OF_MOMENT),
        reason_of_attempts=sql.SQL(REASON_OF_ATTEMPTS),
        snapshot=sql.SQL(snapshot).format(columns=_join(read, columns)),
        values=_join(shown, columns),
    )


def _join(template: str, columns: Sequence[sql.Identifier]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(template).format(column=column) for column in columns)


def _build_parameters(edges: Sequence[datetime]) -> dict[str, Any]:
    epochs = [int(edge.timestamp()) for edge in edges]
    return {
        "starts": epochs[:-1],
        "ends": epochs[1:],
        "start": epochs[0],
        "end": epochs[-1],
        "seconds": settings.MONITORING_INTERVAL_SECONDS,
    }


def _explain(values: Sequence[int | None], empty: Sequence[str | None]) -> list[str | None]:
    """Return why values are missing: as their bucket is empty, or else because its snapshots do not know the metric."""
    return [
        None if value is not None else reason or MissingReason.METRIC_UNKNOWN.value
        for value, reason in zip(values, empty, strict=True)
    ]
