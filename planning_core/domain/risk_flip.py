"""The smallest change of each input that gives a bundle type another risk level."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planning_core.domain.arrays import BoolArray, IntArray
from planning_core.domain.bundle_risk import RISK_LEVELS, BundleRisks, judge_bundles
from planning_core.domain.messages import Message, Param

LEVERS = ("wb_ready", "units", "safety_stock_days", "alert_threshold_days")
"""The inputs that can be changed, by their names in `BundleRisks`."""

MOVES = tuple((lever, sign) for lever in LEVERS for sign in (-1, 1))

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

    The level only ever moves one way while a lever does: more stock makes the cover longer, more sales make it
    shorter, a threshold has the cover on one side and then on the other. So halving finds the smallest change, of all
    levers and rows at once. Bundles are taken away until none is left, sales until none were sold, thresholds move
    between 0 and 3650 days. What gets no other level by that is left out.
    """
    trials = _Trials(risks)
    level = np.tile(risks.level, len(MOVES))
    change = find_first(lambda size: trials.judge(size).level != level, trials.find_largest())
    changed = trials.judge(change)
    flips: list[list[RiskFlip]] = [[] for _ in risks.level]
    for place in np.flatnonzero(change).tolist():
        move, row = divmod(place, len(risks.level))
        flips[row].append(_build_flip(MOVES[move], changed, place, int(change[place])))
    return flips


@dataclass(frozen=True, eq=False)
class _Trials:
    """All rows of the risks once per move: of the first move, then of the second one and so on."""

    risks: BundleRisks

    def judge(self, size: IntArray) -> BundleRisks:
        """Return the risks with every move made to a size, shape (n_moves x n_rows,)."""
        moved = {lever: self._unmoved[lever] + signs * size for lever, signs in self._signs.items()}
        return judge_bundles(**{**self._unmoved, **moved})

    @cached_property
    def _unmoved(self) -> dict[str, IntArray]:
        names = ("article", "bundle_type_id", *RULE_INPUTS)
        return {name: np.tile(getattr(self.risks, name), len(MOVES)) for name in names}

    @cached_property
    def _signs(self) -> dict[str, IntArray]:
        """Which way each lever goes in each place, 0 where another one is moved."""
        return {
            name: np.repeat([sign if lever == name else 0 for lever, sign in MOVES], len(self.risks.level))
            for name in LEVERS
        }

    def find_largest(self) -> IntArray:
        """Return how far each move can go."""
        return np.concatenate([self._find_room(lever, sign) for lever, sign in MOVES])

    def _find_room(self, lever: str, sign: int) -> IntArray:
        current: IntArray = getattr(self.risks, lever)
        if lever.endswith("_days"):
            room = current if sign < 0 else MOST_DAYS - current
        elif sign > 0:
            room = np.full_like(current, LARGEST_CHANGE)
        else:
            room = self.risks.total_available if lever == "wb_ready" else current
        return np.maximum(room, 0)


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


def _build_flip(move: tuple[str, int], changed: BundleRisks, place: int, size: int) -> RiskFlip:
    lever, sign = move
    level, average = RISK_LEVELS[changed.level[place]], float(changed.average_per_day[place])
    value = int(getattr(changed, lever)[place])
    direction = "up" if sign > 0 else "down"
    if lever == "units" and not changed.window_days[place]:
        direction = "first"
    params: dict[str, Param] = {"change": size, "value": value, "average": average, "level": level}
    return RiskFlip(lever, sign * size, value, level, average, Message(f"flip.{lever}.{direction}", params))
