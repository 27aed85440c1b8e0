"""A proposal over chosen windows: what it adds up to, what it refuses, and who may ask for it."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from planning_core.tests.catalogue import TODAY, Policy
from planning_core.tests.shop import API, AS_OF, get, shop
from planning_core.tests.store import store
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db


def test_a_proposal_with_the_defaults_is_the_order_proposal(planner: Client) -> None:
    store(shop())
    answer = planner.post(f"{API}/core/proposal?as_of={AS_OF}", {}, "application/json")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ok"
    proposal = body["proposal"]
    assert proposal.pop("generated_at").startswith("2")
    assert proposal["inputs"] == {
        "as_of": AS_OF,
        "sales_window_days": 30,
        "horizon_days": None,
        "articles": 1,
        "articles_with_deficit": 1,
    }
    assert (proposal["version"], proposal["summary"]) == ("classic-1", {"total_skus": 3, "total_units": 175})
    items = get(planner, "order-proposal")["items"]
    assert [(line["sku_id"], line["recommended_units"]) for line in proposal["lines"]] == [
        (item["sku_id"], item["quantity"]) for item in items
    ]
    line = proposal["lines"][0]
    assert (line["sku"], line["color_code"], line["size_label"]) == ("A1 C1 S1", "C1", "S1")
    assert "60" in line["reason"]


def test_a_proposal_over_other_windows(planner: Client) -> None:
    catalogue = shop()
    catalogue.policies = {1: replace(Policy(), strictness=1.0)}
    catalogue.color_minimums, catalogue.elastic_minimums = {}, []
    catalogue.sales = {(5, TODAY): 7, (5, TODAY - 40): 5}
    store(catalogue)

    def total(**windows: int) -> Any:
        answer = planner.post(f"{API}/core/proposal?as_of={AS_OF}", windows, "application/json")
        return answer.json()["proposal"]["summary"]["total_units"]

    assert total(sales_window_days=7, horizon_days=10) == 7 * 10 - 10
    assert total(sales_window_days=41, horizon_days=10) == 6 * 10 - 10
    assert total(sales_window_days=365, horizon_days=365) == 6 * 365 - 10


@pytest.mark.parametrize("name", ["sales_window_days", "horizon_days"])
@pytest.mark.parametrize("value", [6, 366, -1, 10**30, "x", 7.5, [], {}, True])
def test_windows_out_of_range_are_named(planner: Client, name: str, value: object) -> None:
    answer = planner.post(f"{API}/core/proposal", {name: value}, "application/json")
    assert_problem(answer, 400, "invalid_input", fields={name})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("[]", "invalid_input"),
        ("3", "invalid_input"),
        ('"x"', "invalid_input"),
        ("null", "invalid_input"),
        ("{", "parse_error"),
    ],
)
def test_a_proposal_wants_an_object(planner: Client, body: str, code: str) -> None:
    assert_problem(planner.post(f"{API}/core/proposal", body, "application/json"), 400, code)


def test_nothing_said_means_the_defaults(planner: Client) -> None:
    answer = planner.post(f"{API}/core/proposal", "", "application/json")
    assert answer.status_code == 200
    assert answer.json()["proposal"]["inputs"]["sales_window_days"] == 30


def test_proposing_is_a_planners_right(client: Client, viewer: Client) -> None:
    assert_problem(viewer.post(f"{API}/core/proposal", {}, "application/json"), 403, "permission_denied")
    assert_problem(Client().post(f"{API}/core/proposal", {}, "application/json"), 401, "not_authenticated")
