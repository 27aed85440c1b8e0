"""The state machine run again over the stored snapshots, to compare with what the captures wrote at their time.

Holds for rules that nobody edited since the first snapshot.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta
from typing import Any, LiteralString

from monitoring.domain.alerting.machine import Observation, Step, Terms, Track, advance
from monitoring.domain.alerting.readings import Condition, read_value
from monitoring.domain.alerting.trust import WATCHED_SOURCES, is_too_old, list_old_sources
from monitoring.domain.alerting.words import MessageKind, Reading
from monitoring.domain.metrics import METRIC_NAMES
from monitoring.tests.processes.observer import Observer

log = logging.getLogger(__name__)

ALWAYS_TOLD = {MessageKind.FLAPPING, MessageKind.CALM}

TRACK: LiteralString = """
SELECT state, breach_count, clear_count, first_breach_slot, fired_slot, peak_value, peak_slot, flap_count, health,
    stale_since, last_slot, last_value, recent_firings, stable_slots, flapping_since
FROM monitoring_alerts WHERE id = %s
"""
EPISODES: LiteralString = """
SELECT opened_slot, fired_slot, closed_slot, close_reason, peak_value, peak_slot, last_slot, last_value, flap_count
FROM monitoring_alert_episodes WHERE alert_id = %s ORDER BY id
"""
TRANSITIONS: LiteralString = """
SELECT slot, from_state, to_state, reason, reading, value FROM monitoring_alert_transitions
WHERE alert_id = %s ORDER BY id
"""
MESSAGES: LiteralString = """
SELECT slot, kind, is_quiet FROM monitoring_alert_messages
WHERE alert_id = %s AND kind <> 'reminder' ORDER BY id
"""
RULES: LiteralString = """
SELECT alert.id, rule.metric, rule.threshold_type, rule.threshold_value, rule.recovery_threshold, rule.pending_slots,
    rule.recover_slots
FROM monitoring_alerts AS alert JOIN monitoring_alert_rules AS rule ON rule.id = alert.rule_id AND rule.version = 1
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A stored snapshot.

    Args:
        slot: Its slot.
        read_at: When its data were read.
        sources: Last good sync by source.
        values: Value by metric.
    """

    slot: datetime
    read_at: datetime
    sources: Mapping[str, datetime | None]
    values: Mapping[str, int | None]


@dataclass
class Story:
    """What became of one alert, in the form of the rows that are stored.

    Attributes:
        track: What is remembered at the end.
        transitions: All of them.
        episodes: All of them.
        messages: All but reminders.
    """

    track: tuple[Any, ...]
    transitions: list[tuple[Any, ...]] = field(default_factory=list)
    episodes: list[tuple[Any, ...]] = field(default_factory=list)
    messages: list[tuple[Any, ...]] = field(default_factory=list)


def count_untrue_alerts(observer: Observer, *, max_age: timedelta) -> dict[str, int]:
    """Return how many alerts differ from what the machine makes of the snapshots, and how many were compared.

    Args:
        observer: Of the database.
        max_age: SOURCE_MAX_AGE_HOURS of the processes under test.
    """
    seen, interval = load_snapshots(observer), timedelta(seconds=observer.interval_seconds)
    told = {
        alert_id: retell(
            read_metric(seen, metric, condition, max_age), interval, terms, is_worse_above=condition.is_worse_above
        )
        for alert_id, metric, condition, terms in list_rules(observer)
    }
    for alert_id, source in observer.fetch("SELECT id, source FROM monitoring_alerts WHERE kind = 'source'"):
        told[alert_id] = retell(read_source(seen, source, max_age), interval, Terms(), is_worse_above=True)
    stored = {alert_id: load_story(observer, alert_id) for alert_id in told}
    untrue = [alert_id for alert_id, story in told.items() if story != stored[alert_id]]
    for alert_id in untrue:
        log.warning("alert %s: the machine says %s, stored is %s", alert_id, told[alert_id], stored[alert_id])
    return {"compared": len(told), "untrue": len(untrue)}


def list_rules(observer: Observer) -> list[tuple[int, str, Condition, Terms]]:
    """Return alert, metric, condition and terms of every rule that nobody edited."""
    return [(row[0], row[1], Condition(*row[2:5]), Terms(*row[5:])) for row in observer.fetch(RULES)]


def load_snapshots(observer: Observer) -> list[Seen]:
    """Return every snapshot in the order of time."""
    columns = ", ".join(METRIC_NAMES)
    rows = observer.fetch(f"SELECT slot, created_at, sources, {columns} FROM monitoring_snapshots ORDER BY slot")  # noqa: S608  (constants)
    return [
        Seen(
            slot,
            read_at,
            {source: at and datetime.fromisoformat(at) for source, at in sources.items()},
            dict(zip(METRIC_NAMES, values, strict=True)),
        )
        for slot, read_at, sources, *values in rows
    ]


def read_metric(
    seen: Sequence[Seen], metric: str, condition: Condition, max_age: timedelta
) -> Iterator[tuple[datetime, Reading, int | None]]:
    """Yield slot, reading and value of a rule's metric in every snapshot."""
    for one in seen:
        old = list_old_sources(metric, one.sources, at=one.read_at, max_age=max_age)
        value = one.values[metric]
        yield one.slot, read_value(value, condition, is_degraded=bool(old)), value


def read_source(
    seen: Sequence[Seen], source: str, max_age: timedelta
) -> Iterator[tuple[datetime, Reading, int | None]]:
    """Yield slot, reading and age in hours of a source in every snapshot since it first came."""
    assert source in WATCHED_SOURCES
    for one in seen:
        if last_good_at := one.sources[source]:
            is_old = is_too_old(source, last_good_at, at=one.read_at, max_age=max_age)
            age = (one.read_at - last_good_at) // timedelta(hours=1)
            yield one.slot, Reading.BREACH if is_old else Reading.CLEAR, age


def retell(
    readings: Iterator[tuple[datetime, Reading, int | None]], interval: timedelta, terms: Terms, *, is_worse_above: bool
) -> Story:
    """Return what the machine makes of readings from the first one on."""
    track, story, inside = Track(), Story(()), Track()
    for slot, reading, value in readings:
        missed = (slot - track.last_slot) // interval - 1 if track.last_slot else 0
        observation = Observation(slot, reading, value, missed)
        step = advance(track, observation, terms, is_worse_above=is_worse_above)
        inside, track = track, step.track
        write_down(story, inside, observation, step)
    if track.has_episode:
        story.episodes.append(describe_episode(track, track, None, ""))
    *plain, flapping = (getattr(track, name) for name in Track.__dataclass_fields__)
    story.track = (*plain, list(flapping.recent_firings), flapping.stable_slots, flapping.since)
    return story


def write_down(story: Story, before: Track, observation: Observation, step: Step) -> None:
    """Add what one slot brought."""
    is_flapping = step.track.flapping.since is not None
    story.messages += [(observation.slot, kind, is_flapping and kind not in ALWAYS_TOLD) for kind in step.messages]
    if step.change is None:
        return
    story.transitions.append((*astuple(step.change), observation.reading, observation.value))
    if step.change.closes_episode:
        story.episodes.append(describe_episode(before, step.track, step.change.slot, step.change.reason))


def describe_episode(inside: Track, after: Track, closed_slot: datetime | None, reason: str) -> tuple[Any, ...]:
    """Return an episode by the last track inside of it and the one after it."""
    began, peak = (inside.first_breach_slot, inside.fired_slot), (inside.peak_value, inside.peak_slot)
    return (*began, closed_slot, reason, *peak, after.last_slot, after.last_value, inside.flap_count)


def load_story(observer: Observer, alert_id: int) -> Story:
    """Return what is stored about an alert."""
    (track,) = observer.fetch(TRACK, alert_id)
    rows = [observer.fetch(statement, alert_id) for statement in (TRANSITIONS, EPISODES, MESSAGES)]
    return Story(track, *rows)
