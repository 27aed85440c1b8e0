"""The facts of a run replay to its results, and their digests tell what changed."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from planning_core.domain.bundle_risk import RISK_LEVELS
from planning_core.domain.digests import digest_groups, digest_rows
from planning_core.domain.fact_hashes import hash_facts, hash_settings
from planning_core.domain.facts import PlanningFacts, build_planning_facts
from planning_core.domain.portfolio import Portfolio, compute_classic_portfolio
from planning_core.domain.replay import replay_facts
from planning_core.tests.catalogue import Catalogue, Policy, build_inputs
from planning_core.tests.strategies import catalogues

EXAMPLES = settings(max_examples=100, deadline=None)


def run(catalogue: Catalogue) -> tuple[Portfolio, PlanningFacts]:
    """Return the run of the active articles and its facts."""
    portfolio = compute_classic_portfolio(build_inputs(catalogue))
    return portfolio, build_planning_facts(portfolio)


@EXAMPLES
@given(catalogues())
def test_facts_sum_up_to_the_totals_of_the_run(catalogue: Catalogue) -> None:
    portfolio, facts = run(catalogue)
    counts = np.bincount(facts.bundles.level, minlength=len(RISK_LEVELS)).tolist()
    assert dict(zip(RISK_LEVELS, counts, strict=True)) == portfolio.risk_counts
    assert sum(facts.orders.final_quantity.tolist()) == portfolio.total_final_order_qty
    assert int(np.count_nonzero(facts.orders.final_quantity)) == portfolio.articles_with_orders


@EXAMPLES
@given(catalogues())
def test_replaying_the_inputs_gives_the_results(catalogue: Catalogue) -> None:
    _, facts = run(catalogue)
    forgotten = replace(
        facts,
        bundles=replace(facts.bundles, level=np.full_like(facts.bundles.level, -7)),
        orders=replace(
            facts.orders,
            deficit=np.full_like(facts.orders.deficit, -7),
            proposed=np.full_like(facts.orders.proposed, -7),
            final_quantity=np.full_like(facts.orders.final_quantity, -7),
            constraint=np.full_like(facts.orders.constraint, -7),
        ),
    )
    assert hash_facts(replay_facts(forgotten)) == hash_facts(facts)


def small_shop(**changes: object) -> Catalogue:
    """Return one article: two colours in two sizes, one bundle of both, one code."""
    parts: dict[str, object] = {
        "policies": {1: Policy()},
        "skus": [(1, 1, 1, 1), (2, 1, 1, 2), (3, 1, 2, 1), (4, 1, 2, 2)],
        "balances": {(1, 1): 5, (2, 1): 5, (3, 1): 5, (4, 1): 5},
        "recipes": [(1, 1, 1), (1, 1, 2)],
        "listings": [(1, 1, 1, 1)],
    }
    return Catalogue(**{**parts, **changes})  # type: ignore[arg-type]


def test_a_new_colour_in_the_recipe_changes_only_the_recipes_digest() -> None:
    before, after = run(small_shop())[1], run(small_shop(recipes=[(1, 1, 1)]))[1]
    assert before.bundles.recipe_digest != after.bundles.recipe_digest
    assert before.bundles.mapping_digest == after.bundles.mapping_digest
    assert before.policies.digest == after.policies.digest


def test_a_new_listing_changes_the_mapping_of_bundle_and_article() -> None:
    before, after = run(small_shop())[1], run(small_shop(listings=[(1, 1, 1, 1), (1, 2, 1, 2)]))[1]
    assert before.bundles.mapping_digest != after.bundles.mapping_digest
    assert before.orders.mapping_digest != after.orders.mapping_digest
    assert before.bundles.recipe_digest == after.bundles.recipe_digest


def test_every_setting_changes_the_policys_digest_and_the_settings_hash() -> None:
    portfolio, facts = run(small_shop())
    shops = [
        small_shop(policies={1: Policy(strictness=1.5)}),
        small_shop(policies={1: Policy(min_fabric_batch=100)}),
        small_shop(policies={1: Policy(min_elastic_batch=100)}),
        small_shop(targets={1: 33}),
        small_shop(color_minimums={(1, 2): 50}),
        small_shop(elastic_minimums=[(1, 1, 1, 50)]),
    ]
    for shop in shops:
        other_portfolio, other = run(shop)
        assert other.policies.digest != facts.policies.digest
        assert hash_settings(other_portfolio.inputs) != hash_settings(portfolio.inputs)


def test_stock_is_no_setting() -> None:
    before, after = run(small_shop())[0], run(small_shop(balances={}))[0]
    assert hash_settings(before.inputs) == hash_settings(after.inputs)


def test_digests_of_many_rows_differ() -> None:
    size = 100_000
    rows = digest_rows(np.arange(size), np.arange(size)[::-1].copy())
    assert len(set(rows.tolist())) == size
    assert len(set(digest_groups(np.arange(size) // 2, rows, size // 2).tolist())) == size // 2


def test_digests_never_change() -> None:
    # they are stored: with another number for the same row everything would look changed
    digests = digest_rows(np.array([1, -1]), np.array([0, 2**62])).tolist()
    assert digests == [7434303198761161278, 6688215125496396242]
