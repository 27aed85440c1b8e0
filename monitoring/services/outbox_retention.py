"""How long it is kept what people were told, and why not."""

from datetime import datetime, timedelta

from django.db import transaction
from psycopg import sql

from planning_core.services.statements import fetch_value

ROWS_PER_PORTION = 10_000

# What an open episode has to say stays with it, however long it lasts: whether its end is told depends on it.
DELETE_NOTIFICATIONS = """
WITH old AS MATERIALIZED (
    SELECT notification.id FROM monitoring_notifications AS notification
    WHERE notification.state <> 'pending' AND notification.created_at < {before}
        AND NOT EXISTS (
            SELECT FROM monitoring_alert_messages AS message
            JOIN monitoring_alert_episodes AS episode ON episode.id = message.episode_id
            WHERE message.batch = notification.batch AND episode.closed_slot IS NULL
        )
    ORDER BY notification.created_at, notification.id
    LIMIT {portion} FOR UPDATE OF notification SKIP LOCKED
), withheld AS (
    DELETE FROM monitoring_withheld_messages WHERE notification_id IN (SELECT id FROM old)
), gone AS (
    DELETE FROM monitoring_notifications WHERE id IN (SELECT id FROM old) RETURNING 1
)
SELECT count(*) FROM gone
"""

DELETE_MESSAGES = """
WITH gone AS (
    DELETE FROM monitoring_alert_messages WHERE id IN (
        SELECT message.id FROM monitoring_alert_messages AS message
        LEFT JOIN monitoring_alert_episodes AS episode ON episode.id = message.episode_id
        WHERE message.created_at < {before} AND (message.episode_id IS NULL OR episode.closed_slot IS NOT NULL)
            AND NOT EXISTS (SELECT FROM monitoring_notifications WHERE batch = message.batch)
        ORDER BY message.id
        LIMIT {portion} FOR UPDATE OF message SKIP LOCKED
    ) RETURNING 1
)
SELECT count(*) FROM gone
"""


def delete_old_notifications(*, now: datetime, keep_days: int) -> int:
    """Delete notifications that were sent, withheld or given up, then messages that no notification is left of.

    In portions; what waits stays whatever its age, and so does what open episodes have to say.

    Args:
        now: The time.
        keep_days: How many days they are kept; 0 keeps all for ever.

    Returns:
        How many rows of both were deleted.
    """
    if not keep_days:
        return 0
    before = now - timedelta(days=keep_days)
    return sum(_delete_in_portions(statement, before) for statement in (DELETE_NOTIFICATIONS, DELETE_MESSAGES))


def _delete_in_portions(statement: str, before: datetime) -> int:
    deleted = 0
    while True:
        with transaction.atomic():
            portion: int = fetch_value(statement, before=sql.Literal(before), portion=sql.Literal(ROWS_PER_PORTION))
        deleted += portion
        if portion < ROWS_PER_PORTION:
            return deleted
