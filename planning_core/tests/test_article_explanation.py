"""One article, explained over HTTP."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning_core.services.article_explanation import explain_article
from planning_core.tests.catalogue import NSK, TODAY, Catalogue, Policy
from planning_core.tests.store import store

pytestmark = pytest.mark.django_db

AS_OF = date.fromordinal(TODAY)


@pytest.fixture
def viewer(client: Client) -> Client:
    user = User.objects.create_user("viewer")
    user.groups.add(Group.objects.get(name="viewer"))
    client.force_login(user)
    return client


def read(client: Client, language: str = "en") -> Any:
    url = "/api/v1/planning/articles/1/explanation"
    answer = client.get(url, {"as_of": AS_OF.isoformat()}, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.content
    return answer.json()


def shop(articles: int = 1) -> Catalogue:
    """Return articles of two colours that sell 2 a day, have 10 bundles ready and could pack 3 more."""
    ids = range(1, articles + 1)
    return Catalogue(
        policies={i: Policy(strictness=1.5, min_elastic_batch=40) for i in ids},
        targets={1: 45},
        skus=[(i * 10 + color, i, color, 1) for i in ids for color in (1, 2)],
        balances={(i * 10 + color, NSK): 2 + color for i in ids for color in (1, 2)},
        recipes=[(i, 1, color) for i in ids for color in (1, 2)],
        listings=[(i, i, 1, 1) for i in ids],
        sales={(i, TODAY - 3 - ago): 2 for i in ids for ago in range(30)},
        wb_stock={(i, 1): 10 for i in ids},
        color_minimums={(1, 1): 120},
        elastic_minimums=[(1, 1, 9, 30)],
    )


def test_an_article_is_explained(viewer: Client) -> None:
    store(shop())
    body = read(viewer)
    assert (body["article_id"], body["article_code"], body["as_of"]) == (1, "A1", AS_OF.isoformat())
    assert body["policy_version"] == "classic-1"
    assert body["settings"] == {
        "has_planning_settings": True,
        "is_active": True,
        "safety_stock_days": 7,
        "alert_threshold_days": 14,
        "min_fabric_batch": 0,
        "min_elastic_batch": 40,
        "strictness": 1.5,
        "target_coverage_days": 45,
        "target_coverage_source": "article",
    }
    assert body["demand"] == {
        "window_from": (AS_OF - timedelta(days=29)).isoformat(),
        "window_to": AS_OF.isoformat(),
        "units": 54,
        "days_with_sales_data": 27,
        "avg_daily_sales": 2.0,
        "forecast_horizon_days": 45,
        "forecast_demand": 90.0,
        "current_stock": 10,
        "deficit": 80,
    }


def test_the_order_is_explained_step_by_step(viewer: Client) -> None:
    store(shop())
    order = read(viewer)["order"]
    assert {step["code"]: step["delta"] for step in order["steps"] if step["delta"]} == {
        "forecast": 90.0,
        "wb_stock": -10,
        "strictness": 40,
        "color_minimums": 60,
    }
    assert (order["final_order_qty"], order["binding_step"]) == (180, "color_minimums")
    assert order["binding_message"] == {
        "code": "binding.color_minimums",
        "params": {"n_colors": 2, "n_colors_raised": 1},
        "text": "The colours' minimums decide: 1 of 2 colours are raised to theirs.",
    }
    strictness = next(step for step in order["steps"] if step["code"] == "strictness")
    assert strictness["message"]["text"] == "Strictness 1.5 raises the deficit of 80 to 120."
    assert [(color["color_name"], color["final_order_qty"], color["binding_step"]) for color in order["colors"]] == [
        ("C1", 120, "color_minimums"),
        ("C2", 60, "strictness"),
    ]


def test_the_risk_is_explained_with_what_would_change_it(viewer: Client) -> None:
    store(shop())
    [bundle] = read(viewer)["bundles"]
    assert bundle["risk_level"] == "critical"
    assert (bundle["units"], bundle["window_days"], bundle["total_available_bundles"]) == (60, 30, 13)
    assert bundle["last_sales_date"] == (AS_OF - timedelta(days=3)).isoformat()
    assert bundle["first_sales_date"] == (AS_OF - timedelta(days=32)).isoformat()
    assert bundle["rule"]["text"] == (
        "13 bundles at 2 a day last 6.5 days: critical, since that is within the safety stock of 7 days."
    )
    assert [(flip["lever"], flip["change"], flip["risk_level"]) for flip in bundle["flips"]] == [
        ("wb_ready", 2, "warning"),
        ("units", -5, "warning"),
        ("safety_stock_days", -1, "warning"),
    ]
    assert bundle["flips"][0]["message"]["text"] == "2 more bundles at Wildberries: the level becomes “warning”."


def test_texts_are_in_the_language_of_the_request_and_numbers_are_not(viewer: Client) -> None:
    store(shop())
    english, russian = (read(viewer, language)["bundles"][0] for language in ("en", "ru"))
    assert "6.5" in english["rule"]["text"]
    assert "6,5" in russian["rule"]["text"]
    assert {**english["rule"], "text": ""} == {**russian["rule"], "text": ""}


def test_an_article_without_anything_is_explained_too(viewer: Client) -> None:
    store(Catalogue(policies={1: None}, default_target=None))
    body = read(viewer)
    assert body["settings"]["has_planning_settings"] is False
    assert (body["settings"]["target_coverage_days"], body["settings"]["target_coverage_source"]) == (60, "default")
    assert body["bundles"] == body["order"]["colors"] == []
    assert body["order"]["final_order_qty"] == 0
    assert body["order"]["binding_message"]["code"] == "waterfall.scope.no_settings"


def test_a_bundle_that_never_sold_has_no_sales_dates(viewer: Client) -> None:
    catalogue = shop()
    catalogue.sales = {}
    store(catalogue)
    [bundle] = read(viewer)["bundles"]
    assert (bundle["first_sales_date"], bundle["last_sales_date"], bundle["days_of_cover"]) == (None, None, None)
    assert bundle["rule"]["code"] == "risk.unsold_overstock"


@pytest.mark.parametrize("articles", [1, 20])
def test_an_explanation_takes_three_statements(articles: int) -> None:
    store(shop(articles))
    with CaptureQueriesContext(connection) as statements:
        explain_article(article_id=1, as_of=AS_OF)
    # all tables, the sales of both windows, the last days of codes that stopped selling
    assert len(statements) == 3
