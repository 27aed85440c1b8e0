"""Since when rules are breached, as the stored snapshots tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from psycopg import sql

from monitoring.domain.alerts import Rule, ThresholdSide
from monitoring.domain.metrics import METRIC_BY_NAME

BEYOND = {ThresholdSide.ABOVE: sql.SQL(">"), ThresholdSide.BELOW: sql.SQL("<")}

# From the newest snapshot back to the last one that was clear, which mostly is a few rows away, and from there to the
# first one in breach. A snapshot that does not know the metric ends nothing, and neither does a missed slot.
FIND_START = """(
    SELECT {rule_id} AS rule_id, breached.id, breached.slot, breached.created_at, clear.created_at IS NOT NULL
    FROM (SELECT 1) AS always
    LEFT JOIN LATERAL (
        SELECT created_at FROM monitoring_snapshots
        WHERE created_at >= {horizon} AND NOT ({metric} {beyond} {threshold})
        ORDER BY created_at DESC, id DESC LIMIT 1
    ) AS clear ON true
    JOIN LATERAL (
        SELECT id, slot, created_at FROM monitoring_snapshots
        WHERE created_at >= coalesce(clear.created_at, {horizon}) AND {metric} {beyond} {threshold}
        ORDER BY created_at, id LIMIT 1
    ) AS breached ON true
)"""


@dataclass(frozen=True, slots=True)
class BreachStart:
    """Where the breach that is still going on began.

    Args:
        snapshot_id: The first snapshot in breach.
        slot: Its slot, None for one that was moved over without.
        created_at: When it was taken.
        is_exact: False if the breach is older than the look back.
    """

    snapshot_id: int
    slot: datetime | None
    created_at: datetime
    is_exact: bool

    @property
    def since(self) -> datetime:
        """The slot, or the time of a snapshot that has none."""
        return self.slot or self.created_at


def find_breach_starts(rules: Sequence[Rule], *, horizon: datetime) -> dict[int, BreachStart]:
    """Return where the current breach of each rule began, in one statement; a rule that is not in breach is left out.

    Args:
        rules: Stored rules on metrics of the registry; others are passed over.
        horizon: How far back to look.
    """
    known = [rule for rule in rules if rule.rule_id is not None and rule.metric in METRIC_BY_NAME]
    if not known:
        return {}
    statement = sql.SQL(" UNION ALL ").join(_find_start(rule, horizon) for rule in known)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {rule_id: BreachStart(*start) for rule_id, *start in cursor.fetchall()}


def _find_start(rule: Rule, horizon: datetime) -> sql.Composed:
    return sql.SQL(FIND_START).format(
        rule_id=sql.Literal(rule.rule_id),
        horizon=sql.Literal(horizon),
        metric=sql.Identifier(rule.metric),
        beyond=BEYOND[ThresholdSide(rule.threshold_type)],
        threshold=sql.Literal(rule.threshold_value),
    )
