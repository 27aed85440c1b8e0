"""The slots of the demo company's past: when they were captured, and which of the last week nobody filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from monitoring.models import GapReason

WEEK = timedelta(days=7)
MAX_SLOTS = 672  # a week of quarters of an hour; a shorter interval gets a shorter week
OUTAGE = timedelta(minutes=45)
MIN_SLOTS_FOR_GAPS = 50
LONGEST_DELAY_SECONDS = 14.0  # beat knocks four times a minute
OUTAGE_AT, FAILURE_AT = 0.62, 0.93  # of the week


@dataclass(frozen=True)
class DemoSlot:
    """A slot that was filled.

    Attributes:
        slot: Its start.
        captured_at: When its data were read.
    """

    slot: datetime
    captured_at: datetime


@dataclass(frozen=True)
class DemoWeek:
    """Every slot of the week, filled or missed.

    Attributes:
        interval: Length of a slot.
        filled: The filled ones, oldest first.
        missed: The others, with the reason.
    """

    interval: timedelta
    filled: list[DemoSlot]
    missed: Mapping[datetime, GapReason]


def draw_week(rng: np.random.Generator, *, end: datetime, interval: timedelta) -> DemoWeek:
    """Return a week of slots before `end`, with an outage of three quarters of an hour and a slot that failed.

    Args:
        rng: Draws how many seconds into its slot a capture comes.
        end: Start of the first slot that does not belong to it any more.
        interval: Length of a slot.
    """
    slots = [end - interval * places for places in range(_count_slots(interval), 0, -1)]
    missed = _choose_missed(slots, interval)
    filled = [
        DemoSlot(slot, slot + timedelta(seconds=round(delay, 3)))
        for slot, delay in zip(slots, _draw_delays(rng, interval, len(slots)), strict=True)
        if slot not in missed
    ]
    return DemoWeek(interval, filled, missed)


def draw_earlier_slots(rng: np.random.Generator, *, first: datetime, interval: timedelta, days: int) -> list[DemoSlot]:
    """Return the slots of the time before the week, oldest first, all of them filled.

    Args:
        rng: Draws how many seconds into its slot a capture comes.
        first: The first slot of the week.
        interval: Length of a slot.
        days: How many days there are in all, those of the week included.
    """
    count = (timedelta(days=days) - WEEK) // interval
    slots = [first - interval * places for places in range(count, 0, -1)]
    return [
        DemoSlot(slot, slot + timedelta(seconds=round(delay, 3)))
        for slot, delay in zip(slots, _draw_delays(rng, interval, count), strict=True)
    ]


def _draw_delays(rng: np.random.Generator, interval: timedelta, count: int) -> list[float]:
    """Return how many seconds into their slots captures come."""
    longest_seconds = min(LONGEST_DELAY_SECONDS, 0.1 * interval.total_seconds())
    delays: list[float] = rng.uniform(0.001, longest_seconds, count).tolist()
    return delays


def _count_slots(interval: timedelta) -> int:
    return max(1, min(MAX_SLOTS, WEEK // interval))


def _choose_missed(slots: list[datetime], interval: timedelta) -> dict[datetime, GapReason]:
    """Return the missed slots; there is always a filled one before and after each."""
    if len(slots) < MIN_SLOTS_FOR_GAPS:
        return {}
    outage, failure = int(OUTAGE_AT * len(slots)), int(FAILURE_AT * len(slots))
    length = min(max(1, OUTAGE // interval), len(slots) // 10)
    missed = dict.fromkeys(slots[outage : outage + length], GapReason.NO_WORKER)
    missed[slots[failure]] = GapReason.FAILED
    return missed
