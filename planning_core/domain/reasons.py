"""Order explanation of the classic policy: which rule decided the quantity of each colour."""

from dataclasses import dataclass

import numpy as np

from planning_core.domain.arrays import BoolArray, IntArray, sum_by_group
from planning_core.domain.demand import Demands
from planning_core.domain.inputs import PlanningInputs
from planning_core.domain.orders import Orders

CONSTRAINTS = ("fabric_min_batch", "elastic_min_batch", "color_min_batch", "strictness", "none")
"""A constraint in an array is its place here."""

FABRIC, ELASTIC, COLOR, STRICTNESS, NONE = range(5)


@dataclass(frozen=True, eq=False)
class OrderReasons:
    """One row per row of `ColorOrders`; shape (n_colors,)."""

    constraint: IntArray
    fabric_minimum: IntArray
    """0 without a positive one; so the two below."""
    elastic_minimum: IntArray
    """The larger one of the article's own elastic minimum and that of its elastic type."""
    color_minimum: IntArray
    total_available_before: IntArray
    """Stock at Wildberries and pieces on hand in all warehouses."""


def explain_orders(inputs: PlanningInputs, demands: Demands, orders: Orders) -> OrderReasons:
    """Return the reason of every colour's quantity."""
    articles, colors, plans = inputs.articles, orders.colors, orders.plans
    on_hand = sum_by_group(inputs.skus.article, inputs.skus.total_on_hand, len(articles.id))
    fabric = np.maximum(articles.min_fabric_batch, 0)[colors.article]
    elastic = np.maximum(np.maximum(articles.min_elastic_batch, 0), plans.elastic_type_minimum)[colors.article]
    is_strict = plans.factor[colors.article] != 1.0
    return OrderReasons(
        constraint=_choose_constraints(
            final=colors.quantity,
            proposed=plans.proposed[colors.article],
            minimums=np.stack([fabric, elastic, colors.minimum]),
            is_strict=is_strict,
        ),
        fabric_minimum=fabric,
        elastic_minimum=elastic,
        color_minimum=colors.minimum,
        total_available_before=(demands.stock + on_hand)[colors.article],
    )


def _choose_constraints(*, final: IntArray, proposed: IntArray, minimums: IntArray, is_strict: BoolArray) -> IntArray:
    """Return the limiting constraint of each colour.

    Args:
        final: Pieces ordered.
        proposed: Pieces of the whole article before minimums.
        minimums: Fabric, elastic and colour minimum, 0 for none, shape (3, n_colors).
        is_strict: Whether the strictness changes the deficit.
    """
    reached = np.where((minimums > 0) & (minimums <= final), minimums, 0)
    largest = reached.argmax(axis=0)  # the first on a tie
    size = np.take_along_axis(reached, largest[np.newaxis], axis=0)[0]
    decides = (size > 0) & (size >= proposed)
    otherwise = np.where(is_strict & (final >= proposed), STRICTNESS, NONE)
    return np.where(decides, largest, otherwise)
