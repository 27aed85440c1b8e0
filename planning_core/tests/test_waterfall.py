"""An article's order, step by step from its demand: every step in its place, and exact sums."""

from dataclasses import replace
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning_core.domain.messages import CODES, Message
from planning_core.domain.portfolio import Portfolio, compute_classic_portfolio
from planning_core.domain.waterfall import Waterfall, build_waterfall
from planning_core.tests.catalogue import TODAY, Catalogue, Policy, build_inputs
from planning_core.tests.classic_oracle import Oracle
from planning_core.tests.strategies import catalogues
from planning_core.wording import render

EXAMPLES = settings(max_examples=40, deadline=None)
STEPS = [
    *("forecast", "wb_stock", "floor_at_zero", "whole_pieces", "scope", "strictness", "fabric_minimum"),
    *("elastic_minimum", "even_split", "color_minimums", "elastic_type_minimum"),
]


def run(catalogue: Catalogue) -> Portfolio:
    return compute_classic_portfolio(build_inputs(catalogue, article_ids=[1, 2, 3, 4]))


def explain(catalogue: Catalogue) -> Waterfall:
    return build_waterfall(run(catalogue), 0)


def shop(**changed: Any) -> Catalogue:
    """Return article 1, which sells 2 a day, has 10 bundles ready and is to last 60 days: 110 are missing."""
    catalogue = Catalogue(
        policies={1: Policy()},
        skus=[(11, 1, 1, 1), (12, 1, 1, 2), (21, 1, 2, 1), (31, 1, 3, 1)],
        listings=[(1, 5, 1, 1)],
        sales={(5, TODAY - ago): 2 for ago in range(30)},
        wb_stock={(5, 1): 10},
    )
    return replace(catalogue, **changed)


def deltas(waterfall: Waterfall) -> dict[str, float]:
    return {step.code: step.delta for step in waterfall.steps if step.delta}


def list_messages(waterfall: Waterfall) -> list[Message]:
    colors = [color.binding_message for color in waterfall.colors]
    return [waterfall.binding_message, *colors, *(step.message for step in waterfall.steps)]


@EXAMPLES
@given(catalogues())
def test_the_steps_add_up_exactly_to_what_the_rules_order_and_are_said(catalogue: Catalogue) -> None:
    portfolio = run(catalogue)
    oracle = Oracle(catalogue, TODAY, portfolio.inputs.articles.id.tolist())
    for row, article in enumerate(oracle.article_ids):
        waterfall = build_waterfall(portfolio, row)
        assert [step.code for step in waterfall.steps] == STEPS
        assert list(accumulate(step.delta for step in waterfall.steps)) == [step.total for step in waterfall.steps]
        assert waterfall.steps[-1].total == waterfall.final_order_qty == sum(oracle.order(article).values())
        assert all(float(step.total).is_integer() and step.total >= 0 for step in waterfall.steps[3:])
        assert all(step.delta >= 0 for step in waterfall.steps[5:])
        for message in list_messages(waterfall):
            assert CODES[message.code] == set(message.params)
            assert render(message)


@EXAMPLES
@given(catalogues())
def test_colors_add_up_to_the_steps_of_the_article(catalogue: Catalogue) -> None:
    portfolio = run(catalogue)
    oracle = Oracle(catalogue, TODAY, portfolio.inputs.articles.id.tolist())
    for row, article in enumerate(oracle.article_ids):
        waterfall = build_waterfall(portfolio, row)
        totals = {step.code: step.total for step in waterfall.steps}
        assert sum(color.split_qty for color in waterfall.colors) == totals["even_split"]
        assert sum(color.with_color_min_qty for color in waterfall.colors) == totals["color_minimums"]
        assert sum(color.final_order_qty for color in waterfall.colors) == totals["elastic_type_minimum"]
        assert [(c.color_id, c.final_order_qty, c.limiting_constraint) for c in waterfall.colors] == [
            (reason["color_id"], reason["final_order_qty"], reason["limiting_constraint"])
            for reason in oracle.reasons(article)
        ]


@EXAMPLES
@given(catalogues(), st.integers(1, 4))
def test_one_less_of_the_binding_minimum_orders_less_or_lets_another_step_bind(
    catalogue: Catalogue, article: int
) -> None:
    catalogue.policies = {article: catalogue.policies.get(article)}
    before = explain(catalogue)
    policy = catalogue.policies[article]
    if policy is None or before.binding_step in ("none", "whole_pieces", "strictness"):
        return
    if before.binding_step in ("fabric_minimum", "elastic_minimum"):
        name = f"min_{before.binding_step.removesuffix('_minimum')}_batch"
        catalogue.policies = {article: replace(policy, **{name: getattr(policy, name) - 1})}
    elif before.binding_step == "color_minimums":
        color = next(color.color_id for color in before.colors if color.binding_step == "color_minimums")
        catalogue.color_minimums = dict(catalogue.color_minimums)
        catalogue.color_minimums[article, color] -= 1
    else:
        rows = [row for row in catalogue.elastic_minimums if row[1] == article]
        largest = max(row[3] for row in rows)
        catalogue.elastic_minimums = [(*row[:3], min(row[3], largest - 1)) for row in rows]
    after = explain(catalogue)
    assert after.final_order_qty == before.final_order_qty - 1 or (
        after.final_order_qty == before.final_order_qty and after.binding_step != before.binding_step
    )


def test_a_deficit_alone() -> None:
    waterfall = explain(shop())
    assert deltas(waterfall) == {"forecast": 120.0, "wb_stock": -10}
    assert (waterfall.final_order_qty, waterfall.binding_step) == (110, "whole_pieces")
    assert [(c.color_id, c.split_qty, c.final_order_qty, c.binding_step) for c in waterfall.colors] == [
        (1, 56, 56, "whole_pieces"),
        (2, 27, 27, "whole_pieces"),
        (3, 27, 27, "whole_pieces"),
    ]


def test_rounding_is_a_step_of_its_own() -> None:
    waterfall = explain(shop(sales={(5, TODAY): 1, (5, TODAY - 1): 0, (5, TODAY - 2): 0}, wb_stock={(5, 1): 3}))
    assert deltas(waterfall) == {"forecast": 20.0, "wb_stock": -3}
    waterfall = explain(shop(sales={(5, TODAY - ago): ago % 3 for ago in range(7)}, wb_stock={}))
    assert deltas(waterfall)["whole_pieces"] == pytest.approx(51 - 60 * 6 / 7)
    assert waterfall.final_order_qty == 51


def test_every_raise_in_its_place() -> None:
    policy = Policy(strictness=1.5, min_fabric_batch=200, min_elastic_batch=240)
    waterfall = explain(
        shop(policies={1: policy}, color_minimums={(1, 2): 100}, elastic_minimums=[(1, 1, 9, 500), (2, 1, 8, 30)])
    )
    assert deltas(waterfall) == {
        "forecast": 120.0,
        "wb_stock": -10,
        "strictness": 55,
        "fabric_minimum": 35,
        "elastic_minimum": 40,
        "color_minimums": 40,
        "elastic_type_minimum": 220,
    }
    assert (waterfall.final_order_qty, waterfall.binding_step) == (500, "elastic_type_minimum")
    assert [(c.split_qty, c.color_min_batch, c.with_color_min_qty) for c in waterfall.colors] == [
        (120, None, 120),
        (60, 100, 100),
        (60, None, 60),
    ]
    assert {color.binding_step for color in waterfall.colors} == {"elastic_type_minimum"}


def test_the_colors_own_minimum_binds_where_it_raises() -> None:
    waterfall = explain(shop(policies={1: Policy(min_fabric_batch=200)}, color_minimums={(1, 2): 100, (1, 3): 10}))
    assert waterfall.binding_step == "color_minimums"
    assert render(waterfall.binding_message) == ("The colours' minimums decide: 1 of 3 colours are raised to theirs.")
    assert [color.binding_step for color in waterfall.colors] == ["fabric_minimum", "color_minimums", "fabric_minimum"]
    assert render(waterfall.colors[1].binding_message) == "The colour's minimum decides: 100 pieces."


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"policies": {1: None}}, "waterfall.scope.no_settings"),
        ({"policies": {1: Policy(is_active=False, min_fabric_batch=700)}}, "waterfall.scope.inactive"),
        ({"wb_stock": {(5, 1): 500}, "policies": {1: Policy(min_fabric_batch=700)}}, "waterfall.scope.no_deficit"),
        ({"skus": []}, "waterfall.scope.no_skus"),
    ],
)
def test_where_nothing_is_ordered_the_reason_is_said(changed: dict[str, Any], code: str) -> None:
    waterfall = explain(shop(**changed))
    assert (waterfall.final_order_qty, waterfall.binding_step, waterfall.colors) == (0, "none", [])
    assert waterfall.binding_message.code == code
    assert {step.message.code for step in waterfall.steps[5:]} == {"waterfall.nothing"}
    assert {step.delta for step in waterfall.steps[5:]} == {0}
