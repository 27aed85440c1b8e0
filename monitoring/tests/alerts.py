"""Alerts, their episodes and what was told of them, stored as an evaluation leaves them; no evaluation is needed."""

from datetime import datetime
from typing import Any

from monitoring.models import (
    Alert,
    AlertEpisode,
    AlertKind,
    AlertMessage,
    AlertRule,
    AlertRuleVersion,
    AlertTransition,
    MonitoringSnapshot,
    Notification,
    NotificationChannel,
    StateChoice,
)
from monitoring.tests.past import snap
from planning_core.models import DataSource


def make_rule(
    name: str = "Too many", metric: str = "risk_critical", threshold_value: int = 5, **values: Any
) -> AlertRule:
    """Store a rule that is breached above its threshold; the database stores its first version."""
    given = {"threshold_type": "above", "severity": "critical"} | values
    return AlertRule.objects.create(name=name, metric=metric, threshold_value=threshold_value, **given)


def make_alert(rule: AlertRule | None = None, *, source: str = "", **values: Any) -> Alert:
    """Store what is remembered of a rule; of a source if one is named; without either, of the scheduler.

    Args:
        rule: The rule.
        source: One of `DataSource`.
        values: Columns of `Alert`.
    """
    if rule:
        version = AlertRuleVersion.objects.get(rule_id=rule.pk, version=rule.version)
        return Alert.objects.create(kind=AlertKind.RULE, rule_id=rule.pk, rule_version=version, **values)
    if source:
        return Alert.objects.create(kind=AlertKind.SOURCE, source=DataSource(source), **values)
    return Alert.objects.create(kind=AlertKind.SCHEDULER, **values)


def open_episode(alert: Alert, slot: datetime, *, value: int | None = 9, **values: Any) -> AlertEpisode:
    """Let an alert fire in a slot: its state, the episode, and the transition with its snapshot.

    Args:
        alert: The alert.
        slot: The slot that it fires in, and breaches first in.
        value: Of the metric then.
        values: Columns of `AlertEpisode`.
    """
    alert.state, alert.first_breach_slot, alert.fired_slot = StateChoice.FIRING, slot, slot
    alert.peak_value, alert.peak_slot, alert.last_value, alert.last_slot = value, slot, value, slot
    alert.save()
    severity = alert.rule_version.severity if alert.rule_version else "critical"
    given = {
        "rule_version": alert.rule_version,
        "severity": severity,
        "opened_slot": slot,
        "fired_slot": slot,
        "peak_value": value,
        "peak_slot": slot,
        "last_value": value,
        "last_slot": slot,
        "messaged_slot": slot,
    }
    episode = AlertEpisode.objects.create(alert=alert, **given | values)
    add_transition(episode, slot, "inactive", "firing", reason="fired", reading="breach", value=value)
    return episode


def relax_episode(episode: AlertEpisode, slot: datetime, *, value: int = 1) -> None:
    """Let an episode recover from a slot on, not for good yet."""
    Alert.objects.filter(pk=episode.alert_id).update(state=StateChoice.RECOVERING, last_slot=slot, last_value=value)
    AlertEpisode.objects.filter(pk=episode.pk).update(last_slot=slot, last_value=value)
    add_transition(episode, slot, "firing", "recovering", reason="clearing", reading="clear", value=value)
    episode.refresh_from_db()


def close_episode(episode: AlertEpisode, slot: datetime, *, reason: str = "recovered", value: int = 1) -> None:
    """End an episode in a slot."""
    Alert.objects.filter(pk=episode.alert_id).update(state=StateChoice.INACTIVE, last_slot=slot, last_value=value)
    closed = {"closed_slot": slot, "close_reason": reason, "last_slot": slot, "last_value": value}
    AlertEpisode.objects.filter(pk=episode.pk).update(**closed)
    add_transition(episode, slot, "firing", "inactive", reason=reason, reading="clear", value=value)
    episode.refresh_from_db()


def add_transition(episode: AlertEpisode, slot: datetime, before: str, after: str, **values: Any) -> AlertTransition:
    """Store a change of state in a slot, whose snapshot is made if there is none."""
    snapshot = MonitoringSnapshot.objects.filter(slot=slot).first() or snap(slot)
    return AlertTransition.objects.create(
        alert=episode.alert,
        rule_version=episode.rule_version,
        episode=episode,
        slot=slot,
        snapshot=snapshot,
        from_state=before,
        to_state=after,
        cause="capture",
        created_at=slot,
        **values,
    )


def make_channel(name: str = "Buyers", **values: Any) -> NotificationChannel:
    """Store a channel to an address that nobody has."""
    given = {"kind": "email", "recipients": "buyer@example.com", "language": "en"} | values
    return NotificationChannel.objects.create(name=name, **given)


def add_message(episode: AlertEpisode, slot: datetime, kind: str = "firing", **values: Any) -> AlertMessage:
    """Store something to tell about an episode in the batch of a slot."""
    given = {"batch": f"slot:{slot.isoformat()}", "severity": episode.severity, "slot": slot, "created_at": slot}
    return AlertMessage.objects.create(alert=episode.alert, episode=episode, kind=kind, **given | values)


def add_notification(message: AlertMessage, channel: NotificationChannel, **values: Any) -> Notification:
    """Store the outbox's row of a message's batch for a channel, waiting unless said otherwise."""
    given = {"state": "pending", "created_at": message.created_at, "next_attempt_at": message.created_at}
    return Notification.objects.create(channel=channel, batch=message.batch, **given | values)
