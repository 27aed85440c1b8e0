"""Order proposals and their reasons, number by number."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_core.domain.arrays import find_group_starts, split_evenly
from planning_core.domain.demand import QUANTITY_LIMIT
from planning_core.domain.portfolio import Portfolio, compute_classic_portfolio
from planning_core.tests.catalogue import NSK, OFFICE, TODAY, Catalogue, Policy, build_inputs

Rows = dict[str, Any]


def shop(deficit: int, policy: Policy | None = None, **rows: Any) -> Catalogue:
    """Return an article of two colours in two sizes that misses `deficit` pieces over a horizon of one day."""
    catalogue = Catalogue(
        policies={1: policy or Policy()},
        targets={1: 1},
        skus=[(11, 1, 1, 1), (12, 1, 1, 2), (21, 1, 2, 1), (22, 1, 2, 2)],
        size_orders={1: 20, 2: 10},
        listings=[(1, 1, 1, 1)],
        sales={(1, TODAY): deficit},
    )
    for name, value in rows.items():
        setattr(catalogue, name, value)
    return catalogue


def run(catalogue: Catalogue) -> Portfolio:
    return compute_classic_portfolio(build_inputs(catalogue))


def order(catalogue: Catalogue) -> dict[int, int]:
    portfolio = run(catalogue)
    lines = portfolio.orders.lines
    return dict(zip(portfolio.inputs.skus.id[lines.sku].tolist(), lines.quantity.tolist(), strict=True))


def limits(catalogue: Catalogue) -> list[tuple[int, str]]:
    [explanation] = run(catalogue).order_explanations
    return [(reason.final_order_qty, reason.limiting_constraint) for reason in explanation.reasons]


def test_a_remainder_goes_to_the_first_sizes_then_the_lowest_skus() -> None:
    # 7 over 12, 22, 11, 21 (size order, SKU id): 2 2 2 1; colours 4 and 3; each again over its sizes
    assert order(shop(7)) == {12: 2, 11: 2, 22: 2, 21: 1}


def test_sizes_of_one_sort_order_come_by_sku() -> None:
    catalogue = shop(3, skus=[(12, 1, 1, 1), (11, 1, 1, 2)], size_orders={1: 5, 2: 5})
    assert order(catalogue) == {11: 2, 12: 1}


def test_fewer_pieces_than_skus_leave_some_out() -> None:
    assert order(shop(2)) == {12: 1, 22: 1}


def test_strictness_multiplies_and_truncates_but_never_below_the_deficit() -> None:
    for strictness, total in ((1.15, 114), (2.0, 200), (0.5, 100), (0.0, 100), (-3.0, 100), (1.0000001, 100)):
        assert sum(order(shop(100, Policy(strictness=strictness))).values()) == total


@pytest.mark.parametrize(("strictness", "adjusted"), [(0.0, 100.0), (-1.0, 100.0), (0.5, 50.0), (1.5, 150.0)])
def test_a_strictness_that_is_not_positive_counts_as_one(strictness: float, adjusted: float) -> None:
    [explanation] = run(shop(100, Policy(strictness=strictness))).order_explanations
    assert {reason.adjusted_deficit for reason in explanation.reasons} == {adjusted}
    assert {reason.strictness for reason in explanation.reasons} == {strictness}


def test_the_articles_minimums_raise_the_plan() -> None:
    assert sum(order(shop(10, Policy(min_fabric_batch=300, min_elastic_batch=-7))).values()) == 300
    assert sum(order(shop(10, Policy(min_fabric_batch=300, min_elastic_batch=500))).values()) == 500


def test_no_deficit_orders_nothing_whatever_the_minimums() -> None:
    assert order(shop(0, Policy(min_fabric_batch=300), color_minimums={(1, 1): 50})) == {}


def test_inactive_articles_and_those_without_settings_order_nothing() -> None:
    catalogue = shop(10)
    for policy in (Policy(is_active=False), None):
        catalogue.policies = {1: policy}
        portfolio = compute_classic_portfolio(build_inputs(catalogue, article_ids=[1]))
        assert portfolio.total_final_order_qty == 0
        assert [explanation.reasons for explanation in portfolio.order_explanations] == [[]]


def test_a_color_below_its_minimum_is_raised_even_from_zero() -> None:
    catalogue = shop(1, color_minimums={(1, 1): 0, (1, 2): 9, (1, 3): 500})
    assert order(catalogue) == {12: 1, 22: 5, 21: 4}


def test_the_elastic_gap_is_shared_in_proportion_and_rounding_goes_to_the_lowest_colors() -> None:
    # 3 pieces: colours 2 and 1; gap 8: int(8 x 2/3) = 5, int(8 x 1/3) = 2, one left over for colour 1
    catalogue = shop(3, elastic_minimums=[(1, 1, 5, 11), (2, 1, 6, 4)])
    assert order(catalogue) == {12: 4, 11: 4, 22: 2, 21: 1}


def test_shares_are_taken_in_double_precision() -> None:
    # colours 3 and 7, gap 90: 90 x (7 / 10) is 62.99..., so colour 2 gets 62 and colour 1 the piece left over
    catalogue = shop(6, color_minimums={(1, 2): 7}, elastic_minimums=[(1, 1, 5, 100)])
    assert run(catalogue).orders.colors.quantity.tolist() == [3 + 27 + 1, 7 + 62]


def test_an_endless_strictness_ends_at_the_limit() -> None:
    portfolio = run(shop(1000, Policy(strictness=1e306)))
    assert portfolio.total_final_order_qty == QUANTITY_LIMIT
    assert portfolio.orders.plans.adjusted_deficit.tolist() == [float(QUANTITY_LIMIT)]


def test_the_largest_minimum_that_was_reached_is_the_constraint() -> None:
    assert limits(shop(10, Policy(min_fabric_batch=300))) == [(150, "none"), (150, "none")]
    single: Rows = {"skus": [(11, 1, 1, 1)]}
    assert limits(shop(10, Policy(min_fabric_batch=300), **single)) == [(300, "fabric_min_batch")]
    assert limits(shop(10, Policy(min_elastic_batch=300), **single)) == [(300, "elastic_min_batch")]
    assert limits(shop(10, color_minimums={(1, 1): 300}, **single)) == [(300, "color_min_batch")]


def test_equal_minimums_name_fabric_then_elastic() -> None:
    single: Rows = {"skus": [(11, 1, 1, 1)], "color_minimums": {(1, 1): 300}}
    assert limits(shop(10, Policy(min_fabric_batch=300, min_elastic_batch=300), **single)) == [
        (300, "fabric_min_batch")
    ]
    assert limits(shop(10, Policy(min_elastic_batch=300), **single)) == [(300, "elastic_min_batch")]


def test_strictness_is_the_constraint_when_no_minimum_reaches_the_proposal() -> None:
    single: Rows = {"skus": [(11, 1, 1, 1)]}
    assert limits(shop(100, Policy(strictness=1.5, min_fabric_batch=20), **single)) == [(150, "strictness")]
    assert limits(shop(100, Policy(strictness=0.5), **single)) == [(100, "strictness")]
    assert limits(shop(100, Policy(strictness=-2.0), **single)) == [(100, "none")]
    assert limits(shop(100, Policy(strictness=1.5))) == [(75, "none"), (75, "none")]


def test_a_reason_carries_everything_that_went_into_it() -> None:
    catalogue = shop(
        100,
        Policy(strictness=1.15, min_elastic_batch=40),
        skus=[(11, 1, 1, 1)],
        balances={(11, NSK): -5, (11, OFFICE): 30},
        wb_stock={(1, 1): -20},
        elastic_minimums=[(2, 1, 8, 90), (1, 1, 9, 90), (3, 1, 7, 0)],
    )
    [explanation] = run(catalogue).order_explanations
    [reason] = explanation.reasons
    assert (reason.base_deficit, reason.strictness, reason.adjusted_deficit) == (120, 1.15, 138.0)
    assert (reason.proposed_qty, reason.final_order_qty, reason.forecast_horizon_days) == (138, 138, 1)
    assert (reason.min_fabric_batch, reason.min_elastic_batch, reason.color_min_batch) == (None, 90, None)
    assert reason.elastic_type_id == 9  # the first row on a tie
    assert reason.total_available_before == 5


@pytest.mark.parametrize(("quantity", "elastic_type_id"), [(1, 9), (0, None), (-5, None)])
def test_only_a_positive_minimum_names_its_elastic(quantity: int, elastic_type_id: int | None) -> None:
    [explanation] = run(shop(8, elastic_minimums=[(1, 1, 9, quantity)])).order_explanations
    assert {reason.elastic_type_id for reason in explanation.reasons} == {elastic_type_id}


def test_health_shows_the_worst_bundle_type_and_the_most_frequent_constraint() -> None:
    catalogue = shop(100, Policy(strictness=1.5), skus=[(11, 1, 1, 1), (21, 1, 2, 1)])
    catalogue.listings += [(1, 2, 3, 1), (1, 3, 2, 1)]
    catalogue.sales |= {(2, TODAY): 1, (3, TODAY): 1}
    catalogue.color_minimums = {(1, 1): 153}
    [health] = run(catalogue).health
    assert (health.worst_risk_level, health.worst_risk_bundle_type_id, health.days_of_cover) == ("critical", 1, 0.0)
    assert (health.has_critical, health.has_warning) == (True, False)
    assert (health.total_final_order_qty, health.dominant_limiting_constraint) == (153 + 76, "color_min_batch")


def test_health_without_bundle_types_is_empty_but_orders() -> None:
    [health] = run(shop(8, listings=[(1, 1, None, 1)])).health
    assert (health.worst_risk_level, health.avg_daily_sales, health.days_of_cover) == (None, None, None)
    assert (health.total_final_order_qty, health.dominant_limiting_constraint) == (8, "none")


@given(st.lists(st.tuples(st.integers(0, 10**15), st.integers(1, 9)), max_size=8))
def test_a_split_is_even_and_sums_to_its_total(groups: list[tuple[int, int]]) -> None:
    sizes = np.array([size for _, size in groups], dtype=np.int64)
    rows = np.repeat(np.arange(len(groups)), sizes)
    shares = split_evenly(np.array([total for total, _ in groups], dtype=np.int64), find_group_starts(rows), len(rows))
    for number, (total, _) in enumerate(groups):
        own = shares[rows == number].tolist()
        assert sum(own) == total
        assert own == sorted(own, reverse=True)
        assert own[0] - own[-1] <= 1
