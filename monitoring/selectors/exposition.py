"""What Prometheus is told of the database: the truth for every web process alike, in three statements."""

from dataclasses import dataclass
from typing import Any, LiteralString

from django.db import connection
from psycopg import sql

from monitoring.domain.metrics import METRIC_NAMES, MetricValues

# One row, also of an empty database. A build is timed from the reading of its data to the storing of its snapshot; the
# retention of the run log spares the run of the latest one.
SINGLE_VALUES = """
SELECT {metrics}, extract(epoch FROM snapshot.created_at), extract(epoch FROM build.finished_at - snapshot.created_at),
    (SELECT count(*) FROM monitoring_gaps),
    (
        SELECT greatest(extract(epoch FROM clock_timestamp() - min(created_at)), 0)
        FROM monitoring_notifications WHERE state = 'pending'
    )
FROM (SELECT) AS one
LEFT JOIN (
    SELECT * FROM monitoring_snapshots ORDER BY created_at DESC, id DESC LIMIT 1
) AS snapshot ON true
LEFT JOIN LATERAL (
    SELECT finished_at FROM monitoring_runs AS run
    WHERE run.slot = snapshot.slot AND run.state = 'captured' ORDER BY started_at DESC, id DESC LIMIT 1
) AS build ON true
"""

# Alerts outlive their rules, and those of rules that nobody watches any more are no alerts to count.
ALERTS = """
SELECT alert.state, coalesce(
        episode.severity, version.severity, CASE alert.kind WHEN 'scheduler' THEN 'critical' ELSE 'warning' END
    ) AS severity, count(*)
FROM monitoring_alerts AS alert
LEFT JOIN monitoring_alert_episodes AS episode ON episode.alert_id = alert.id AND episode.closed_slot IS NULL
LEFT JOIN monitoring_alert_rule_versions AS version ON version.id = alert.rule_version_id
LEFT JOIN monitoring_alert_rules AS rule ON rule.id = alert.rule_id
WHERE alert.kind <> 'rule' OR rule.is_active
GROUP BY 1, 2
"""

# What the outbox shows, and what it showed once. A channel without messages has its zeros, so that a first failure is
# an increase.
NOTIFICATIONS = """
SELECT channel.name, result.result, coalesce(sum(counted.total), 0)
FROM monitoring_notification_channels AS channel
CROSS JOIN (VALUES ('sent'), ('withheld'), ('dead')) AS result (result)
LEFT JOIN (
    SELECT channel_id, state AS result, count(*) AS total FROM monitoring_notifications
    WHERE state <> 'pending' GROUP BY 1, 2
    UNION ALL
    SELECT channel_id, result, total FROM monitoring_notification_totals
) AS counted ON counted.channel_id = channel.id AND counted.result = result.result
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposition:
    """The state of the database in numbers.

    Attributes:
        values: Metrics of the latest snapshot; all of them None before the first.
        captured_at: When its data were read [seconds since 1970].
        build_seconds: From reading its data to storing it; None if the run log does not know.
        slots_missed: Gaps ever.
        oldest_unsent_seconds: Age of the oldest message that waits, 0 without any.
        alerts: Number by state and severity, where there are any.
        notifications: Number ever by channel and result, of every channel and result.
    """

    values: MetricValues
    captured_at: float | None
    build_seconds: float | None
    slots_missed: int
    oldest_unsent_seconds: float
    alerts: dict[tuple[str, str], int]
    notifications: dict[tuple[str, str], int]


def load_exposition() -> Exposition:
    """Return what Prometheus is told, in three statements."""
    metrics = sql.SQL(", ").join(sql.Identifier("snapshot", name) for name in METRIC_NAMES)
    [row] = _fetch(sql.SQL(SINGLE_VALUES).format(metrics=metrics))
    n_metrics = len(METRIC_NAMES)
    captured_at, build_seconds, slots_missed, oldest_unsent_seconds = row[n_metrics:]
    return Exposition(
        values=dict(zip(METRIC_NAMES, row[:n_metrics], strict=True)),
        captured_at=None if captured_at is None else float(captured_at),
        build_seconds=None if build_seconds is None else float(build_seconds),
        slots_missed=slots_missed,
        oldest_unsent_seconds=float(oldest_unsent_seconds or 0),
        alerts={(state, severity): count for state, severity, count in _fetch(ALERTS)},
        notifications={(channel, result): int(total) for channel, result, total in _fetch(NOTIFICATIONS)},
    )


def _fetch(statement: LiteralString | sql.Composed) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
