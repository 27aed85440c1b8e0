"""What a replay amounts to: how often it fired, how long, how restless it was, how many messages it would have sent."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from monitoring.domain.alerting.past import OBSERVED, Past
from monitoring.domain.alerting.replay import PastEpisode, PastMessage, Replay
from monitoring.domain.alerting.words import MessageKind, Reason

Span = tuple[datetime, datetime]
"""From, and until before."""

FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayFigures:
    """What a replay amounts to.

    Args:
        episodes: How often it fired.
        firing: How long, recovering included; an open episode lasts until the end of the last captured slot.
        longest: The longest episode.
        unobserved: How much of `firing` nobody saw, or saw without data that can be trusted.
        flaps: How often an episode was about to be over and was not.
        false_starts: How often it was pending and cleared before it fired.
        flappings: How often it was called flapping.
        messages: Messages that would have been sent, reminders included.
        reminders: How many of them say that it still goes on.
        kept_back: Messages that flapping kept back.
    """

    episodes: int
    firing: timedelta
    longest: timedelta
    unobserved: timedelta
    flaps: int
    false_starts: int
    flappings: int
    messages: int
    reminders: int
    kept_back: int


def summarize(done: Replay, past: Past, *, remind_after: timedelta | None) -> ReplayFigures:
    """Return what a replay amounts to.

    Args:
        done: The replay.
        past: What was replayed.
        remind_after: When a message is followed by a reminder; None for never.
    """
    spans = list_spans(done.episodes, past)
    lengths = [end - start for start, end in spans]
    reminders = list(_list_reminders(done, past, spans, remind_after)) if remind_after else []
    messages = [*done.messages, *reminders]
    quiet = sum(message.is_quiet for message in messages)
    return ReplayFigures(
        episodes=len(done.episodes),
        firing=sum(lengths, timedelta(0)),
        longest=max(lengths, default=timedelta(0)),
        unobserved=_measure_unobserved(past, spans),
        flaps=sum(episode.flap_count for episode in done.episodes),
        false_starts=sum(one.change.reason is Reason.CLEARED_BEFORE_FIRING for one in done.changes),
        flappings=sum(message.kind is MessageKind.FLAPPING for message in messages),
        messages=len(messages) - quiet,
        reminders=sum(not message.is_quiet for message in reminders),
        kept_back=quiet,
    )


def list_spans(episodes: Sequence[PastEpisode], past: Past) -> list[Span]:
    """Return from when to when each episode fired; an open one lasts until the end of the last captured slot."""
    return [(one.fired_slot, one.closed_slot or past.get_slot(len(past) - 1) + past.step) for one in episodes]


def _measure_unobserved(past: Past, spans: Sequence[Span]) -> timedelta:
    observed = past.find_rows(*OBSERVED)
    places = past.places[observed]
    n_slots = n_seen = 0
    for span in spans:
        first, end = map(past.find_place, span)
        n_slots += end - first
        n_seen += int(np.searchsorted(places, end) - np.searchsorted(places, first))
    return (n_slots - n_seen) * past.step


def _list_reminders(done: Replay, past: Past, spans: Sequence[Span], remind_after: timedelta) -> Iterator[PastMessage]:
    """Yield the reminders: in the first captured slot that is late enough after the last message of an open episode."""
    captured, wait = past.places.tolist(), -(-remind_after // past.step)
    told = [past.find_place(message.slot) for message in done.messages]
    restless = _list_restless(done.messages)
    for start, end in spans:
        first, until = past.find_place(start), past.find_place(end)
        between = told[bisect_left(told, first) : bisect_left(told, until)]
        for last, following in pairwise([*between, until]):
            for place in _list_due(last, following, captured, wait):
                slot = past.start + place * past.step
                is_quiet = any(begin <= slot < calm for begin, calm in restless)
                yield PastMessage(slot, MessageKind.REMINDER, is_quiet)


def _list_due(last: int, until: int, captured: Sequence[int], wait: int) -> Iterator[int]:
    row = bisect_left(captured, last + wait)
    while row < len(captured) and captured[row] < until:
        yield captured[row]
        row = bisect_left(captured, captured[row] + wait)


def _list_restless(messages: Sequence[PastMessage]) -> list[Span]:
    begins = [message.slot for message in messages if message.kind is MessageKind.FLAPPING]
    calms = [message.slot for message in messages if message.kind is MessageKind.CALM]
    return list(zip(begins, [*calms, FOREVER], strict=False))
