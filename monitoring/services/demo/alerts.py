"""The alerts of the demo company's past: the state machine over the slots that were captured."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from monitoring.domain.alerting.machine import Terms
from monitoring.domain.alerting.past import Past, read_values
from monitoring.domain.alerting.readings import Condition
from monitoring.domain.alerting.replay import PastEpisode, Replay, replay
from monitoring.domain.metrics import MetricValues
from monitoring.models import (
    Alert,
    AlertEpisode,
    AlertKind,
    AlertRule,
    AlertTransition,
    MonitoringSnapshot,
    Severity,
    TransitionCause,
)
from monitoring.selectors.alerts import list_versioned_rules
from monitoring.services.verdicts import write_track

# Beside the default rules, one that waits on both sides: what hysteresis is good for is seen at a glance.
RARE_SHARE = 0.8


def create_demo_rule(values: Sequence[MetricValues]) -> AlertRule:
    """Store a rule with hysteresis that fires now and then over these values.

    Args:
        values: The metrics of the captured slots.
    """
    counts = sorted(one["risk_critical"] or 0 for one in values)
    threshold = counts[int(RARE_SHARE * (len(counts) - 1))]
    return AlertRule.objects.create(
        name="Критических рисков много",
        metric="risk_critical",
        threshold_type="above",
        threshold_value=threshold,
        recovery_threshold=threshold // 2,
        pending_slots=2,
        recover_slots=4,
        severity=Severity.CRITICAL,
        description="Проверить, что можно отгрузить на Wildberries из Новосибирска, и заказать недостающее.",
    )


def store_demo_alerts(
    captured: Mapping[datetime, datetime], values: Sequence[MetricValues], *, interval: timedelta
) -> None:
    """Store what alerts would have been, had the rules been there from the beginning, in four statements.

    Args:
        captured: When each slot was captured, by the slot, oldest first.
        values: Their metrics.
        interval: Length of a slot.
    """
    slots = list(captured)
    places = np.array([(slot - slots[0]) // interval for slot in slots], dtype=np.int64)
    snapshots = dict(MonitoringSnapshot.objects.values_list("slot", "id"))
    alerts, episodes, transitions = [], [], []
    for rule in list_versioned_rules():
        if not rule.is_active:
            continue
        found = _replay(rule, slots[0], places, values, interval)
        alert = Alert(kind=AlertKind.RULE, rule_id=rule.pk, rule_version_id=rule.version_id)  # type: ignore[attr-defined]
        write_track(alert, found.track)
        own = [_build_episode(alert, rule, episode) for episode in found.episodes]
        alerts.append(alert)
        episodes += own
        transitions += _build_transitions(alert, found, own, captured, snapshots)
    Alert.objects.bulk_create(alerts)
    AlertEpisode.objects.bulk_create(episodes)
    AlertTransition.objects.bulk_create(transitions)


def _replay(
    rule: AlertRule, start: datetime, places: np.ndarray, values: Sequence[MetricValues], interval: timedelta
) -> Replay:
    condition = Condition(rule.threshold_type, rule.threshold_value, rule.recovery_threshold)
    column = np.array([one[rule.metric] or 0 for one in values], dtype=np.int64)
    is_known = np.ones(len(column), dtype=np.bool_)
    past = Past(
        start=start,
        step=interval,
        places=places,
        codes=read_values(column, is_known, ~is_known, condition),
        values=column,
        is_known=is_known,
    )
    return replay(past, Terms(rule.pending_slots, rule.recover_slots), is_worse_above=condition.is_worse_above)


def _build_episode(alert: Alert, rule: AlertRule, episode: PastEpisode) -> AlertEpisode:
    return AlertEpisode(
        alert=alert,
        rule_version_id=rule.version_id,  # type: ignore[attr-defined]  # annotated
        severity=rule.severity,
        opened_slot=episode.opened_slot,
        fired_slot=episode.fired_slot,
        closed_slot=episode.closed_slot,
        close_reason=episode.reason.value if episode.reason else "",
        peak_value=episode.peak_value,
        peak_slot=episode.peak_slot,
        last_value=episode.last_value,
        last_slot=episode.last_slot,
        flap_count=episode.flap_count,
        messaged_slot=episode.closed_slot or episode.last_slot,
    )


def _build_transitions(
    alert: Alert,
    found: Replay,
    episodes: Sequence[AlertEpisode],
    captured: Mapping[datetime, datetime],
    snapshots: Mapping[datetime | None, int],
) -> list[AlertTransition]:
    return [
        AlertTransition(
            alert=alert,
            rule_version_id=alert.rule_version_id,
            episode=None if past.episode is None else episodes[past.episode],
            snapshot_id=snapshots[past.change.slot],
            slot=past.change.slot,
            from_state=past.change.from_state.value,
            to_state=past.change.to_state.value,
            reading=past.reading.value,
            reason=past.change.reason.value,
            value=past.value,
            cause=TransitionCause.CAPTURE,
            created_at=captured[past.change.slot],
        )
        for past in found.changes
    ]
