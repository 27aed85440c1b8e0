"""How old a snapshot may be before nobody should trust it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

KNOCK_ALLOWANCE = timedelta(minutes=2)
"""A healthy capture comes up to a knock after its slot began, and takes a while to build."""

LATE_INTERVALS = 2
STALE_INTERVALS = 4


class FreshnessState(StrEnum):
    """From good to bad; `never` means that there is no snapshot yet."""

    FRESH = "fresh"
    LATE = "late"
    STALE = "stale"
    DEAD = "dead"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the snapshot on show is.

    Args:
        age_seconds: Whole seconds since the snapshot was taken; None before the first.
        slot: The snapshot's slot; None before the first, for one built on the fly, and for old imported ones.
        expected_slot: The slot that is running now, by the database clock.
    """

    state: FreshnessState
    age_seconds: int | None
    slot: datetime | None
    expected_slot: datetime


def compute_state(age: timedelta, *, interval: timedelta) -> FreshnessState:
    """Return the state of a snapshot of an age; every limit belongs to the better side.

    Args:
        age: Time since the snapshot was taken.
        interval: Length of a slot, positive.

    Example:
        >>> compute_state(timedelta(minutes=17), interval=timedelta(minutes=15)).value
        'fresh'
    """
    if age <= interval + KNOCK_ALLOWANCE:
        return FreshnessState.FRESH
    if age <= LATE_INTERVALS * interval:
        return FreshnessState.LATE
    if age <= STALE_INTERVALS * interval:
        return FreshnessState.STALE
    return FreshnessState.DEAD


def compute_freshness(
    *, captured_at: datetime | None, slot: datetime | None, now: datetime, expected_slot: datetime, interval: timedelta
) -> Freshness:
    """Return the freshness of a snapshot at a moment.

    Args:
        captured_at: When it was taken, by the database clock; None if there is none.
        slot: Its slot, if it has one.
        now: The moment, by the same clock. A snapshot that was committed a moment later counts as new.
        expected_slot: The slot that holds `now`.
        interval: Length of a slot, positive.
    """
    if captured_at is None:
        return Freshness(FreshnessState.NEVER, None, None, expected_slot)
    age = max(now - captured_at, timedelta(0))
    return Freshness(compute_state(age, interval=interval), age // timedelta(seconds=1), slot, expected_slot)
