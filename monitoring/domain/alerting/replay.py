"""The state machine over a long past: what it would have done, slot for slot, in the time of what happened."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from monitoring.domain.alerting.flapping import STABLE_SLOTS, Flapping
from monitoring.domain.alerting.machine import HEALTH, Change, Observation, Step, Terms, Track, advance
from monitoring.domain.alerting.past import OBSERVED, Past
from monitoring.domain.alerting.words import AlertState, Health, MessageKind, Reading, Reason

PATIENT = frozenset({AlertState.INACTIVE, AlertState.FIRING})
"""States in which most slots change nothing."""

ALWAYS_TOLD = frozenset({MessageKind.FLAPPING, MessageKind.CALM})


@dataclass(frozen=True, slots=True, kw_only=True)
class PastChange:
    """A transition, and what it was decided on.

    Args:
        change: The transition.
        reading: What its slot said, value the value there.
        episode: Which of the episodes it belongs to, counted from 0; None outside of one.
    """

    change: Change
    reading: Reading
    value: int | None
    episode: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEpisode:
    """From the first slot in breach to the slot that it was over in.

    Args:
        opened_slot: The first slot in breach, fired_slot the one that it fired in.
        closed_slot: The slot that it was over in; None while it is open.
        reason: How it ended; None while it is open.
        peak_value: The worst value, peak_slot its slot.
        last_slot: The last slot that judged it, last_value the last value there was.
        flap_count: How often it was about to be over and was not.
    """

    opened_slot: datetime
    fired_slot: datetime
    closed_slot: datetime | None
    reason: Reason | None
    peak_value: int | None
    peak_slot: datetime | None
    last_slot: datetime
    last_value: int | None
    flap_count: int


@dataclass(frozen=True, slots=True)
class PastMessage:
    """What would have been told. While the alert is flapping, most is kept back: `is_quiet`."""

    slot: datetime
    kind: MessageKind
    is_quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What the machine did, everything oldest first.

    Args:
        track: What it remembers at the end.
        changes: All transitions.
        episodes: All episodes; only the last one may be open.
        messages: All messages, kept back ones included.
    """

    track: Track
    changes: list[PastChange]
    episodes: list[PastEpisode]
    messages: list[PastMessage]


def replay(past: Past, terms: Terms, *, is_worse_above: bool = True) -> Replay:
    """Return what the machine makes of the past: exactly what `advance` does slot by slot.

    Most slots change nothing: those are passed over together, to the next breach of an alert at rest, or to the next
    clear slot of one that fires.

    Args:
        past: What the slots said.
        terms: How many slots it takes.
        is_worse_above: Whether a greater value is the worse one.
    """
    story, track, row = _Story(), Track(), 0
    stretches = _Stretches(past, is_worse_above=is_worse_above)
    while row < len(past):
        end = stretches.find_end(row, track)
        if end > row:
            track, row = stretches.pass_over(row, end, track), end
            continue
        observation = past.observe(row)
        step = advance(track, observation, terms, is_worse_above=is_worse_above)
        story.add(track, observation, step)
        track, row = step.track, row + 1
    return story.tell(track)


class _Stretches:
    """Slots in a row that change nothing but what was seen last."""

    def __init__(self, past: Past, *, is_worse_above: bool) -> None:
        self._past, self._sign = past, 1 if is_worse_above else -1
        self._breaches, self._clears = past.find_rows(Reading.BREACH), past.find_rows(Reading.CLEAR)
        self._known = np.flatnonzero(past.is_known).tolist()
        self._observed = past.find_rows(*OBSERVED)

    def find_end(self, row: int, track: Track) -> int:
        """Return the next row that may change something."""
        if track.state not in PATIENT:
            return row
        end = self._find_from(row, self._breaches if track.state is AlertState.INACTIVE else self._clears)
        if track.flapping.since is None:
            return end
        return min(end, self._find_from(row, self._observed, skipped=STABLE_SLOTS - track.flapping.stable_slots - 1))

    def _find_from(self, row: int, rows: Sequence[int], *, skipped: int = 0) -> int:
        place = bisect_left(rows, row) + skipped
        return rows[place] if place < len(rows) else len(self._past)

    def pass_over(self, row: int, end: int, track: Track) -> Track:
        """Return the track after the rows from `row` to before `end`."""
        health = HEALTH.get(self._past.get_reading(end - 1), Health.OK)
        known = _find_last(row, end, self._known)
        passed = replace(
            track,
            health=health,
            stale_since=None if health is Health.OK else self._find_stale_since(row, end, track),
            last_slot=self._past.get_slot(end - 1),
            last_value=track.last_value if known is None else self._past.get_value(known),
            flapping=self._calm_down(row, end, track.flapping),
        )
        return self._raise_peak(row, end, passed) if track.state is AlertState.FIRING else passed

    def _calm_down(self, row: int, end: int, flapping: Flapping) -> Flapping:
        if flapping.since is None:
            return flapping
        n_observed = bisect_left(self._observed, end) - bisect_left(self._observed, row)
        return replace(flapping, stable_slots=flapping.stable_slots + n_observed)

    def _find_stale_since(self, row: int, end: int, track: Track) -> datetime:
        observed = _find_last(row, end, self._observed)
        if observed is None:
            return track.stale_since or self._past.get_slot(row)
        return self._past.get_slot(observed + 1)

    def _raise_peak(self, row: int, end: int, track: Track) -> Track:
        rows = self._breaches[bisect_left(self._breaches, row) : bisect_left(self._breaches, end)]
        known = [at for at in rows if self._past.get_value(at) is not None]
        if not known:
            return track
        worst = known[int(np.argmax(self._sign * self._past.values[known]))]
        value = self._past.get_value(worst)
        if track.peak_value is not None and value is not None and self._sign * (value - track.peak_value) <= 0:
            return track
        return replace(track, peak_value=value, peak_slot=self._past.get_slot(worst))


def _find_last(row: int, end: int, rows: Sequence[int]) -> int | None:
    place = bisect_left(rows, end) - 1
    return rows[place] if place >= 0 and rows[place] >= row else None


class _Story:
    """Writes down what happens."""

    def __init__(self) -> None:
        self._changes: list[PastChange] = []
        self._episodes: list[PastEpisode] = []
        self._messages: list[PastMessage] = []

    def add(self, before: Track, observation: Observation, step: Step) -> None:
        """Write down a slot."""
        is_quiet = step.track.flapping.since is not None
        self._messages += [
            PastMessage(observation.slot, kind, is_quiet and kind not in ALWAYS_TOLD) for kind in step.messages
        ]
        if step.change is None:
            return
        is_inside = before.has_episode or step.track.has_episode
        self._changes.append(
            PastChange(
                change=step.change,
                reading=observation.reading,
                value=observation.value,
                episode=len(self._episodes) if is_inside else None,
            )
        )
        if step.change.closes_episode:
            self._episodes.append(_describe_episode(before, step.track, step.change))

    def tell(self, track: Track) -> Replay:
        """Return the story, with the episode that is still open."""
        is_open = [_describe_episode(track, track, None)] if track.has_episode else []
        return Replay(track=track, changes=self._changes, episodes=[*self._episodes, *is_open], messages=self._messages)


def _describe_episode(inside: Track, after: Track, end: Change | None) -> PastEpisode:
    """Return an episode by the last track inside of it and the one after it."""
    if inside.first_breach_slot is None or inside.fired_slot is None or after.last_slot is None:
        raise ValueError("There is no episode in a track that never fired.")
    return PastEpisode(
        opened_slot=inside.first_breach_slot,
        fired_slot=inside.fired_slot,
        closed_slot=end.slot if end else None,
        reason=end.reason if end else None,
        peak_value=inside.peak_value,
        peak_slot=inside.peak_slot,
        last_slot=after.last_slot,
        last_value=after.last_value,
        flap_count=inside.flap_count,
    )
