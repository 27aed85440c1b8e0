"""Differences between facts are the sums of their contributors, and every one of them has its cause."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from monitoring.domain.causes import Cause
from monitoring.domain.contributors import list_contributors
from monitoring.domain.diff import Diff, compare_facts
from monitoring.domain.facts import AccountRow, Facts, sum_metrics
from monitoring.domain.metrics import METRIC_NAMES
from planning_core.domain.facts import build_planning_facts
from planning_core.domain.portfolio import compute_classic_portfolio
from planning_core.tests.catalogue import TODAY, Catalogue, Policy, build_inputs
from planning_core.tests.strategies import catalogues

EVERYBODY = 10_000


def build_facts(shop: Catalogue, accounts: list[AccountRow] | None = None) -> Facts:
    return Facts(build_planning_facts(compute_classic_portfolio(build_inputs(shop))), accounts or [])


def make_shop(**changes: object) -> Catalogue:
    """Return one article sold as singles: 2 a day over 10 days, 40 to pack, 20 at Wildberries: 30 days of cover, ok.

    Ordered is what 60 days need beyond the stock at Wildberries: 120 - 20 = 100.
    """
    parts: dict[str, object] = {
        "policies": {1: Policy()},
        "skus": [(1, 1, 1, 1)],
        "balances": {(1, 1): 40},
        "recipes": [(1, 1, 1)],
        "listings": [(1, 1, 1, 1)],
        "sales": {(1, TODAY - day): 2 for day in range(10)},
        "wb_stock": {(1, 1): 20},
    }
    return Catalogue(**{**parts, **changes})  # type: ignore[arg-type]


def compare(before: Catalogue, after: Catalogue, metric: str) -> Diff:
    return compare_facts(build_facts(before), build_facts(after), metric=metric, top=EVERYBODY)


@settings(max_examples=60, deadline=None)
@given(catalogues(), catalogues())
def test_a_difference_is_the_sum_of_its_contributors(before: Catalogue, after: Catalogue) -> None:
    old, new = build_facts(before), build_facts(after)
    for metric in METRIC_NAMES:
        diff = compare_facts(old, new, metric=metric, top=EVERYBODY)
        assert (diff.before, diff.after) == (sum_metrics(old)[metric], sum_metrics(new)[metric])
        assert diff.explained == diff.delta == sum(one.delta for one in diff.contributors)
        assert diff.n_contributors == len(diff.contributors) == sum(cause.contributors for cause in diff.causes)
        assert sum(cause.delta for cause in diff.causes) == diff.delta
        assert all(one.causes for one in diff.contributors)


@settings(max_examples=30, deadline=None)
@given(catalogues())
def test_contributors_sum_up_to_the_metric(shop: Catalogue) -> None:
    facts = build_facts(shop, ACCOUNTS)
    for metric in METRIC_NAMES:
        assert sum(one.value for one in list_contributors(facts, metric=metric)) == sum_metrics(facts)[metric]


ACCOUNTS = [AccountRow("ms", 1, "Books", False, None), AccountRow("wb", 1, "Shop", True, None)]  # noqa: FBT003  (rows)


def test_equal_facts_do_not_differ() -> None:
    diff = compare(make_shop(), make_shop(), "risk_ok")
    assert (diff.delta, diff.n_contributors, diff.transitions, diff.causes) == (0, 0, [], [])


@pytest.mark.parametrize(
    ("changes", "level", "cause"),
    [
        ({"wb_stock": {(1, 1): 0}, "balances": {(1, 1): 10}}, "critical", Cause.STOCK_FELL),
        ({"wb_stock": {(1, 1): 400}}, "overstock", Cause.STOCK_ARRIVED),
        ({"sales": {(1, TODAY - day): 6 for day in range(10)}}, "warning", Cause.SALES_RATE_UP),
        ({"sales": {(1, TODAY): 1}}, "overstock", Cause.SALES_RATE_DOWN),
        ({"sales": {}}, "overstock", Cause.DATA_MISSING),
        ({"policies": {1: Policy(safety_stock_days=33)}}, "critical", Cause.THRESHOLD_CHANGED),
        ({"recipes": [(1, 1, 1), (1, 1, 2)]}, "warning", Cause.RECIPE_CHANGED),
        ({"listings": [(1, 2, 1, 1)]}, "overstock", Cause.MAPPING_CHANGED),
    ],
)
def test_a_change_of_level_has_the_cause_that_was_changed(changes: dict[str, object], level: str, cause: Cause) -> None:
    diff = compare(make_shop(), make_shop(**changes), f"risk_{level}")
    (contributor,) = diff.contributors
    assert (contributor.state_before, contributor.state_after, contributor.delta) == ("ok", level, 1)
    assert [(share.cause, share.alone, share.undone) for share in contributor.causes] == [(cause, 1, 1)]
    assert [(one.state_before, one.state_after, one.count) for one in diff.transitions] == [("ok", level, 1)]


def test_the_cause_that_suffices_comes_before_the_one_that_does_not() -> None:
    # the stock alone takes it to critical; the sales alone would have left it ok
    after = make_shop(wb_stock={}, balances={(1, 1): 4}, sales={(1, TODAY - day): 3 for day in range(10)})
    (contributor,) = compare(make_shop(), after, "risk_critical").contributors
    assert [share.cause for share in contributor.causes] == [Cause.STOCK_FELL]


def test_two_changes_that_only_together_suffice_are_both_named() -> None:
    # 60 bundles: 20 a day last 3 days with 60, 7.5 a day 8 days; 15 bundles at 2 a day 7.5: neither alone is critical
    after = make_shop(wb_stock={}, balances={(1, 1): 16}, sales={(1, TODAY - day): 4 for day in range(10)})
    (contributor,) = compare(make_shop(), after, "risk_critical").contributors
    assert {(share.cause, share.alone, share.undone) for share in contributor.causes} == {
        (Cause.STOCK_FELL, 0, 1),
        (Cause.SALES_RATE_UP, 0, 1),
    }


@pytest.mark.parametrize(
    ("changes", "delta", "cause"),
    [
        ({"wb_stock": {(1, 1): 5}}, 15, Cause.STOCK_FELL),
        ({"wb_stock": {(1, 1): 50}}, -30, Cause.STOCK_ARRIVED),
        ({"sales": {(1, TODAY - day): 3 for day in range(10)}}, 60, Cause.SALES_RATE_UP),
        ({"sales": {}}, -100, Cause.DATA_MISSING),
        ({"policies": {1: Policy(min_fabric_batch=7000)}}, 6900, Cause.THRESHOLD_CHANGED),
        ({"targets": {1: 30}}, -60, Cause.THRESHOLD_CHANGED),
        ({"color_minimums": {(1, 1): 500}}, 400, Cause.THRESHOLD_CHANGED),
        ({"listings": [(1, 1, 1, 1), (1, 2, 1, 1)], "wb_stock": {(1, 1): 20, (2, 1): 30}}, -30, Cause.MAPPING_CHANGED),
        ({"skus": []}, -100, Cause.ASSORTMENT_CHANGED),
        ({"policies": {1: Policy(is_active=False)}}, -100, Cause.ARTICLE_REMOVED),
    ],
)
def test_a_change_of_the_order_has_the_cause_that_was_changed(
    changes: dict[str, object], delta: int, cause: Cause
) -> None:
    diff = compare(make_shop(), make_shop(**changes), "total_final_order_qty")
    (contributor,) = diff.contributors
    assert contributor.delta == diff.delta == delta
    assert [(share.cause, share.alone, share.undone) for share in contributor.causes] == [(cause, delta, delta)]


def test_a_bundle_type_that_comes_with_a_recipe_is_told_from_a_new_article() -> None:
    with_second = make_shop(recipes=[(1, 1, 1), (1, 2, 1)])
    (new_bundle,) = compare(make_shop(), with_second, "risk_overstock").contributors
    assert [share.cause for share in new_bundle.causes] == [Cause.RECIPE_CHANGED]
    assert (new_bundle.state_before, new_bundle.state_after, new_bundle.details_before) == ("absent", "overstock", None)
    nothing = make_shop(policies={})
    (new_article,) = compare(nothing, make_shop(), "risk_ok").contributors
    assert [share.cause for share in new_article.causes] == [Cause.ARTICLE_ADDED]
    (gone,) = compare(make_shop(), nothing, "risk_ok").contributors
    assert [share.cause for share in gone.causes] == [Cause.ARTICLE_REMOVED]


def test_accounts_that_come_go_and_are_switched() -> None:
    off, on = (AccountRow("wb", 1, "Shop", is_active, None) for is_active in (False, True))
    other = AccountRow("wb", 2, "Second", True, None)  # noqa: FBT003  (a row)
    before, after = build_facts(make_shop(), [off]), build_facts(make_shop(), [on, other])
    diff = compare_facts(before, after, metric="wb_accounts_active", top=EVERYBODY)
    assert {(one.subject.account_id, one.causes[0].cause) for one in diff.contributors} == {  # type: ignore[union-attr]
        (1, Cause.ACCOUNT_SWITCHED_ON),
        (2, Cause.ACCOUNT_ADDED),
    }
    assert compare_facts(after, before, metric="wb_accounts_total", top=1).delta == -1


def test_a_result_that_changed_without_its_inputs_is_blamed_on_the_rule() -> None:
    before = build_facts(make_shop())
    other_rule = replace(before.planning.bundles, level=np.zeros_like(before.planning.bundles.level))
    after = Facts(replace(before.planning, bundles=other_rule), [])
    diff = compare_facts(before, after, metric="risk_critical", top=EVERYBODY)
    assert [cause.cause for cause in diff.causes] == [Cause.RULE_CHANGED]
