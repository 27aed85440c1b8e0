"""What the planning reads answer about a small shop, field by field."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from planning_core.tests.catalogue import NSK, OFFICE, TODAY, Catalogue, Policy
from planning_core.tests.shop import API, AS_OF, get, shop
from planning_core.tests.store import store

pytestmark = pytest.mark.django_db


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
