"""The planning health report finds what makes a plan untrustworthy, names it and says what to do."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning_core import models as m
from planning_core.domain.planning_health import ISSUES, PlanningHealth
from planning_core.services.planning_health import evaluate_planning_health
from planning_core.tests.catalogue import NSK, TODAY, Catalogue, Policy
from planning_core.tests.store import NOW, store
from planning_core.wording import render

pytestmark = pytest.mark.django_db

AS_OF = date.fromordinal(TODAY)


def evaluate(*, as_of: date = AS_OF, now: datetime = NOW) -> PlanningHealth:
    return evaluate_planning_health(as_of=as_of, now=now)


def codes(report: PlanningHealth) -> set[str]:
    return {issue.code for issue in report.issues}


def sound(articles: int = 2) -> Catalogue:
    """Return a shop without any issue."""
    ids = range(1, articles + 1)
    return Catalogue(
        policies=dict.fromkeys(ids, Policy()),
        skus=[(i, i, 1, 1) for i in ids],
        balances={(i, NSK): 5 for i in ids},
        recipes=[(i, 1, 1) for i in ids],
        listings=[(i, i, 1, 1) for i in ids],
        sales={(i, TODAY): 1 for i in ids},
        wb_stock={(i, 1): 5 for i in ids},
    )


def test_a_sound_shop_is_ok() -> None:
    store(sound())
    report = evaluate()
    assert (report.status, report.issues, report.active_articles) == ("ok", [], 2)
    assert [(source.name, source.rows, source.age_days, source.status) for source in report.inputs] == [
        ("sales", 2, 0.0, "ok"),
        ("stock_balances", 2, 0.0, "ok"),
        ("wb_stock", 2, 0.0, "ok"),
        ("skus", 2, None, "ok"),
        ("listings", 2, None, "ok"),
        ("bundle_recipes", 2, None, "ok"),
    ]
    assert report.inputs[0].latest == "2026-01-15"


def test_an_empty_database_is_a_warning_that_says_what_to_import() -> None:
    report = evaluate()
    missing = {
        f"{name}_missing" for name in ("sales", "stock_balances", "wb_stock", "skus", "listings", "bundle_recipes")
    }
    assert report.status == "warning"
    assert codes(report) == missing | {"no_active_articles", "no_internal_warehouse", "global_settings_missing"}


def test_articles_without_any_input_are_critical() -> None:
    store(Catalogue(policies={1: Policy()}))
    assert evaluate().status == "critical"
    assert "articles_without_listing" in codes(evaluate())


@pytest.mark.parametrize(("days", "status"), [(0, "ok"), (2, "ok"), (3, "warning"), (7, "warning"), (8, "critical")])
def test_sales_age_from_the_day_planned_as_of(days: int, status: str) -> None:
    store(sound())
    report = evaluate(as_of=AS_OF + timedelta(days=days))
    assert (report.inputs[0].age_days, report.inputs[0].status, report.status) == (days, status, status)
    assert ("sales_old" in codes(report)) == (status != "ok")


@pytest.mark.parametrize(("hours", "status"), [(24, "ok"), (25, "warning"), (72, "warning"), (73, "critical")])
def test_stock_ages_from_now(hours: int, status: str) -> None:
    store(sound())
    report = evaluate(now=NOW + timedelta(hours=hours))
    assert [source.status for source in report.inputs[1:3]] == [status, status]
    assert report.status == status


def drop(model: Any) -> Callable[[], object]:
    return lambda: model.objects.filter(pk__in=model.objects.order_by("pk")[:1]).delete()


def change(model: Any, **values: Any) -> Callable[[], object]:
    return lambda: model.objects.filter(pk__in=model.objects.order_by("pk")[:1]).update(**values)


def lose_all_stock() -> None:
    m.StockBalance.objects.filter(sku__article_id=1).delete()
    m.WbStock.objects.filter(wb_sku_id=1).delete()


def lose_listing_of_sold_code() -> None:
    m.Listing.objects.filter(article_id=1).update(wb_sku=m.WbSku.objects.create(id=50, code="other"))


CASES: dict[str, tuple[Callable[[], object], list[int]]] = {
    "no_active_articles": (lambda: m.PlanningSettings.objects.update(is_active=False), []),
    "no_internal_warehouse": (lambda: m.Warehouse.objects.filter(type="internal").update(type="transit"), []),
    "global_settings_missing": (drop(m.GlobalPlanningSettings), []),
    "global_target_not_positive": (change(m.GlobalPlanningSettings, default_target_coverage_days=0), []),
    "sales_after_as_of": (lambda: m.WbDailySales.objects.create(wb_sku_id=1, date="2026-01-16", units=1), []),
    "wb_codes_without_listing": (lose_listing_of_sold_code, []),
    "articles_without_skus": (drop(m.Sku), [1]),
    "articles_without_recipe": (drop(m.BundleRecipe), [1]),
    "articles_without_listing": (drop(m.Listing), [1]),
    "articles_without_sales": (change(m.WbDailySales, date="2025-12-16"), [1]),
    "articles_without_stock": (lose_all_stock, [1]),
    "recipe_colors_without_sku": (change(m.BundleRecipe, color_id=2), [1]),
    "strictness_not_positive": (change(m.PlanningSettings, strictness=-0.5), [1]),
    "thresholds_negative": (change(m.PlanningSettings, safety_stock_days=-1), [1]),
    "safety_above_alert": (change(m.PlanningSettings, safety_stock_days=15), [1]),
    "target_not_positive": (
        lambda: m.ArticlePlanningSettings.objects.create(article_id=1, target_coverage_days=0),
        [1],
    ),
    "minimums_negative": (
        lambda: m.ColorPlanningSettings.objects.create(article_id=1, color_id=1, fabric_min_batch_qty=-5),
        [1],
    ),
}


def test_every_issue_is_tested() -> None:
    assert set(CASES) == set(ISSUES)


@pytest.mark.parametrize("code", CASES)
def test_an_issue_is_found_counted_and_named(code: str) -> None:
    store(sound())
    m.Color.objects.create(id=2, inner_code="C2")
    spoil, article_ids = CASES[code]
    spoil()
    [issue] = [issue for issue in evaluate().issues if issue.code == code]
    assert (issue.count, issue.article_ids, issue.severity) == (1, article_ids, ISSUES[code])
    assert render(issue.message).endswith(".")


def test_the_worst_issue_comes_first_and_gives_the_status() -> None:
    store(sound())
    for spoil in ("strictness_not_positive", "articles_without_listing"):
        CASES[spoil][0]()
    report = evaluate()
    assert (report.status, report.issues[0].severity, report.issues[-1].severity) == ("critical", "critical", "warning")


def test_inactive_articles_raise_no_issue() -> None:
    catalogue = sound()
    catalogue.policies[3] = Policy(is_active=False, strictness=-1.0)
    store(catalogue)
    assert evaluate().issues == []


def test_only_the_first_articles_are_named() -> None:
    store(Catalogue(policies=dict.fromkeys(range(1, 26), Policy())))
    [issue] = [issue for issue in evaluate().issues if issue.code == "articles_without_skus"]
    assert (issue.count, issue.article_ids) == (25, list(range(1, 21)))


@pytest.mark.parametrize("articles", [1, 50])
def test_the_report_takes_three_statements_whatever_the_number_of_articles(articles: int) -> None:
    store(sound(articles))
    with CaptureQueriesContext(connection) as statements:
        evaluate(now=datetime(2026, 1, 15, tzinfo=UTC))
    assert len(statements) == 3  # active articles, sources, findings
