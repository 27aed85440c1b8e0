"""The planning reads over HTTP: fields, errors, permissions, and an empty database."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from time_machine import travel

from planning_core.tests.catalogue import NSK, OFFICE, TODAY, Catalogue, Policy
from planning_core.tests.store import store
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

API = "/api/v1/planning"
AS_OF = date.fromordinal(TODAY).isoformat()
PORTFOLIOS = ["bundle-risk-portfolio", "order-explanation-portfolio", "health-portfolio"]
COMPANY_READS = [*PORTFOLIOS, "order-proposal", "config-snapshot", "core/health"]
ARTICLE_READS: dict[str, dict[str, int]] = {
    "article-dashboard/1": {},
    "articles/1/explanation": {},
    "article-bundle-snapshot": {"article_id": 1},
    "demand": {"article_id": 1},
    "bundle-availability": {"article_id": 1, "bundle_type_id": 1, "warehouse_id": NSK},
}
READS = {path: ARTICLE_READS.get(path, {}) for path in [*COMPANY_READS, *ARTICLE_READS]}
TOO_BIG = 2**63


@pytest.fixture
def viewer(client: Client) -> Client:
    user = User.objects.create_user("viewer")
    user.groups.add(Group.objects.get(name="viewer"))
    client.force_login(user)
    return client


@pytest.fixture
def planner(client: Client) -> Client:
    user = User.objects.create_user("planner")
    user.groups.add(Group.objects.get(name="planner"))
    client.force_login(user)
    return client


def get(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(f"{API}/{path}", {"as_of": AS_OF, **query})
    assert answer.status_code == 200, answer.content
    return answer.json()


def shop() -> Catalogue:
    """Return an article of two colours and two bundle types, and an inactive one.

    Article 1 sells 2 a day and has 10 bundles ready: 120 needed, 110 missing, times 1.5 is 165.
    """
    return Catalogue(
        policies={1: Policy(strictness=1.5, min_elastic_batch=40), 2: Policy(is_active=False)},
        skus=[(11, 1, 1, 1), (12, 1, 1, 2), (21, 1, 2, 1)],
        size_orders={1: 10, 2: 20},
        balances={(11, NSK): 4, (12, NSK): 7, (21, NSK): 3, (21, OFFICE): 50},
        recipes=[(1, 1, 1), (1, 1, 2)],
        listings=[(1, 5, 1, 1), (1, 6, 2, None), (2, 7, 1, 1)],
        sales={(5, TODAY - ago): 2 for ago in range(30)},
        wb_stock={(5, 1): 10},
        color_minimums={(1, 1): 120},
        elastic_minimums=[(1, 1, 9, 30)],
    )


@pytest.mark.parametrize("path", READS)
def test_reads_need_a_login_and_the_permission(client: Client, path: str) -> None:
    assert_problem(client.get(f"{API}/{path}", READS[path]), 401, "not_authenticated")
    client.force_login(User.objects.create_user("nobody"))
    assert_problem(client.get(f"{API}/{path}", READS[path]), 403, "permission_denied")


@pytest.mark.parametrize("path", READS)
def test_a_viewer_reads_everything(viewer: Client, path: str) -> None:
    store(shop())
    get(viewer, path, **READS[path])


@pytest.mark.parametrize("path", COMPANY_READS)
def test_an_empty_database_answers_well_formed(viewer: Client, path: str) -> None:
    body = get(viewer, path)
    assert body.get("items", []) == []
    assert body.get("articles", []) == []


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("as_of", ["yesterday", "2026-02-30", "2026-01-15T00:00:00Z"])
def test_a_malformed_day_is_named(viewer: Client, path: str, as_of: str) -> None:
    query: dict[str, Any] = {**READS[path], "as_of": as_of}
    assert_problem(viewer.get(f"{API}/{path}", query), 400, "invalid_input", fields={"as_of"})


@pytest.mark.parametrize("path", PORTFOLIOS)
@pytest.mark.parametrize("article_id", ["x", "1.5", "", "0", "-1", str(TOO_BIG), "9" * 2000])
def test_a_malformed_article_id_is_named(viewer: Client, path: str, article_id: str) -> None:
    answer = viewer.get(f"{API}/{path}", {"article_ids": ["1", article_id]})
    body = assert_problem(answer, 400, "invalid_input")
    assert body["errors"][0]["field"].startswith("article_ids")


@pytest.mark.parametrize("path", ["article-bundle-snapshot", "demand", "bundle-availability"])
def test_missing_and_oversized_ids_are_named(viewer: Client, path: str) -> None:
    names = set(ARTICLE_READS[path])
    assert_problem(viewer.get(f"{API}/{path}"), 400, "invalid_input", fields=names)
    assert_problem(viewer.get(f"{API}/{path}", dict.fromkeys(names, TOO_BIG)), 400, "invalid_input", fields=names)


@pytest.mark.parametrize("article_id", [99, TOO_BIG, 10**40])
def test_an_unknown_article_is_not_found(viewer: Client, article_id: int) -> None:
    assert_problem(viewer.get(f"{API}/article-dashboard/{article_id}"), 404, "not_found")
    assert_problem(viewer.get(f"{API}/articles/{article_id}/explanation"), 404, "not_found")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("article-bundle-snapshot", {"article_id": 99}),
        ("demand", {"article_id": TOO_BIG - 1}),
        ("bundle-availability", {"article_id": 99, "bundle_type_id": 1, "warehouse_id": NSK}),
        ("bundle-availability", {"article_id": 1, "bundle_type_id": 99, "warehouse_id": NSK}),
        ("bundle-availability", {"article_id": 1, "bundle_type_id": 1, "warehouse_id": 99}),
    ],
)
def test_unknown_rows_are_not_found_and_named(viewer: Client, path: str, query: dict[str, int]) -> None:
    store(shop())
    body = assert_problem(viewer.get(f"{API}/{path}", query), 404, "not_found")
    [unknown] = body["data"].items()
    assert unknown in query.items()


def test_bundle_risk(viewer: Client) -> None:
    store(shop())
    [entry] = get(viewer, "bundle-risk-portfolio")["items"]
    assert "5.00" not in entry.pop("explanation")
    assert entry == {
        "article_id": 1,
        "article_code": "A1",
        "bundle_type_id": 1,
        "bundle_type_name": "Bundle 1",
        "avg_daily_sales": 2.0,
        "wb_ready_bundles": 10,
        "potential_bundles_from_singles": 3,
        "total_available_bundles": 13,
        "days_of_cover": 6.5,
        "risk_level": "critical",
        "safety_stock_days": 7,
        "alert_threshold_days": 14,
        "overstock_threshold_days": 42,
    }


def test_order_explanation(viewer: Client) -> None:
    store(shop())
    [item] = get(viewer, "order-explanation-portfolio")["items"]
    first, second = item["reasons"]
    assert "165" in first.pop("explanation")
    assert first == {
        "article_id": 1,
        "article_code": "A1",
        "color_id": 1,
        "color_name": "C1",
        "elastic_type_id": 9,
        "elastic_type_name": "E9",
        "proposed_qty": 165,
        "base_deficit": 110,
        "strictness": 1.5,
        "adjusted_deficit": 165.0,
        "min_fabric_batch": None,
        "min_elastic_batch": 40,
        "color_min_batch": 120,
        "total_available_before": 74,
        "forecast_horizon_days": 60,
        "final_order_qty": 120,
        "limiting_constraint": "none",
    }
    assert (second["color_id"], second["final_order_qty"]) == (2, 55)


def test_health_portfolio_takes_explicit_articles(viewer: Client) -> None:
    store(shop())
    first, second = get(viewer, "health-portfolio", article_ids=[2, 1, 2, 99])["items"]
    assert first == {
        "article_id": 1,
        "article_code": "A1",
        "worst_risk_level": "critical",
        "worst_risk_bundle_type_id": 1,
        "worst_risk_bundle_type_name": "Bundle 1",
        "days_of_cover": 6.5,
        "avg_daily_sales": 2.0,
        "total_available_bundles": 13,
        "total_final_order_qty": 175,
        "dominant_limiting_constraint": "none",
        "has_critical": True,
        "has_warning": False,
    }
    assert (second["article_id"], second["worst_risk_level"]) == (2, "no_data")
    assert second["dominant_limiting_constraint"] is None


def test_the_dashboard_puts_the_three_together(viewer: Client) -> None:
    store(shop())
    board = get(viewer, "article-dashboard/1")
    assert (board["article_id"], board["article_code"]) == (1, "A1")
    assert (board["bundle_type_id"], board["bundle_type_name"]) == (1, "Bundle 1")
    assert [board["risk"]] == get(viewer, "bundle-risk-portfolio")["items"]
    assert [board["order"]] == get(viewer, "order-explanation-portfolio")["items"]
    assert [board["health"]] == get(viewer, "health-portfolio")["items"]


def test_the_dashboard_of_an_article_without_bundles_has_no_risk(viewer: Client) -> None:
    store(Catalogue(policies={1: None}))
    board = get(viewer, "article-dashboard/1")
    assert (board["bundle_type_id"], board["risk"], board["order"]["reasons"]) == (None, None, [])


def test_article_bundle_snapshot(viewer: Client) -> None:
    store(shop())
    assert get(viewer, "article-bundle-snapshot", article_id=1) == {
        "article_id": 1,
        "article_code": "A1",
        "nsk_single_sku_stock": [
            {"color_id": 1, "size_id": 1, "quantity": 4},
            {"color_id": 1, "size_id": 2, "quantity": 7},
            {"color_id": 2, "size_id": 1, "quantity": 3},
        ],
        "wb_bundle_stock": [{"bundle_type_id": 1, "bundle_type_name": "Bundle 1", "size_id": 1, "quantity": 10}],
        "nsk_bundle_stock": [],
        "bundle_coverage": [
            {
                "bundle_type_id": 1,
                "bundle_type_name": "Bundle 1",
                "avg_daily_sales": 2.0,
                "wb_ready_bundles": 10,
                "nsk_ready_bundles": 0,
                "potential_bundles_from_singles": 3,
                "total_available_bundles": 13,
                "days_of_cover": 6.5,
                "observation_window_days": 30,
            }
        ],
    }


def test_demand_on_a_target_date(viewer: Client) -> None:
    store(shop())
    entry = get(viewer, "demand", article_id=1)
    assert "110" in entry.pop("explanation")
    assert entry == {
        "article_id": 1,
        "article_code": "A1",
        "avg_daily_sales": 2.0,
        "forecast_demand": 120.0,
        "current_stock": 10,
        "coverage_days": 5.0,
        "deficit": 110,
        "target_coverage_days": 60,
        "observation_window_days": 30,
        "forecast_horizon_days": 60,
    }
    later = date.fromordinal(TODAY + 30).isoformat()
    assert get(viewer, "demand", article_id=1, target_date=later)["coverage_days"] == 9999.0


def test_order_proposal(viewer: Client) -> None:
    store(shop())
    body = get(viewer, "order-proposal")
    assert body["target_date"] == AS_OF
    assert "175 pieces of 3 SKUs" in body["global_explanation"]
    assert [{**item, "explanation": ""} for item in body["items"]] == [
        {"sku_id": sku, "article_id": 1, "article_code": "A1", "color_id": color, "size_id": size, "quantity": pieces}
        | {"explanation": ""}
        for sku, color, size, pieces in [(11, 1, 1, 60), (12, 1, 2, 60), (21, 2, 1, 55)]
    ]
    later = date.fromordinal(TODAY + 30).isoformat()
    assert get(viewer, "order-proposal", target_date=later)["items"] == []


def test_bundle_availability_in_any_warehouse(viewer: Client) -> None:
    store(shop())
    body = get(viewer, "bundle-availability", article_id=1, bundle_type_id=1, warehouse_id=NSK)
    assert body == {
        "article_id": 1,
        "article_code": "A1",
        "bundle_type_id": 1,
        "bundle_type_name": "Bundle 1",
        "warehouse_id": NSK,
        "total_available_bundles": 3,
        "sizes": [
            {"size_id": 1, "size_label": "S1", "available_bundles": 3},
            {"size_id": 2, "size_label": "S2", "available_bundles": 0},
        ],
    }
    office = get(viewer, "bundle-availability", article_id=1, bundle_type_id=1, warehouse_id=OFFICE)
    assert office["total_available_bundles"] == 0
    unpacked = get(viewer, "bundle-availability", article_id=1, bundle_type_id=2, warehouse_id=NSK)
    assert (unpacked["total_available_bundles"], unpacked["sizes"]) == (0, [])


def test_config_snapshot(viewer: Client) -> None:
    catalogue = shop()
    catalogue.targets = {1: 45}
    store(catalogue)
    body = get(viewer, "config-snapshot")
    assert body["global_settings"]["default_target_coverage_days"] == 60
    assert body["articles"] == [
        {
            "article_id": 1,
            "article_code": "A1",
            "article_planning_settings": {
                "target_coverage_days": 45,
                "experimental": {
                    "include_in_planning": True,
                    "priority": 0,
                    "lead_time_days": None,
                    "service_level_percent": None,
                },
            },
            "planning_settings": {
                "is_active": True,
                "min_fabric_batch": 0,
                "min_elastic_batch": 40,
                "strictness": 1.5,
                "experimental": {"alert_threshold_days": 14, "safety_stock_days": 7, "notes": None},
            },
            "color_settings": [{"color_id": 1, "fabric_min_batch_qty": 120}],
            "elastic_settings": [{"elastic_type_id": 9, "elastic_type_name": "E9", "elastic_min_batch_qty": 30}],
        }
    ]


def test_config_snapshot_takes_five_statements(viewer: Client) -> None:
    catalogue = shop()
    catalogue.policies = dict.fromkeys(range(1, 21), Policy())
    store(catalogue)
    get(viewer, "config-snapshot")
    with CaptureQueriesContext(connection) as statements:
        assert len(get(viewer, "config-snapshot")["articles"]) == 20
    own = [s for s in statements if s["sql"] and "planning_core" in s["sql"]]
    # globals, article targets, colour minimums, elastic minimums with names, settings with articles
    assert len(own) == 5


@travel("2026-01-14T21:30:00Z")
def test_today_is_the_business_day_in_moscow(viewer: Client) -> None:
    assert viewer.get(f"{API}/order-proposal").json()["target_date"] == "2026-01-15"


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


@pytest.mark.parametrize("body", ["[]", "3", '"x"', "null", "{"])
def test_a_proposal_wants_an_object(planner: Client, body: str) -> None:
    answer = planner.post(f"{API}/core/proposal", body, "application/json")
    assert answer.status_code in ((200, 400) if body == "null" else (400,))
    if answer.status_code == 400:
        assert_problem(answer, 400)


def test_proposing_is_a_planners_right(client: Client, viewer: Client) -> None:
    assert_problem(viewer.post(f"{API}/core/proposal", {}, "application/json"), 403, "permission_denied")
    assert_problem(Client().post(f"{API}/core/proposal", {}, "application/json"), 401, "not_authenticated")


def test_every_answer_has_the_fields_that_the_schema_promises(planner: Client) -> None:
    store(shop())
    schema = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    for path, query in READS.items():
        template = f"{API}/{path}".replace("/1", "/{article_id}")
        answer = schema["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert_matches(get(planner, path, **query), answer, schema["components"]["schemas"], path)


def assert_matches(value: Any, declared: dict[str, Any], components: dict[str, Any], path: str) -> None:
    """Assert that a value has exactly the properties that its schema declares, all the way down."""
    if "$ref" in declared or "allOf" in declared or "oneOf" in declared:
        reference = declared.get("$ref") or (declared.get("allOf") or declared["oneOf"])[0]["$ref"]
        declared = {**components[reference.rsplit("/", 1)[1]], "nullable": declared.get("nullable", False)}
    if value is None:
        assert declared.get("nullable"), f"{path} is null"
    elif "properties" in declared:
        assert set(value) == set(declared["properties"]), path
        for name, inner in declared["properties"].items():
            assert_matches(value[name], inner, components, f"{path}.{name}")
    elif declared.get("type") == "array":
        for item in value:
            assert_matches(item, declared["items"], components, f"{path}[]")
