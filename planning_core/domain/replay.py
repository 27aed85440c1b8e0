"""Replaying a run from its facts, through the code that made it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from planning_core.domain.arrays import IntArray, sum_by_group
from planning_core.domain.bundle_risk import judge_bundles
from planning_core.domain.demand import judge_demands
from planning_core.domain.facts import BundleFacts, OrderFacts, PlanningFacts, PolicyFacts, find_constraints
from planning_core.domain.inputs import (
    NO_ID,
    OBSERVATION_DAYS,
    Articles,
    ColorMinimums,
    ElasticMinimums,
    Labels,
    Listings,
    PlanningInputs,
    Recipes,
    Sales,
    Skus,
    WbSkus,
)
from planning_core.domain.orders import compute_orders
from planning_core.domain.reasons import explain_orders

RISK_INPUTS = ("wb_ready", "potential", "units", "window_days", "safety_stock_days", "alert_threshold_days")


def replay_facts(facts: PlanningFacts) -> PlanningFacts:
    """Return the facts with every result computed anew from the inputs."""
    return replace(facts, bundles=replay_bundles(facts.bundles), orders=replay_orders(facts.orders, facts.policies))


def replay_bundles(facts: BundleFacts, **changed: IntArray) -> BundleFacts:
    """Return bundle facts with the risk level computed anew.

    Args:
        facts: The inputs.
        changed: Inputs to be replaced first, by name; each has one value per row.
    """
    facts = replace(facts, **changed)
    inputs: Mapping[str, IntArray] = {name: getattr(facts, name) for name in RISK_INPUTS}
    risks = judge_bundles(article=facts.article_id, bundle_type_id=facts.bundle_type_id, **inputs)
    return replace(facts, level=risks.level)


def replay_orders(facts: OrderFacts, policies: PolicyFacts, **changed: IntArray) -> OrderFacts:
    """Return order facts with deficit, proposed and final quantity and constraint computed anew.

    Args:
        facts: The inputs, of the same articles as the policies.
        policies: What people set.
        changed: Inputs of `facts` to be replaced first, by name; each has one value per row.
    """
    facts = replace(facts, **changed)
    demands = judge_demands(
        units=facts.units,
        days=facts.sales_days,
        wb_skus=np.zeros_like(facts.units),
        horizon_days=policies.target_coverage_days,
        stock=facts.wb_stock,
        window_days=OBSERVATION_DAYS,
    )
    inputs = _rebuild_inputs(policies)
    orders = compute_orders(inputs, demands)
    count = len(facts.article_id)
    return replace(
        facts,
        deficit=demands.deficit,
        proposed=orders.plans.proposed,
        final_quantity=sum_by_group(orders.colors.article, orders.colors.quantity, count),
        constraint=find_constraints(orders, explain_orders(inputs, demands, orders), count),
    )


_NONE: IntArray = np.zeros(0, dtype=np.int64)
_NO_SALES = Sales(
    last_day=_NONE,
    recent_units=np.zeros((0, OBSERVATION_DAYS), dtype=np.int64),
    recent_days=_NONE,
    window_units=_NONE,
    window_days=np.zeros((0, 1), dtype=np.uint8),
)
_NO_LABELS = Labels(bundle_type_names={}, color_codes={}, size_labels={}, elastic_type_names={})


def _rebuild_inputs(policies: PolicyFacts) -> PlanningInputs:
    """Return inputs that make the orders of the policies, given their demand; what orders do not read is empty."""
    count = len(policies.article_id)
    nothing = np.zeros(count, dtype=np.int64)
    all_true = np.ones(count, dtype=np.bool_)
    has_elastic = np.flatnonzero(policies.elastic_type_id != NO_ID)
    return PlanningInputs(
        target_day=1,
        window_days=OBSERVATION_DAYS,
        default_target_coverage_days=None,
        has_packing_warehouse=False,
        articles=Articles(
            id=policies.article_id,
            code=policies.code,
            has_settings=all_true,  # facts are those of articles in planning
            is_active=all_true,
            safety_stock_days=nothing,
            alert_threshold_days=nothing,
            min_fabric_batch=policies.min_fabric_batch,
            min_elastic_batch=policies.min_elastic_batch,
            strictness=policies.strictness,
            has_target_coverage=all_true,
            target_coverage_days=policies.target_coverage_days,
        ),
        skus=_rebuild_skus(policies),
        listings=Listings(_NONE, _NONE, _NONE, _NONE),
        wb_skus=WbSkus(id=_NONE, stock=_NONE, sales=_NO_SALES),
        recipes=Recipes(_NONE, _NONE, _NONE),
        color_minimums=ColorMinimums(policies.color_article, policies.color_id, policies.color_minimum),
        elastic_minimums=ElasticMinimums(
            has_elastic, policies.elastic_type_id[has_elastic], policies.elastic_type_minimum[has_elastic]
        ),
        labels=_NO_LABELS,
    )


def _rebuild_skus(policies: PolicyFacts) -> Skus:
    """Return SKUs numbered in the order of the facts; only that counts for an order, and nothing is on hand."""
    place = np.arange(len(policies.sku_article), dtype=np.int64)
    nothing = np.zeros_like(place)
    return Skus(
        id=place,
        article=policies.sku_article,
        color_id=policies.sku_color_id,
        size_id=nothing,
        size_order=nothing,
        packing_on_hand=nothing,
        internal_on_hand=nothing,
        has_internal_balance=np.zeros(len(place), dtype=np.bool_),
        total_on_hand=nothing,
    )
