"""The vectorised classic policy gives what the text of metrics version 1 says, over random shops."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planning_core.domain.portfolio import Portfolio, compute_classic_portfolio
from planning_core.domain.risk_entries import BundleRiskEntry
from planning_core.tests.catalogue import TODAY, Catalogue, build_inputs
from planning_core.tests.classic_oracle import Oracle
from planning_core.tests.strategies import catalogues

EXAMPLES = settings(max_examples=60, deadline=None)


def run(catalogue: Catalogue, article_ids: list[int] | None = None) -> tuple[Portfolio, Oracle]:
    portfolio = compute_classic_portfolio(build_inputs(catalogue, article_ids=article_ids))
    return portfolio, Oracle(catalogue, TODAY, portfolio.inputs.articles.id.tolist())


def describe(entry: BundleRiskEntry) -> tuple[Any, ...]:
    return (
        entry.article_id,
        entry.bundle_type_id,
        entry.wb_ready_bundles,
        entry.potential_bundles_from_singles,
        entry.total_available_bundles,
        entry.avg_daily_sales,
        entry.days_of_cover,
        entry.risk_level,
    )


@EXAMPLES
@given(catalogues())
def test_bundle_risk_is_what_the_rules_say(catalogue: Catalogue) -> None:
    portfolio, oracle = run(catalogue, article_ids=[1, 2, 3])
    assert [describe(entry) for entry in portfolio.entries] == oracle.bundle_risk()


@EXAMPLES
@given(catalogues(), st.integers(TODAY - 70, TODAY + 70))
def test_demand_is_what_the_rules_say(catalogue: Catalogue, target_day: int) -> None:
    portfolio = compute_classic_portfolio(build_inputs(catalogue, target_day=target_day))
    ids, demands = portfolio.inputs.articles.id.tolist(), portfolio.demands
    oracle = Oracle(catalogue, target_day, ids)
    assert [
        {
            "average": demands.average_per_day[row],
            "horizon": demands.horizon_days[row],
            "forecast": demands.forecast[row],
            "stock": demands.stock[row],
            "coverage": demands.coverage_days[row],
            "deficit": demands.deficit[row],
        }
        for row in range(len(ids))
    ] == [oracle.demand(article) for article in ids]


@EXAMPLES
@given(catalogues())
def test_order_lines_are_what_the_rules_say(catalogue: Catalogue) -> None:
    portfolio, oracle = run(catalogue)
    lines = portfolio.orders.lines
    got = dict(zip(portfolio.inputs.skus.id[lines.sku].tolist(), lines.quantity.tolist(), strict=True))
    assert got == {sku: pieces for article in oracle.article_ids for sku, pieces in oracle.order(article).items()}


@EXAMPLES
@given(catalogues())
def test_reasons_are_what_the_rules_say(catalogue: Catalogue) -> None:
    portfolio, oracle = run(catalogue, article_ids=[1, 2, 3, 4])
    for explanation in portfolio.order_explanations:
        wanted = oracle.reasons(explanation.article_id)
        assert [
            {name: getattr(reason, name) for name in want}
            for reason, want in zip(explanation.reasons, wanted, strict=True)
        ] == wanted


@EXAMPLES
@given(catalogues())
def test_totals_are_the_sums_of_the_rows(catalogue: Catalogue) -> None:
    portfolio, _ = run(catalogue)
    levels = [entry.risk_level for entry in portfolio.entries]
    assert portfolio.risk_counts == {level: levels.count(level) for level in portfolio.risk_counts}
    finals = [sum(reason.final_order_qty for reason in item.reasons) for item in portfolio.order_explanations]
    assert portfolio.total_final_order_qty == sum(finals) == int(portfolio.orders.lines.quantity.sum())
    assert portfolio.articles_with_orders == sum(1 for pieces in finals if pieces)


@EXAMPLES
@given(catalogues(), st.integers(1, 12))
def test_risk_focus_is_the_most_urgent_first(catalogue: Catalogue, limit: int) -> None:
    portfolio, _ = run(catalogue)
    order = ["critical", "warning", "no_data", "ok", "overstock"]
    wanted = sorted(portfolio.entries, key=lambda e: (order.index(e.risk_level), e.article_id, e.bundle_type_id))
    got = [(e.article_id, e.bundle_type_id) for e in portfolio.list_risk_focus(limit)]
    assert got == [(e.article_id, e.bundle_type_id) for e in wanted[:limit]]


@EXAMPLES
@given(catalogues())
def test_an_article_gets_the_same_answer_alone_as_among_others(catalogue: Catalogue) -> None:
    everything, _ = run(catalogue, article_ids=[1, 2, 3, 4])
    for place, article_id in enumerate(everything.inputs.articles.id.tolist()):
        alone, _ = run(catalogue, article_ids=[article_id])
        assert alone.entries == [entry for entry in everything.entries if entry.article_id == article_id]
        assert alone.order_explanations == [everything.order_explanations[place]]
        assert alone.health == [everything.health[place]]


def test_an_empty_shop_has_an_empty_portfolio() -> None:
    portfolio, _ = run(Catalogue())
    assert portfolio.risk_counts == {"critical": 0, "warning": 0, "ok": 0, "overstock": 0, "no_data": 0}
    assert (portfolio.articles_with_orders, portfolio.total_final_order_qty) == (0, 0)
    assert (portfolio.entries, portfolio.order_explanations, portfolio.health) == ([], [], [])
    assert portfolio.list_risk_focus(20) == []
    assert np.array_equal(portfolio.final_order_qty, [])
