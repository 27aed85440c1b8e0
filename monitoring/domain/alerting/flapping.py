"""Alerts that come and go: told once, then quiet until they are stable."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

MOST_FIRINGS = 4
WINDOW = timedelta(hours=24)
STABLE_SLOTS = 8


@dataclass(frozen=True, slots=True)
class Flapping:
    """What is remembered of an alert's restlessness.

    Args:
        recent_firings: Slots that it fired in, oldest first, as far as they lie in the window; at most `MOST_FIRINGS`.
        stable_slots: Observed slots in a row without a change of its state, while it is flapping.
        since: The slot that it is called flapping since; None while it is not.
    """

    recent_firings: tuple[datetime, ...] = ()
    stable_slots: int = 0
    since: datetime | None = None


AT_REST = Flapping()


class Turn(Enum):
    """Whether flapping begins or ends."""

    BEGINS = auto()
    ENDS = auto()


def follow_flapping(
    flapping: Flapping, *, slot: datetime, has_fired: bool, has_changed: bool, is_observed: bool
) -> tuple[Flapping, Turn | None]:
    """Return what to remember after a slot, and whether flapping began or ended in it.

    Four firings in 24 hours make an alert flap, eight observed slots without a change calm it. A slot without data says
    nothing about its being stable.

    Args:
        flapping: What is remembered.
        slot: The slot.
        has_fired: Whether an episode opened in it.
        has_changed: Whether the state changed in it.
        is_observed: Whether it has data, and is looked at for the first time.
    """
    if has_fired:
        firings = tuple(at for at in (*flapping.recent_firings, slot) if slot - at < WINDOW)[-MOST_FIRINGS:]
        flapping = replace(flapping, recent_firings=firings)
        if flapping.since is None and len(firings) == MOST_FIRINGS:
            return replace(flapping, since=slot, stable_slots=0), Turn.BEGINS
    if flapping.since is None:
        return flapping, None
    if has_changed:
        return replace(flapping, stable_slots=0), None
    stable_slots = flapping.stable_slots + is_observed
    if stable_slots >= STABLE_SLOTS:
        return AT_REST, Turn.ENDS
    return replace(flapping, stable_slots=stable_slots), None
