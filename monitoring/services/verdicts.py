"""Writing what was decided about alerts: what is remembered, episodes, transitions, and messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from monitoring.domain.alerting.machine import Change, Observation, Step, Track
from monitoring.domain.alerting.trust import METRIC_SOURCES
from monitoring.domain.alerting.words import MessageKind
from monitoring.models import Alert, AlertEpisode, AlertKind, AlertTransition, Severity, TransitionCause
from monitoring.selectors.alerts import KnownAlert, find_untold_episodes
from monitoring.services.messages import NewMessage, post_messages

SUBJECT = ("kind", "rule_id", "source")
REMEMBERED = tuple(
    one.attname for one in Alert._meta.concrete_fields if not one.primary_key and one.name not in SUBJECT
)
EPISODE_FIELDS = (
    "rule_version_id",
    "severity",
    "closed_slot",
    "close_reason",
    "peak_value",
    "peak_slot",
    "last_value",
    "last_slot",
    "flap_count",
    "messaged_slot",
)
TOLD_WHILE_FLAPPING = {MessageKind.FLAPPING, MessageKind.CALM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided about an alert.

    Args:
        alert: Its row; not stored yet if nobody has judged it before.
        before: It as it stood; None if nobody has judged it before.
        step: What the state machine says.
        observation: What it was decided on; None where nothing was looked at.
        severity: Of the rule, or of the kind.
        health_detail: Why it cannot be judged, as a code.
        version_id: The version of the rule that counts from now on.
        data: What messages say about the rule or the source.
    """

    alert: Alert
    before: KnownAlert | None
    step: Step
    observation: Observation | None
    severity: str
    health_detail: str = ""
    version_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


Episodes = Mapping[int, AlertEpisode | None]
"""The episode that a verdict is about, by the verdict's identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Where and when verdicts are reached.

    Args:
        cause: What made somebody look.
        batch: Of the messages.
        slot: The running slot.
        now: The time.
        snapshot_id: The snapshot that it is decided on; None without one.
    """

    cause: TransitionCause
    batch: str
    slot: datetime
    now: datetime
    snapshot_id: int | None = None


def record_verdicts(verdicts: Sequence[Verdict], occasion: Occasion) -> None:
    """Write verdicts and the messages that follow from them, in a fixed number of statements: one if nothing happened.

    Args:
        verdicts: What was decided, one per alert at most.
        occasion: Where and when.

    Raises:
        IntegrityError: If somebody else has decided the same at the same time.
    """
    if not verdicts:
        return
    _store_alerts(verdicts)
    episodes: Episodes = {id(one): _follow_episode(one, occasion) for one in verdicts}
    reminded = _find_reminders(verdicts, episodes, occasion)
    _store_episodes([(episode, one) for one in verdicts if (episode := episodes[id(one)])], reminded, occasion)
    transitions = _store_transitions(verdicts, episodes, occasion)
    messages = [
        message
        for one in verdicts
        for message in _list_messages(one, episodes[id(one)], transitions.get(id(one)), reminded, occasion)
    ]
    post_messages(messages, batch=occasion.batch, now=occasion.now)


def write_track(alert: Alert, track: Track) -> None:
    """Put what the state machine remembers into an alert's row, unsaved."""
    for name in ("breach_count", "clear_count", "first_breach_slot", "fired_slot", "peak_value", "peak_slot"):
        setattr(alert, name, getattr(track, name))
    for name in ("flap_count", "stale_since", "last_slot", "last_value"):
        setattr(alert, name, getattr(track, name))
    alert.state, alert.health = track.state.value, track.health.value
    flapping = track.flapping
    alert.recent_firings = list(flapping.recent_firings)
    alert.stable_slots, alert.flapping_since = flapping.stable_slots, flapping.since


def _store_alerts(verdicts: Sequence[Verdict]) -> None:
    for one in verdicts:
        write_track(one.alert, one.step.track)
        one.alert.health_detail = one.health_detail
        one.alert.rule_version_id = one.version_id
    new = [one.alert for one in verdicts if one.before is None]
    if new:
        Alert.objects.bulk_create(new)
    known = [one.alert for one in verdicts if one.before]
    if known:
        Alert.objects.bulk_create(
            known, update_conflicts=True, unique_fields=["id"], update_fields=[*map(_name_field, REMEMBERED)]
        )


def _name_field(attname: str) -> str:
    return Alert._meta.get_field(attname.removesuffix("_id") if attname == "rule_version_id" else attname).name


def _follow_episode(verdict: Verdict, occasion: Occasion) -> AlertEpisode | None:
    """Return the episode that a verdict opens, goes on with or closes, unsaved; None without one."""
    track, change = verdict.step.track, verdict.step.change
    if change and change.opens_episode:
        fired_slot = track.fired_slot or change.slot
        opened_slot = track.first_breach_slot or fired_slot
        episode = AlertEpisode(alert=verdict.alert, opened_slot=opened_slot, fired_slot=fired_slot)
    elif verdict.before and verdict.before.episode:
        episode = verdict.before.episode
    else:
        return None
    if change and change.closes_episode:
        episode.closed_slot = max(change.slot, episode.fired_slot)
        episode.close_reason = change.reason.value
    else:
        episode.rule_version_id, episode.severity = verdict.version_id, verdict.severity
        episode.peak_value, episode.peak_slot, episode.flap_count = track.peak_value, track.peak_slot, track.flap_count
    episode.last_value = track.last_value
    episode.last_slot = max(track.last_slot or occasion.slot, episode.fired_slot)
    return episode


def _store_episodes(pairs: Sequence[tuple[AlertEpisode, Verdict]], reminded: set[int], occasion: Occasion) -> None:
    for episode, verdict in pairs:
        if verdict.step.messages or episode.pk in reminded:
            episode.messaged_slot = occasion.slot
    known = [episode for episode, verdict in pairs if verdict.before and verdict.before.episode is episode]
    new = [episode for episode, _verdict in pairs if episode not in known]
    if new:
        AlertEpisode.objects.bulk_create(new)
    if known:
        AlertEpisode.objects.bulk_update(known, [name.removesuffix("_id") for name in EPISODE_FIELDS])


def _store_transitions(
    verdicts: Sequence[Verdict], episodes: Episodes, occasion: Occasion
) -> dict[int, AlertTransition]:
    rows = {
        id(one): _build_transition(one, one.step.change, episodes[id(one)], occasion)
        for one in verdicts
        if one.step.change
    }
    if rows:
        AlertTransition.objects.bulk_create(rows.values())
    return rows


def _build_transition(
    verdict: Verdict, change: Change, episode: AlertEpisode | None, occasion: Occasion
) -> AlertTransition:
    observation = verdict.observation
    return AlertTransition(
        alert=verdict.alert,
        rule_version_id=verdict.version_id,
        episode=episode,
        snapshot_id=occasion.snapshot_id,
        slot=change.slot,
        from_state=change.from_state.value,
        to_state=change.to_state.value,
        reading=observation.reading.value if observation else "",
        reason=change.reason.value,
        value=observation.value if observation else None,
        cause=occasion.cause,
        created_at=occasion.now,
    )


def _find_reminders(verdicts: Sequence[Verdict], episodes: Episodes, occasion: Occasion) -> set[int]:
    """Return the episodes that go on and are to be told of again, by id."""
    if occasion.cause is TransitionCause.EDIT:
        return set()
    going_on = [
        (episode, one)
        for one in verdicts
        if (episode := episodes[id(one)]) and episode.closed_slot is None and not one.step.messages
    ]
    due = {episode.pk for episode, _one in going_on if is_reminder_due(episode, occasion.slot)}
    old = {one.alert.source for one in verdicts if one.alert.kind == AlertKind.SOURCE and one.step.track.has_episode}
    audible = [
        episode.pk
        for episode, one in going_on
        if not old.intersection(METRIC_SOURCES.get(one.data.get("metric", ""), ()))
    ]
    return due | find_untold_episodes(audible, now=occasion.now)


def is_reminder_due(episode: AlertEpisode, slot: datetime) -> bool:
    """Return whether it is so long since an open episode was told of that it is told again in a slot."""
    hours = (
        settings.ALERT_REMINDER_HOURS_CRITICAL
        if episode.severity == Severity.CRITICAL
        else settings.ALERT_REMINDER_HOURS_WARNING
    )
    return hours > 0 and slot - (episode.messaged_slot or episode.fired_slot) >= timedelta(hours=hours)


def _list_messages(
    verdict: Verdict,
    episode: AlertEpisode | None,
    transition: AlertTransition | None,
    reminded: set[int],
    occasion: Occasion,
) -> list[NewMessage]:
    kinds = [*verdict.step.messages]
    if episode and episode.pk in reminded:
        kinds.append(MessageKind.REMINDER)
    is_flapping = verdict.step.track.flapping.since is not None
    return [
        NewMessage(
            kind=kind,
            severity=episode.severity if episode else verdict.severity,
            alert_id=verdict.alert.pk,
            episode_id=episode.pk if episode else None,
            transition_id=transition.pk if transition else None,
            slot=occasion.slot,
            is_quiet=is_flapping and kind not in TOLD_WHILE_FLAPPING,
            data=_describe(verdict, episode, occasion),
        )
        for kind in kinds
    ]


def _describe(verdict: Verdict, episode: AlertEpisode | None, occasion: Occasion) -> dict[str, Any]:
    """Return the values that a message tells, as JSON takes them."""
    track, change = verdict.step.track, verdict.step.change
    told: dict[str, Any] = {
        **verdict.data,
        "state": track.state.value,
        "reason": change.reason.value if change else "",
        "value": track.last_value,
        "health": track.health.value,
        "health_detail": verdict.health_detail,
        "snapshot_id": occasion.snapshot_id,
    }
    if episode:
        told |= {
            "since": episode.opened_slot.isoformat(),
            "fired": episode.fired_slot.isoformat(),
            "peak_value": episode.peak_value,
        }
        if episode.closed_slot:
            told["duration_seconds"] = int((episode.closed_slot - episode.fired_slot).total_seconds())
    return told
