"""Why a stored snapshot says what it says, over REST."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitoring.models import BundleFact, MonitoringSnapshot
from monitoring.services.capture import capture_snapshot
from monitoring.tests.company import make_articles
from monitoring.tests.recapture import recapture
from planning_core.models import Article, PlanningSettings, StockBalance
from supplybrain.clock import get_business_date
from supplybrain.tests.problems import assert_problem

API = "/api/v1/planning/monitoring/snapshots"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def snapshots(company: None) -> tuple[MonitoringSnapshot, MonitoringSnapshot]:
    """Two snapshots of three articles; before the second one the stock of ART-2 came and ART-3 left planning."""
    make_articles(2, as_of=get_business_date(), first=2)
    capture_snapshot(trigger="test")
    first = MonitoringSnapshot.objects.get()
    StockBalance.objects.filter(sku__article__code="ART-2").update(quantity=50)
    PlanningSettings.objects.filter(article__code="ART-3").update(is_active=False)
    second = recapture()
    first.refresh_from_db()
    return first, second


def get(api: Client, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> Any:
    answer = api.get(f"{API}/{path}", query, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def id_of(code: str) -> int:
    return Article.objects.get(code=code).pk


def test_a_snapshot_says_how_it_came_about(api: Client, snapshots: tuple[MonitoringSnapshot, ...]) -> None:
    first = snapshots[0]
    answer = get(api, str(first.pk))
    assert (answer["id"], answer["risk_critical"], answer["schema_version"]) == (first.pk, 3, 1)
    assert (answer["facts_hash"], answer["settings_hash"]) == (first.facts_hash, first.settings_hash)
    assert answer["code_version"] == first.code_version
    assert answer["facts_thinned_at"] is None
    assert set(answer["sources"]) == {
        "catalogue",
        "listings",
        "sales",
        "prices",
        "wb_stock",
        "own_stock",
        "in_transit",
    }


def test_a_metric_is_explained_by_those_it_counts(api: Client, snapshots: tuple[MonitoringSnapshot, ...]) -> None:
    answer = get(api, f"{snapshots[0].pk}/explanation", metric="risk_critical")
    assert (answer["value"], answer["count"], answer["total"]) == (3, 3, 3)
    assert "safety stock" in answer["formula"]
    assert [source["source"] for source in answer["sources"]] == [
        "catalogue",
        "listings",
        "sales",
        "wb_stock",
        "own_stock",
    ]
    contributor = answer["contributors"][0]
    assert contributor["subject"] == {
        "kind": "bundle",
        "article_id": id_of("ART-1"),
        "article_code": "ART-1",
        "bundle_type_id": contributor["subject"]["bundle_type_id"],
        "bundle_type_name": "Single",
    }
    assert contributor["details"] == {
        "risk_level": "critical",
        "wb_ready_bundles": 0,
        "potential_bundles_from_singles": 10,
        "total_available_bundles": 10,
        "units": 20,
        "window_days": 10,
        "avg_daily_sales": 2.0,
        "days_of_cover": 5.0,
        "safety_stock_days": 7,
        "alert_threshold_days": 14,
        "overstock_threshold_days": 42,
    }
    assert contributor["explanation"]["code"] == "risk.critical"
    assert "last 5 days" in contributor["explanation"]["text"]


def test_contributors_come_in_pages_and_by_article_and_level(
    api: Client, snapshots: tuple[MonitoringSnapshot, ...]
) -> None:
    path = f"{snapshots[1].pk}/explanation"
    orders = get(api, path, metric="total_final_order_qty")
    assert (orders["value"], orders["count"], orders["total"]) == (240, 2, 240)
    page = get(api, path, metric="total_final_order_qty", limit=1, offset=1)
    assert page["contributors"] == orders["contributors"][1:]
    one = get(api, path, metric="total_final_order_qty", article_id=id_of("ART-2"))
    assert [found["subject"]["article_code"] for found in one["contributors"]] == ["ART-2"]
    assert one["total"] == 120
    critical = get(api, path, metric="total_final_order_qty", level="critical")
    assert [found["subject"]["article_code"] for found in critical["contributors"]] == ["ART-1"]
    assert get(api, path, metric="risk_critical", level="ok")["count"] == 0


def test_accounts_are_explained_by_name(api: Client, snapshots: tuple[MonitoringSnapshot, ...]) -> None:
    answer = get(api, f"{snapshots[0].pk}/explanation", metric="wb_accounts_active")
    assert [(one["subject"]["name"], one["details"]["is_active"]) for one in answer["contributors"]] == [("Shop", True)]


def test_a_difference_names_who_moved_it_and_why(api: Client, snapshots: tuple[MonitoringSnapshot, ...]) -> None:
    first, second = snapshots
    answer = get(api, f"{second.pk}/diff", metric="risk_critical", base=first.pk)
    assert (answer["before"], answer["after"], answer["delta"], answer["residual"]) == (3, 1, -2, 0)
    assert (answer["appeared"], answer["disappeared"], answer["settings_changed"]) == (0, 1, True)
    assert {(one["state_before"], one["state_after"], one["count"]) for one in answer["transitions"]} == {
        ("critical", "ok", 1),
        ("critical", "absent", 1),
    }
    assert {(one["cause"], one["delta"]) for one in answer["causes"]} == {
        ("stock_arrived", -1),
        ("article_removed", -1),
    }
    moved = next(one for one in answer["contributors"] if one["state_after"] == "ok")
    assert (moved["subject"]["article_code"], moved["delta"]) == ("ART-2", -1)
    assert [(cause["code"], cause["alone"], cause["undone"]) for cause in moved["causes"]] == [
        ("cause.stock_arrived", -1, -1)
    ]
    assert moved["causes"][0]["text"] == "Stock rose from 10 to 50."


def test_texts_come_in_the_readers_language(api: Client, snapshots: tuple[MonitoringSnapshot, ...]) -> None:
    first, second = snapshots
    english, russian = (
        get(api, f"{second.pk}/diff", {"Accept-Language": language}, metric="risk_critical", base=first.pk)
        for language in ("en", "ru")
    )
    for answer in (english, russian):
        for cause in answer["causes"]:
            del cause["label"]
        for one in answer["contributors"]:
            for cause in one["causes"]:
                del cause["text"]
    assert english == russian


@pytest.mark.parametrize("base", ["previous", "-15m", "-900s"])
def test_the_base_may_be_told_by_its_age(api: Client, snapshots: tuple[MonitoringSnapshot, ...], base: str) -> None:
    assert get(api, f"{snapshots[1].pk}/diff", metric="risk_ok", base=base)["base_id"] == snapshots[0].pk


def test_a_gap_is_bridged_by_the_last_snapshot_before_it(
    api: Client, snapshots: tuple[MonitoringSnapshot, ...]
) -> None:
    with connection.cursor() as cursor:
        for table in ("bundle", "order", "policy", "account"):
            cursor.execute(
                f"UPDATE monitoring_{table}_facts SET valid_from_slot = valid_from_slot - interval '2 hours'"  # noqa: S608
                " WHERE valid_from_slot < %s",
                [snapshots[1].slot],
            )
        cursor.execute(
            "UPDATE monitoring_snapshots SET slot = slot - interval '2 hours' WHERE id = %s", [snapshots[0].pk]
        )
    answer = get(api, f"{snapshots[1].pk}/diff", metric="risk_critical", base="-1h")
    assert (answer["base_id"], answer["delta"], answer["residual"]) == (snapshots[0].pk, -2, 0)


def test_a_snapshot_without_facts_is_no_base(api: Client, snapshots: tuple[MonitoringSnapshot, ...]) -> None:
    newest = recapture()
    MonitoringSnapshot.objects.filter(pk=snapshots[1].pk).update(facts_thinned_at=timezone.now())
    for base in ("previous", "-15m"):
        assert get(api, f"{newest.pk}/diff", metric="risk_ok", base=base)["base_id"] == snapshots[0].pk


def test_the_number_of_statements_does_not_depend_on_the_number_of_contributors(
    api: Client, snapshots: tuple[MonitoringSnapshot, ...]
) -> None:
    def count(path: str, **query: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            get(api, path, **query)
        return len(queries)

    latest = snapshots[1].pk
    before = [
        count(f"{latest}/diff", metric="risk_critical", base="previous"),
        count(f"{latest}/explanation", metric="risk_critical"),
    ]
    make_articles(30, as_of=get_business_date(), first=4)
    newest = recapture().pk
    # login 2; diff: two snapshots, two times facts, names of bundle types; explanation: snapshot, facts, names; both
    # the clock, which says how old the snapshot is
    assert before == [8, 6]
    assert count(f"{newest}/diff", metric="risk_critical", base="previous") == 8
    assert count(f"{newest}/explanation", metric="risk_critical") == 6


def test_what_is_not_there_is_said(api: Client, snapshots: tuple[MonitoringSnapshot, ...]) -> None:
    first = snapshots[0]
    for path in ("999999", f"{10**30}", "999999/explanation?metric=risk_ok", "999999/diff?metric=risk_ok"):
        assert_problem(api.get(f"{API}/{path}"), status=404, code="snapshot_not_found")
    assert_problem(
        api.get(f"{API}/{first.pk}/diff", {"metric": "risk_ok", "base": "previous"}),
        status=404,
        code="snapshot_not_found",
    )
    assert_problem(
        api.get(f"{API}/{first.pk}/diff", {"metric": "risk_ok", "base": "-7d"}), status=404, code="snapshot_not_found"
    )


def test_a_snapshot_without_facts_cannot_be_explained_but_read(
    api: Client, snapshots: tuple[MonitoringSnapshot, ...]
) -> None:
    imported = MonitoringSnapshot.objects.create(created_at=timezone.now(), schema_version=1, metrics_version=1)
    assert get(api, str(imported.pk))["facts_hash"] == ""
    assert_problem(
        api.get(f"{API}/{imported.pk}/explanation", {"metric": "risk_ok"}), status=409, code="facts_not_kept"
    )
    MonitoringSnapshot.objects.filter(pk=snapshots[0].pk).update(facts_thinned_at=timezone.now())
    assert_problem(
        api.get(f"{API}/{snapshots[1].pk}/diff", {"metric": "risk_ok", "base": str(snapshots[0].pk)}),
        status=409,
        code="facts_not_kept",
    )


def test_facts_that_do_not_add_up_explain_nothing(api: Client, snapshots: tuple[MonitoringSnapshot, ...]) -> None:
    BundleFact.objects.filter(article_id=id_of("ART-1")).delete()
    for path, query in (("explanation", {}), ("diff", {"base": str(snapshots[0].pk)})):
        answer = api.get(f"{API}/{snapshots[1].pk}/{path}", {"metric": "risk_critical", **query})
        assert_problem(answer, status=409, code="facts_not_kept")


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("explanation", {}, "metric"),
        ("explanation", {"metric": "profit"}, "metric"),
        ("explanation", {"metric": "risk_ok", "limit": 0}, "limit"),
        ("explanation", {"metric": "risk_ok", "level": "bad"}, "level"),
        ("explanation", {"metric": "wb_accounts_total", "article_id": 1}, "article_id"),
        ("diff", {"metric": "risk_ok", "base": "yesterday"}, "base"),
        ("diff", {"metric": "risk_ok", "base": "-0s"}, "base"),
        ("diff", {"metric": "risk_ok", "top": 501}, "top"),
    ],
)
def test_bad_input_is_named(api: Client, path: str, query: dict[str, Any], field: str) -> None:
    assert_problem(api.get(f"{API}/1/{path}", query), status=400, code="invalid_input", fields={field})
