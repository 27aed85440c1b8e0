"""What the tables of alerting must never show, whatever was killed meanwhile."""

import logging
from typing import LiteralString

from monitoring.tests.processes.observer import Observer

log = logging.getLogger(__name__)

MOST_NAMED = 5

# Every statement lists what must not be there.
IMPOSSIBLE: dict[str, LiteralString] = {
    "slots with two snapshots": """
        SELECT slot FROM monitoring_snapshots GROUP BY slot HAVING count(*) > 1
    """,
    "slots with a snapshot and a gap": """
        SELECT slot FROM monitoring_snapshots JOIN monitoring_gaps USING (slot)
    """,
    "snapshots without a run that made them": """
        SELECT snapshot.slot FROM monitoring_snapshots AS snapshot
        WHERE snapshot.slot > (SELECT min(slot) FROM monitoring_runs)  -- that of the first may have been cleared
            AND (SELECT count(*) FROM monitoring_runs AS run
            WHERE run.slot = snapshot.slot AND run.state = 'captured') <> 1
    """,
    "transitions of a capture without the snapshot of their slot": """
        SELECT transition.id FROM monitoring_alert_transitions AS transition
        LEFT JOIN monitoring_snapshots AS snapshot
            ON snapshot.id = transition.snapshot_id AND snapshot.slot = transition.slot
        WHERE transition.cause = 'capture' AND snapshot.id IS NULL
    """,
    "transitions that do not begin where the one before ended": """
        SELECT id FROM (
            SELECT id, from_state, lag(to_state, 1, 'inactive') OVER (PARTITION BY alert_id ORDER BY id) AS before
            FROM monitoring_alert_transitions
        ) AS chain
        WHERE from_state <> before
    """,
    "alerts that are not where their last transition left them": """
        SELECT alert.id FROM monitoring_alerts AS alert
        WHERE alert.state <> coalesce((
            SELECT to_state FROM monitoring_alert_transitions WHERE alert_id = alert.id ORDER BY id DESC LIMIT 1
        ), 'inactive')
    """,
    "alerts that fire without one open episode, or have one and do not fire": """
        SELECT alert.id FROM monitoring_alerts AS alert
        WHERE (alert.state IN ('firing', 'recovering'))::int
            <> (SELECT count(*) FROM monitoring_alert_episodes WHERE alert_id = alert.id AND closed_slot IS NULL)
    """,
    "episodes without the transition that opened them": """
        SELECT episode.id FROM monitoring_alert_episodes AS episode
        WHERE (SELECT count(*) FROM monitoring_alert_transitions AS transition
            WHERE transition.episode_id = episode.id AND transition.slot = episode.fired_slot
                AND transition.from_state IN ('inactive', 'pending')) <> 1
    """,
    "episodes whose end is not the one that a transition tells": """
        SELECT episode.id FROM monitoring_alert_episodes AS episode
        LEFT JOIN monitoring_alert_transitions AS ending
            ON ending.episode_id = episode.id AND ending.to_state = 'inactive'
        WHERE episode.close_reason <> coalesce(ending.reason, '')
            OR episode.closed_slot IS DISTINCT FROM greatest(ending.slot, episode.fired_slot) AND ending.id IS NOT NULL
    """,
    "episodes that overlap": """
        SELECT later.id FROM monitoring_alert_episodes AS earlier
        JOIN monitoring_alert_episodes AS later ON later.alert_id = earlier.alert_id AND later.id > earlier.id
        WHERE earlier.closed_slot IS NULL OR earlier.closed_slot > later.opened_slot
    """,
    "episodes that recovered though their rule was changed": """
        SELECT ending.id FROM monitoring_alert_transitions AS ending
        JOIN monitoring_alert_episodes AS episode ON episode.id = ending.episode_id
        JOIN monitoring_alert_rule_versions AS version ON version.id = ending.rule_version_id
        LEFT JOIN monitoring_alert_rules AS rule ON rule.id = version.rule_id
        WHERE ending.to_state = 'inactive' AND (
            (ending.reason = 'recovered' AND ending.rule_version_id <> episode.rule_version_id)
            OR (ending.reason = 'rule_changed' AND ending.rule_version_id = episode.rule_version_id)
            OR (ending.reason IN ('rule_disabled', 'rule_deleted') AND version.is_active)
            OR (ending.reason = 'rule_deleted' AND rule.id IS NOT NULL)
        )
    """,
    "openings and ends that nobody is told of": """
        SELECT transition.id FROM monitoring_alert_transitions AS transition
        WHERE (transition.from_state IN ('firing', 'recovering')) <> (transition.to_state IN ('firing', 'recovering'))
            AND (SELECT count(*) FROM monitoring_alert_messages AS message
                WHERE message.transition_id = transition.id AND message.kind IN ('firing', 'resolved', 'closed')) <> 1
    """,
    "messages without their transition": """
        SELECT message.id FROM monitoring_alert_messages AS message
        LEFT JOIN monitoring_alert_transitions AS transition ON transition.id = message.transition_id
        WHERE message.kind IN ('firing', 'resolved', 'closed') AND transition.id IS NULL
    """,
    "messages that are missing in the outbox": """
        SELECT message.id, channel.id FROM monitoring_alert_messages AS message
        CROSS JOIN monitoring_notification_channels AS channel
        LEFT JOIN monitoring_notifications AS notification
            ON notification.batch = message.batch AND notification.channel_id = channel.id
        WHERE channel.is_active AND message.kind NOT IN ('channel_disabled', 'delivery_dead', 'test')
            AND (channel.min_severity = 'warning' OR message.severity = 'critical')
            AND notification.id IS NULL
    """,
    "notifications without a message": """
        SELECT notification.id FROM monitoring_notifications AS notification
        LEFT JOIN monitoring_alert_messages AS message USING (batch)
        WHERE message.id IS NULL
    """,
}


def find_faults(observer: Observer) -> dict[str, int]:
    """Return how often each impossible thing was found; empty when all is well."""
    found = {what: rows for what, statement in IMPOSSIBLE.items() if (rows := observer.fetch(statement))}
    for what, rows in found.items():
        log.warning("%s: %s", what, rows[:MOST_NAMED])
    return {what: len(rows) for what, rows in found.items()}
