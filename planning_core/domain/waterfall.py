"""How an article's order comes about: steps from the forecast demand to the pieces ordered, and which one decided."""

from dataclasses import dataclass

import numpy as np

from planning_core.domain.article_plan import ArticlePlan, read_article_plan
from planning_core.domain.messages import Message
from planning_core.domain.portfolio import Portfolio
from planning_core.domain.reasons import CONSTRAINTS
from planning_core.domain.waterfall_messages import (
    explain_binding,
    explain_color_minimum,
    explain_color_minimums,
    explain_elastic_type,
    explain_floor,
    explain_forecast,
    explain_minimum,
    explain_scope,
    explain_split,
    explain_strictness,
)

ORDER_STEPS = (
    "strictness",
    "fabric_minimum",
    "elastic_minimum",
    "even_split",
    "color_minimums",
    "elastic_type_minimum",
)
"""The steps that only matter where something is ordered; the last two look at colours."""

COLOR_STEPS = ORDER_STEPS[-2:]

IDLE_ORDER_STEPS = [(code, 0, Message("waterfall.nothing", {})) for code in ORDER_STEPS]

NOTHING_ORDERED = "none"
"""Stands for the step that decided where nothing is ordered."""


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """What one rule adds or takes away.

    Added up as doubles in their order, the deltas give each total exactly; behind `whole_pieces` all are whole numbers.
    """

    code: str
    delta: float
    total: float
    """All deltas up to this one."""
    message: Message


@dataclass(frozen=True, slots=True)
class ColorQuantity:
    """How the quantity of one colour comes about."""

    color_id: int
    color_name: str
    split_qty: int
    """Its share of what is planned for the article."""
    color_min_batch: int | None
    with_color_min_qty: int
    """At least its minimum."""
    final_order_qty: int
    """With its part of what the elastic type's minimum adds."""
    binding_step: str
    """Code of the last step that raised it, `whole_pieces` if none did."""
    binding_message: Message
    limiting_constraint: str
    """What version 1 calls the constraint: it compares the minimums of the article with the single colour."""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """An article's order from its demand; the last step's total is the quantity."""

    final_order_qty: int
    binding_step: str
    """Code of the last step that raises the order, `whole_pieces` if none does, `none` if nothing is ordered."""
    binding_message: Message
    steps: list[WaterfallStep]
    colors: list[ColorQuantity]
    """Those that are ordered, by id."""


def build_waterfall(portfolio: Portfolio, row: int) -> Waterfall:
    """Return how the order of one article comes about.

    Args:
        portfolio: The result of a run.
        row: The article's place in it.
    """
    plan = read_article_plan(portfolio, row)
    steps = _list_steps(plan)
    binding = _find_binding_step(steps)
    return Waterfall(
        final_order_qty=plan.final,
        binding_step=binding,
        binding_message=explain_binding(binding, plan),
        steps=steps,
        colors=_list_colors(portfolio, row, plan, steps),
    )


def _list_steps(plan: ArticlePlan) -> list[WaterfallStep]:
    """Return the steps, always all of them and in this order."""
    missing = plan.forecast - plan.stock
    steps = [
        WaterfallStep("forecast", plan.forecast, plan.forecast, explain_forecast(plan)),
        WaterfallStep("wb_stock", -plan.stock, missing, Message("waterfall.wb_stock", {"stock": plan.stock})),
    ]
    for code, total, message in (
        ("floor_at_zero", max(missing, 0.0), explain_floor(missing)),
        ("whole_pieces", plan.deficit, Message("waterfall.whole_pieces", {"deficit": plan.deficit})),
        ("scope", plan.deficit if plan.final else 0, explain_scope(plan)),
        *(_list_order_totals(plan) if plan.final else IDLE_ORDER_STEPS),
    ):
        steps.append(WaterfallStep(code, total - steps[-1].total, total, message))
    return steps


def _list_order_totals(plan: ArticlePlan) -> list[tuple[str, int, Message]]:
    fabric = explain_minimum("fabric_minimum", plan.fabric_minimum, plan.proposed)
    elastic = explain_minimum("elastic_minimum", plan.elastic_minimum, plan.with_fabric_minimum)
    totals = (plan.proposed, plan.with_fabric_minimum, plan.planned, plan.planned, plan.with_color_minimums, plan.final)
    messages = (
        explain_strictness(plan),
        fabric,
        elastic,
        explain_split(plan),
        explain_color_minimums(plan),
        explain_elastic_type(plan),
    )
    return list(zip(ORDER_STEPS, totals, messages, strict=True))


def _find_binding_step(steps: list[WaterfallStep]) -> str:
    if not steps[-1].total:
        return NOTHING_ORDERED
    raising = [step.code for step in steps if step.code in ORDER_STEPS and step.delta > 0]
    return raising[-1] if raising else "whole_pieces"


def _list_colors(portfolio: Portfolio, row: int, plan: ArticlePlan, steps: list[WaterfallStep]) -> list[ColorQuantity]:
    before_split = _find_binding_step([step for step in steps if step.code not in COLOR_STEPS])
    rows = np.flatnonzero(portfolio.orders.colors.article == row).tolist()
    return [_build_color(portfolio, color, plan, before_split) for color in rows]


def _build_color(portfolio: Portfolio, row: int, plan: ArticlePlan, before_split: str) -> ColorQuantity:
    """Return one colour's quantity; what decided about the article before it was split decided about the colour too."""
    colors = portfolio.orders.colors
    color_id, minimum = int(colors.color_id[row]), int(colors.minimum[row])
    split, with_minimum, final = int(colors.split[row]), int(colors.with_minimum[row]), int(colors.quantity[row])
    binding = before_split
    if final > with_minimum:
        binding = "elastic_type_minimum"
    elif with_minimum > split:
        binding = "color_minimums"
    is_own = binding == "color_minimums"
    return ColorQuantity(
        color_id=color_id,
        color_name=portfolio.inputs.labels.color_codes.get(color_id, str(color_id)),
        split_qty=split,
        color_min_batch=minimum or None,
        with_color_min_qty=with_minimum,
        final_order_qty=final,
        binding_step=binding,
        binding_message=explain_color_minimum(minimum) if is_own else explain_binding(binding, plan),
        limiting_constraint=CONSTRAINTS[portfolio.reasons.constraint[row]],
    )
