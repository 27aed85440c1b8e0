"""Why a number of the facts changed: the rule is replayed with one input changed at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from planning_core.domain.arrays import BoolArray, FloatArray, IntArray
from planning_core.domain.facts import BundleFacts, OrderFacts, PolicyFacts
from planning_core.domain.inputs import OBSERVATION_DAYS
from planning_core.domain.replay import replay_bundles, replay_orders


class Cause(StrEnum):
    """What changed."""

    SALES_RATE_UP = "sales_rate_up"
    SALES_RATE_DOWN = "sales_rate_down"
    DATA_MISSING = "data_missing"
    STOCK_FELL = "stock_fell"
    STOCK_ARRIVED = "stock_arrived"
    THRESHOLD_CHANGED = "threshold_changed"
    RECIPE_CHANGED = "recipe_changed"
    MAPPING_CHANGED = "mapping_changed"
    ASSORTMENT_CHANGED = "assortment_changed"
    ARTICLE_ADDED = "article_added"
    ARTICLE_REMOVED = "article_removed"
    RULE_CHANGED = "rule_changed"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_REMOVED = "account_removed"
    ACCOUNT_SWITCHED_ON = "account_switched_on"
    ACCOUNT_SWITCHED_OFF = "account_switched_off"


CAUSES = tuple(Cause)
"""A cause in an array is its place here."""

PLACE = {cause: place for place, cause in enumerate(CAUSES)}


@dataclass(frozen=True, slots=True)
class CauseShare:
    """One cause of a contributor's change.

    Attributes:
        cause: What changed.
        alone: Change of the contributor's number if nothing else had changed.
        undone: Change that would have been spared if this had not changed, all else as it is.
    """

    cause: Cause
    alone: int
    undone: int


@dataclass(frozen=True, eq=False)
class _Input:
    """An input of a rule, per row: whether it changed, how to call that, and what it does."""

    is_changed: BoolArray
    cause: IntArray
    alone: IntArray
    undone: IntArray


Value = Callable[[BundleFacts], IntArray]


def find_bundle_causes(before: BundleFacts, after: BundleFacts, value: Value) -> list[tuple[CauseShare, ...]]:
    """Return why the numbers of bundles changed.

    Args:
        before: The earlier facts.
        after: The later facts of the same bundles, row by row.
        value: The number of each row that is to be explained.

    Returns:
        The causes of each row, at least one, the most telling one first.
    """
    names = ("wb_ready", "potential", "units", "window_days", "safety_stock_days", "alert_threshold_days")
    mapped = before.mapping_digest != after.mapping_digest
    mixed = before.recipe_digest != after.recipe_digest
    # Another mapping or recipe brings its own stock and sales: those did not move by themselves.
    own = {
        Cause.MAPPING_CHANGED: {"wb_ready": mapped, "units": mapped, "window_days": mapped},
        Cause.RECIPE_CHANGED: {"potential": mixed},
        Cause.STOCK_FELL: {"wb_ready": ~mapped, "potential": ~mixed},
        Cause.SALES_RATE_DOWN: {"units": ~mapped, "window_days": ~mapped},
        Cause.THRESHOLD_CHANGED: dict.fromkeys(("safety_stock_days", "alert_threshold_days"), np.True_),
    }
    columns = {name: (getattr(before, name), getattr(after, name)) for name in names}
    start, end = value(before), value(after)
    inputs = []
    for kind, masks in own.items():
        forward = {name: np.where(mask, columns[name][1], columns[name][0]) for name, mask in masks.items()}
        backward = {name: np.where(mask, columns[name][0], columns[name][1]) for name, mask in masks.items()}
        inputs.append(
            _Input(
                is_changed=np.any([forward[name] != columns[name][0] for name in masks], axis=0),
                cause=_name_bundle_cause(kind, before, after),
                alone=value(replay_bundles(before, **forward)) - start,
                undone=end - value(replay_bundles(after, **backward)),
            )
        )
    return _rank(inputs, end - start)


def find_order_causes(
    before: tuple[OrderFacts, PolicyFacts],
    after: tuple[OrderFacts, PolicyFacts],
    value: Callable[[OrderFacts], IntArray],
) -> list[tuple[CauseShare, ...]]:
    """Return why the numbers of orders changed.

    Args:
        before: The earlier facts.
        after: The later facts of the same articles, row by row.
        value: The number of each row that is to be explained.

    Returns:
        The causes of each row, at least one, the most telling one first.
    """
    (orders, policies), (new_orders, new_policies) = before, after
    start, end = value(orders), value(new_orders)
    mapped = orders.mapping_digest != new_orders.mapping_digest
    own: Mapping[Cause, Mapping[str, BoolArray]] = {
        Cause.MAPPING_CHANGED: dict.fromkeys(("units", "sales_days", "wb_stock"), mapped),
        Cause.STOCK_FELL: {"wb_stock": ~mapped},
        Cause.SALES_RATE_DOWN: dict.fromkeys(("units", "sales_days"), ~mapped),
    }
    inputs = []
    for kind, masks in own.items():
        old = {name: getattr(orders, name) for name in masks}
        new = {name: getattr(new_orders, name) for name in masks}
        forward = {name: np.where(mask, new[name], old[name]) for name, mask in masks.items()}
        backward = {name: np.where(mask, old[name], new[name]) for name, mask in masks.items()}
        inputs.append(
            _Input(
                is_changed=np.any([forward[name] != old[name] for name in masks], axis=0),
                cause=_name_order_cause(kind, orders, new_orders),
                alone=value(replay_orders(orders, policies, **forward)) - start,
                undone=end - value(replay_orders(new_orders, new_policies, **backward)),
            )
        )
    inputs.append(
        _Input(
            is_changed=policies.digest != new_policies.digest,
            cause=_name_policy_cause(policies, new_policies),
            alone=value(replay_orders(orders, new_policies)) - start,
            undone=end - value(replay_orders(new_orders, policies)),
        )
    )
    return _rank(inputs, end - start)


def _rank(inputs: Sequence[_Input], delta: IntArray) -> list[tuple[CauseShare, ...]]:
    """Return each row's causes: those that explain all of it alone, then those it would not have happened without."""
    shares = [
        list(zip(*(column.tolist() for column in (one.is_changed, one.cause, one.alone, one.undone)), strict=True))
        for one in inputs
    ]
    ranked = []
    for row, change in enumerate(delta.tolist()):
        causes = [
            CauseShare(CAUSES[cause], alone, undone)
            for is_changed, cause, alone, undone in (share[row] for share in shares)
            if is_changed
        ]
        # no input changed and yet the result did: the code that computed it is another
        causes = causes or [CauseShare(Cause.RULE_CHANGED, change, change)]
        telling = [share for share in causes if share.alone or share.undone] or causes
        ranked.append(tuple(sorted(telling, key=lambda share: _measure_distance(share, change))))
    return ranked


def _measure_distance(share: CauseShare, change: int) -> tuple[int, int]:
    return abs(change - share.alone), abs(change - share.undone)


def _name_bundle_cause(kind: Cause, before: BundleFacts, after: BundleFacts) -> IntArray:
    count = len(before.level)
    if kind is Cause.STOCK_FELL:
        change = after.wb_ready + after.potential - before.wb_ready - before.potential
        return np.where(change < 0, PLACE[Cause.STOCK_FELL], PLACE[Cause.STOCK_ARRIVED])
    if kind is Cause.SALES_RATE_DOWN:
        rates = (facts.units / np.maximum(facts.window_days, 1) for facts in (before, after))
        return _name_sales_cause(*rates, is_missing=(before.window_days > 0) & (after.window_days == 0))
    return np.full(count, PLACE[kind], dtype=np.int64)


def _name_order_cause(kind: Cause, before: OrderFacts, after: OrderFacts) -> IntArray:
    if kind is Cause.STOCK_FELL:
        return np.where(after.wb_stock < before.wb_stock, PLACE[Cause.STOCK_FELL], PLACE[Cause.STOCK_ARRIVED])
    if kind is Cause.SALES_RATE_DOWN:
        rates = (facts.units / np.clip(facts.sales_days, 1, OBSERVATION_DAYS) for facts in (before, after))
        return _name_sales_cause(*rates, is_missing=(before.sales_days > 0) & (after.sales_days == 0))
    return np.full(len(before.units), PLACE[kind], dtype=np.int64)


def _name_sales_cause(before: FloatArray, after: FloatArray, *, is_missing: BoolArray) -> IntArray:
    moved = np.where(after < before, PLACE[Cause.SALES_RATE_DOWN], PLACE[Cause.SALES_RATE_UP])
    return np.where(is_missing, PLACE[Cause.DATA_MISSING], moved)


def _name_policy_cause(before: PolicyFacts, after: PolicyFacts) -> IntArray:
    """Return whether a setting changed, or else the SKUs that an order is split over."""
    is_set = before.settings_digest != after.settings_digest
    return np.where(is_set, PLACE[Cause.THRESHOLD_CHANGED], PLACE[Cause.ASSORTMENT_CHANGED])
