"""The smallest change of each input that gives a bundle type another risk level."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planning_core.domain.arrays import BoolArray, IntArray
from planning_core.domain.bundle_risk import RISK_LEVELS, BundleRisks, judge_bundles
from planning_core.domain.messages import Message, Param

LEVERS = ("wb_ready", "units", "safety_stock_days", "alert_threshold_days")
"""The inputs that can be changed, by their names in `BundleRisks`."""

RULE_INPUTS = ("wb_ready", "potential", "units", "window_days", "safety_stock_days", "alert_threshold_days")

LARGEST_CHANGE = 2**40
MOST_DAYS = 3650
"""No form takes a longer threshold."""


@dataclass(frozen=True, slots=True)
class RiskFlip:
    """One more of an input, or one less, in which the level changes first: with a change smaller by one it stays."""

    lever: str
    change: int
    value: int
    """What the input is after the change."""
    risk_level: str
    """The level after the change."""
    avg_daily_sales: float
    """The average after the change."""
    message: Message


def list_risk_flips(risks: BundleRisks) -> list[list[RiskFlip]]:
    """Return, per row of the risks, the smallest changes that give it another level: of each lever, down and up.

    Bundles are taken away until none is left, sales until none were sold, thresholds move between 0 and 3650 days.
    What gets no other level by that is left out.
    """
    flips: list[list[RiskFlip]] = [[] for _ in risks.level]
    for lever in LEVERS:
        for sign in (-1, 1):
            change = sign * find_smallest_changes(risks, lever, sign)
            changed = _judge(risks, lever, change)
            for row in np.flatnonzero(change).tolist():
                flips[row].append(_build_flip(lever, changed, row, int(change[row])))
    return flips


def find_smallest_changes(risks: BundleRisks, lever: str, sign: int) -> IntArray:
    """Return how much of a lever has to be added (sign 1) or taken away (-1) for another level, 0 where nothing helps.

    The level only ever moves one way while a lever does: more stock makes the cover longer, more sales make it
    shorter, a threshold has the cover on one side and then on the other. So halving finds the smallest change.
    """
    return find_first(
        lambda change: _judge(risks, lever, sign * change).level != risks.level,
        _find_largest_changes(risks, lever, sign),
    )


def find_first(holds: Callable[[IntArray], BoolArray], largest: IntArray) -> IntArray:
    """Return the smallest of 1..largest for which something holds, 0 where it holds for none.

    Args:
        holds: Tells for one number per row; once it holds, it holds for every larger number.
        largest: At least 0 per row.

    Example:
        >>> find_first(lambda number: number**2 >= np.array([10, 100]), np.array([9, 9])).tolist()
        [4, 0]
    """
    low, high = np.zeros_like(largest), largest.copy()  # does not hold at low; holds at high if at all
    while (wide := high - low > 1).any():
        middle = (low + high) // 2
        does = holds(middle)
        high = np.where(wide & does, middle, high)
        low = np.where(wide & ~does, middle, low)
    return np.where((largest > 0) & holds(high), high, 0)


def _judge(risks: BundleRisks, lever: str, change: IntArray) -> BundleRisks:
    inputs = {name: getattr(risks, name) for name in RULE_INPUTS}
    inputs[lever] = inputs[lever] + change
    return judge_bundles(article=risks.article, bundle_type_id=risks.bundle_type_id, **inputs)


def _find_largest_changes(risks: BundleRisks, lever: str, sign: int) -> IntArray:
    current: IntArray = getattr(risks, lever)
    if lever.endswith("_days"):
        room = current if sign < 0 else MOST_DAYS - current
    elif sign > 0:
        room = np.full_like(current, LARGEST_CHANGE)
    else:
        room = risks.total_available if lever == "wb_ready" else current
    return np.maximum(room, 0)


def _build_flip(lever: str, changed: BundleRisks, row: int, change: int) -> RiskFlip:
    level, average = RISK_LEVELS[changed.level[row]], float(changed.average_per_day[row])
    value = int(getattr(changed, lever)[row])
    direction = "up" if change > 0 else "down"
    params: dict[str, Param] = {"change": abs(change), "value": value, "average": average, "level": level}
    return RiskFlip(lever, change, value, level, average, Message(f"flip.{lever}.{direction}", params))
