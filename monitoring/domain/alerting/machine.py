"""The state machine of alerts: one table, and what its rows do to what is remembered.

Unobserved time counts neither way: without data nothing opens and nothing resolves, and slots that nobody captured
interrupt what is being counted. Health stands beside the state and never changes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitoring.domain.alerting.flapping import AT_REST, Flapping, Turn, follow_flapping
from monitoring.domain.alerting.table import TABLE, Counting
from monitoring.domain.alerting.words import AlertState, Health, MessageKind, Reading, Reason

MAX_GAP = 1
"""So many slots may be missed in a row without consequences."""

HAS_EPISODE = frozenset({AlertState.FIRING, AlertState.RECOVERING})


@dataclass(frozen=True, slots=True)
class Terms:
    """How many slots it takes.

    Args:
        pending_slots: Slots in breach until it fires, at least 1.
        recover_slots: Clear slots until it is over, at least 1.
    """

    pending_slots: int = 1
    recover_slots: int = 1


@dataclass(frozen=True, slots=True)
class Observation:
    """What a slot says about an alert.

    Args:
        slot: The slot [UTC].
        reading: What its value means under the terms of the rule.
        value: The value; None without data.
        missed_slots: How many slots nobody captured right before this one.
    """

    slot: datetime
    reading: Reading
    value: int | None = None
    missed_slots: int = 0


@dataclass(frozen=True, slots=True)
class Track:
    """All that is remembered of an alert from slot to slot.

    Args:
        state: Where it stands.
        breach_count: Slots in breach in a row while pending.
        clear_count: Clear slots in a row while recovering.
        first_breach_slot: Where the breach began that is pending or firing.
        fired_slot: When the open episode fired; None without one.
        peak_value: The worst value since the first breach, peak_slot its slot.
        flap_count: How often the open episode was about to be over and was not.
        health: Whether it could be judged in the last slot.
        stale_since: The first slot that it could not be judged in; None while it can.
        last_slot: The last slot that was looked at.
        last_value: The last value there was.
        flapping: Whether it changes too often to tell every change.
    """

    state: AlertState = AlertState.INACTIVE
    breach_count: int = 0
    clear_count: int = 0
    first_breach_slot: datetime | None = None
    fired_slot: datetime | None = None
    peak_value: int | None = None
    peak_slot: datetime | None = None
    flap_count: int = 0
    health: Health = Health.OK
    stale_since: datetime | None = None
    last_slot: datetime | None = None
    last_value: int | None = None
    flapping: Flapping = AT_REST

    @property
    def has_episode(self) -> bool:
        """Whether an episode is open."""
        return self.state in HAS_EPISODE


@dataclass(frozen=True, slots=True)
class Change:
    """A transition.

    Args:
        slot: The slot that it was decided on.
        from_state: Before.
        to_state: After.
        reason: Why.
    """

    slot: datetime
    from_state: AlertState
    to_state: AlertState
    reason: Reason

    @property
    def opens_episode(self) -> bool:
        """Whether an episode begins."""
        return self.to_state in HAS_EPISODE and self.from_state not in HAS_EPISODE

    @property
    def closes_episode(self) -> bool:
        """Whether an episode ends."""
        return self.from_state in HAS_EPISODE and self.to_state not in HAS_EPISODE


@dataclass(frozen=True, slots=True)
class Step:
    """What a slot made of an alert.

    Args:
        track: What to remember from now on.
        change: The transition; None if the state stayed.
        messages: What to tell, in order. While the alert is flapping only `flapping` and `calm` are told; the others
            are kept to explain the silence.
    """

    track: Track
    change: Change | None = None
    messages: tuple[MessageKind, ...] = ()


HEALTH: Mapping[Reading, Health] = {
    Reading.NO_DATA: Health.NO_DATA,
    Reading.DEGRADED: Health.DEGRADED,
    Reading.ERROR: Health.ERROR,
}


def advance(track: Track, observation: Observation, terms: Terms, *, is_worse_above: bool = True) -> Step:
    """Return what a slot makes of an alert.

    Args:
        track: What is remembered. A slot that is not later than its last one changes nothing.
        observation: What the slot says.
        terms: How many slots it takes.
        is_worse_above: Whether a greater value is the worse one.

    Example:
        >>> from datetime import UTC, timedelta
        >>> start, terms = datetime(2026, 1, 5, tzinfo=UTC), Terms(pending_slots=2)
        >>> track = Track()
        >>> for place, reading in enumerate([Reading.BREACH, Reading.BREACH, Reading.NO_DATA, Reading.CLEAR]):
        ...     track = advance(track, Observation(start + place * timedelta(minutes=15), reading), terms).track
        ...     print(track.state, track.health)
        pending ok
        firing ok
        firing no_data
        inactive ok
    """
    if track.last_slot is not None and observation.slot <= track.last_slot:
        return Step(track)
    seen = _see(_bridge_gap(track, observation.missed_slots), observation)
    move = TABLE[track.state, observation.reading]
    counted = _count(seen, move.counting)
    to, reason = move.to, move.reason
    if move.reached and _is_reached(counted, move.counting, terms):
        to, reason = move.reached
    moved = _enter(counted, to, reason, observation, is_worse_above=is_worse_above)
    return _tell(track, moved, reason, observation)


def revise(
    track: Track, observation: Observation, terms: Terms, *, is_comparable: bool = True, is_worse_above: bool = True
) -> Step:
    """Return what a change of its rule makes of an alert, on a snapshot that may have been judged before.

    What is no longer in breach ends, and nobody says that it recovered. What still is goes on: the same slot is not
    counted again, but may be enough under the new terms.

    Args:
        track: What is remembered.
        observation: What the snapshot says under the new terms.
        terms: The new terms.
        is_comparable: Whether the rule still looks at the same metric from the same side. If not, what it was about is
            over, and the next slot begins anew.
        is_worse_above: Whether a greater value is the worse one.
    """
    seen = _see(track, observation)
    to, reason = track.state, Reason.RULE_CHANGED
    if track.state is not AlertState.INACTIVE and (
        not is_comparable or observation.reading in {Reading.BETWEEN, Reading.CLEAR}
    ):
        to = AlertState.INACTIVE
    elif observation.reading is Reading.BREACH:
        seen = replace(seen, breach_count=max(seen.breach_count, 1))
        is_enough = track.has_episode or seen.breach_count >= terms.pending_slots
        to = AlertState.FIRING if is_enough else AlertState.PENDING
        if not track.has_episode:
            reason = Reason.FIRED if is_enough else Reason.BREACHED
    moved = _enter(seen, to, reason, observation, is_worse_above=is_worse_above)
    return _tell(track, moved, reason, observation)


def stop(track: Track, *, slot: datetime, reason: Reason) -> Step:
    """Return what becomes of an alert whose rule was switched off or deleted: it ends, and did not recover.

    Args:
        track: What is remembered.
        slot: The running slot.
        reason: `rule_disabled` or `rule_deleted`.
    """
    ended = replace(_reset(track), health=Health.OK, stale_since=None, flapping=AT_REST)
    if track.state is AlertState.INACTIVE:
        return Step(ended)
    change = Change(slot, track.state, AlertState.INACTIVE, reason)
    return Step(ended, change, (MessageKind.CLOSED,) if change.closes_episode else ())


def _bridge_gap(track: Track, missed_slots: int) -> Track:
    """Return the track after slots that nobody saw: what was being counted begins again."""
    if missed_slots <= MAX_GAP:
        return track
    if track.state is AlertState.PENDING:
        return replace(track, breach_count=0, first_breach_slot=None, peak_value=None, peak_slot=None)
    return replace(track, clear_count=0)


def _see(track: Track, observation: Observation) -> Track:
    health = HEALTH.get(observation.reading, Health.OK)
    return replace(
        track,
        health=health,
        stale_since=None if health is Health.OK else track.stale_since or observation.slot,
        last_slot=max(track.last_slot or observation.slot, observation.slot),
        last_value=track.last_value if observation.value is None else observation.value,
    )


def _count(track: Track, counting: Counting) -> Track:
    match counting:
        case Counting.BREACH:
            return replace(track, breach_count=track.breach_count + 1)
        case Counting.CLEAR:
            return replace(track, clear_count=track.clear_count + 1)
        case Counting.NO_CLEAR:
            return replace(track, clear_count=0)
    return track


def _is_reached(track: Track, counting: Counting, terms: Terms) -> bool:
    if counting is Counting.BREACH:
        return track.breach_count >= terms.pending_slots
    return track.clear_count >= terms.recover_slots


def _enter(
    track: Track, to: AlertState, reason: Reason | None, observation: Observation, *, is_worse_above: bool
) -> Track:
    """Return the track in its next state, with what belongs to that state alone."""
    if to is AlertState.INACTIVE:
        return track if track.state is AlertState.INACTIVE else _reset(track)
    entered = replace(
        track,
        state=to,
        first_breach_slot=track.first_breach_slot
        or (observation.slot if observation.reading is Reading.BREACH else None),
        fired_slot=(track.fired_slot or observation.slot) if to in HAS_EPISODE else None,
        breach_count=0 if to in HAS_EPISODE else track.breach_count,
        clear_count=track.clear_count if to is AlertState.RECOVERING else 0,
        flap_count=track.flap_count + (reason is Reason.RELAPSED),
    )
    if observation.reading is not Reading.BREACH or observation.value is None:
        return entered
    worst = entered.peak_value
    if worst is not None and (observation.value <= worst if is_worse_above else observation.value >= worst):
        return entered
    return replace(entered, peak_value=observation.value, peak_slot=observation.slot)


def _reset(track: Track) -> Track:
    """Return the track at rest; what was seen last stays."""
    return replace(
        track,
        state=AlertState.INACTIVE,
        breach_count=0,
        clear_count=0,
        first_breach_slot=None,
        fired_slot=None,
        peak_value=None,
        peak_slot=None,
        flap_count=0,
    )


def _tell(before: Track, after: Track, reason: Reason | None, observation: Observation) -> Step:
    """Return the step with its messages: first what happened, then whether that happens too often."""
    change = None
    if after.state is not before.state and reason is not None:
        change = Change(observation.slot, before.state, after.state, reason)
    messages: list[MessageKind] = []
    if change and change.opens_episode:
        messages.append(MessageKind.FIRING)
    if change and change.closes_episode:
        messages.append(MessageKind.RESOLVED if reason is Reason.RECOVERED else MessageKind.CLOSED)
    flapping, turn = follow_flapping(
        before.flapping,
        slot=observation.slot,
        has_fired=change is not None and change.opens_episode,
        has_changed=change is not None,
        is_observed=observation.reading not in HEALTH and observation.slot != before.last_slot,
    )
    if turn is Turn.BEGINS:
        messages.append(MessageKind.FLAPPING)
    elif turn is Turn.ENDS:
        messages.append(MessageKind.CALM)
    if flapping is not after.flapping:
        after = replace(after, flapping=flapping)
    return Step(after, change, tuple(messages))
