"""Status, alerts, dashboard and bootstrap: one snapshot, its age, and what follows."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from monitoring.domain.layout import LAYOUT
from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import AlertRule, MonitoringSnapshot
from monitoring.tests.company import make_articles, make_company
from monitoring.tests.rivals import fetch_value
from planning_core.models import StockBalance
from supplybrain.clock import get_business_date
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

PREFIX = "/api/v1/planning/monitoring"
GOOD = {"risk_critical": 0, "wb_accounts_active": 1, "ms_accounts_active": 1}
FRESHNESS = {"state", "age_seconds", "slot", "expected_slot"}


def store(age: timedelta = timedelta(0), **values: int | None) -> MonitoringSnapshot:
    at: datetime = fetch_value("SELECT clock_timestamp()") - age
    return MonitoringSnapshot.objects.create(
        slot=at, created_at=at, schema_version=1, metrics_version=1, **dict.fromkeys(METRIC_NAMES, 0) | GOOD | values
    )


def make_rule(metric: str = "risk_critical", threshold: int = 0, **fields: Any) -> AlertRule:
    defaults = {"threshold_type": "above", "severity": "critical", "name": f"{metric} is bad"}
    return AlertRule.objects.create(metric=metric, threshold_value=threshold, **defaults | fields)


def get(api: Client, path: str, **query: Any) -> Any:
    answer = api.get(f"{PREFIX}/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_status_tells_the_time_of_its_snapshot(api: Client) -> None:
    snapshot = store(timedelta(minutes=10))
    body = get(api, "status")
    assert body["overall_status"] == "ok"
    assert (body["critical_alerts"], body["warning_alerts"]) == (0, 0)
    assert datetime.fromisoformat(body["updated_at"]) == snapshot.created_at
    assert set(body["freshness"]) == FRESHNESS
    assert body["freshness"]["state"] == "fresh"
    assert 600 <= body["freshness"]["age_seconds"] < 660
    assert datetime.fromisoformat(body["freshness"]["slot"]) == snapshot.slot
    assert datetime.fromisoformat(body["freshness"]["expected_slot"]).minute % 15 == 0


@pytest.mark.parametrize(
    ("minutes", "state", "status"),
    [(16, "fresh", "ok"), (20, "late", "ok"), (31, "stale", "warning"), (61, "dead", "critical")],
)
def test_old_data_are_never_ok(api: Client, minutes: int, state: str, status: str) -> None:
    store(timedelta(minutes=minutes))
    for body in (get(api, "status"), get(api, "dashboard")["status"], get(api, "bootstrap")["status"]):
        assert (body["freshness"]["state"], body["overall_status"]) == (state, status)


def test_the_latest_stored_snapshot_decides_whatever_the_data_say_now(api: Client) -> None:
    make_company(as_of=get_business_date())  # critical if it were built now
    store(timedelta(minutes=30), risk_critical=5)
    store(risk_critical=0)
    make_rule()
    assert get(api, "status")["overall_status"] == "ok"
    assert get(api, "alerts")["items"] == []


def test_without_a_stored_snapshot_one_is_built_and_not_stored(api: Client) -> None:
    make_company(as_of=get_business_date())
    rule = make_rule()
    body = get(api, "status")
    assert (body["overall_status"], body["critical_alerts"], body["warning_alerts"]) == ("critical", 1, 0)
    assert body["freshness"] == {
        "state": "never",
        "age_seconds": None,
        "slot": None,
        "expected_slot": body["freshness"]["expected_slot"],
    }
    assert [alert["rule_id"] for alert in get(api, "alerts")["items"]] == [rule.pk]
    assert get(api, "dashboard")["snapshot"]["risks"]["critical"] == 1
    assert not MonitoringSnapshot.objects.exists()


def test_before_the_first_snapshot_good_values_are_ok(api: Client) -> None:
    make_company(as_of=get_business_date())
    StockBalance.objects.update(quantity=20 * 2)  # between the alert days and overstock
    assert get(api, "snapshot")["risks"]["ok"] == 1
    status = get(api, "status")
    assert (status["overall_status"], status["freshness"]["state"]) == ("ok", "never")


def test_before_the_first_snapshot_the_status_can_be_asked_as_of_another_day(api: Client) -> None:
    make_company(as_of=date(2025, 6, 30))
    make_rule("total_final_order_qty", 1)
    assert get(api, "status")["critical_alerts"] == 0  # nothing sold in the last thirty days
    assert get(api, "status", as_of="2025-06-30")["critical_alerts"] == 1


@pytest.mark.parametrize(
    ("path", "find"),
    [
        ("status", lambda body: body["freshness"]),
        ("alerts", lambda body: body["freshness"]),
        ("history?limit=1", lambda body: body["freshness"]),
        ("bootstrap", lambda body: body["status"]["freshness"]),
        ("dashboard", lambda body: body["snapshot"]["freshness"]),
        ("dashboard", lambda body: body["alerts"]["freshness"]),
        ("snapshots/{id}", lambda body: body["freshness"]),
    ],
)
def test_every_answer_about_the_latest_snapshot_says_how_old_it_is(
    api: Client, path: str, find: Callable[[Any], dict[str, Any]]
) -> None:
    snapshot = store(timedelta(minutes=45))
    freshness = find(get(api, path.format(id=snapshot.pk)))
    assert set(freshness) == FRESHNESS
    assert (freshness["state"], freshness["slot"]) == ("stale", f"{snapshot.slot:%Y-%m-%dT%H:%M:%S.%fZ}")
    assert 45 * 60 <= freshness["age_seconds"] < 46 * 60


def test_an_old_page_of_history_tells_the_age_of_the_latest_snapshot(api: Client) -> None:
    store(timedelta(days=3))
    store()
    body = get(api, "history", end="2020-01-01")
    assert (body["items"], body["freshness"]["state"]) == ([], "fresh")


def test_an_alert_names_its_rule_and_both_values(api: Client) -> None:
    store(risk_warning=6)
    rule = make_rule("risk_warning", 5, severity="warning")
    make_rule("risk_warning", 6)
    make_rule("risk_warning", 0, is_active=False)
    expected = {
        "rule_id": rule.pk,
        "name": "risk_warning is bad",
        "severity": "warning",
        "metric": "risk_warning",
        "current_value": 6,
        "threshold_type": "above",
        "threshold_value": 5,
    }
    assert get(api, "alerts")["items"] == get(api, "dashboard")["alerts"]["items"] == [expected]
    status = get(api, "status")
    assert (status["overall_status"], status["critical_alerts"], status["warning_alerts"]) == ("warning", 0, 1)


def test_a_rule_on_a_metric_that_nobody_knows_is_never_breached(api: Client) -> None:
    store()
    make_rule("from_elsewhere", 1, threshold_type="below")
    assert get(api, "alerts")["items"] == []
    assert [rule["metric"] for rule in get(api, "alert-rules")["items"]] == ["from_elsewhere"]


def test_a_metric_that_the_snapshot_is_older_than_is_null_and_alarms_nobody(api: Client) -> None:
    store(risk_critical=None, wb_accounts_active=None)
    make_rule("wb_accounts_active", 1, threshold_type="below")
    dashboard = get(api, "dashboard")
    assert dashboard["snapshot"]["risks"]["critical"] is None
    assert (dashboard["alerts"]["items"], dashboard["status"]["overall_status"]) == ([], "ok")


def test_the_dashboard_is_the_other_answers_in_one(api: Client) -> None:
    for n in range(32):
        store(timedelta(minutes=15 * n), risk_critical=n + 1)
    make_rule()
    dashboard = get(api, "dashboard")
    assert set(dashboard) == {"snapshot", "history", "alerts", "rules", "status"}
    assert dashboard["history"] == {"items": get(api, "history", limit=30)["items"]}
    assert dashboard["rules"] == get(api, "alert-rules")
    assert dashboard["alerts"]["items"] == get(api, "alerts")["items"]
    assert dashboard["snapshot"]["risks"]["critical"] == 1
    assert dashboard["snapshot"]["updated_at"] == dashboard["status"]["updated_at"]
    assert dashboard["snapshot"]["freshness"] == dashboard["status"]["freshness"] == dashboard["alerts"]["freshness"]


def test_bootstrap_is_what_a_front_end_needs_to_start(api: Client) -> None:
    store()
    bootstrap = get(api, "bootstrap")
    assert set(bootstrap) == {"metrics", "layout", "status"}
    assert bootstrap["metrics"] == get(api, "metrics")
    assert bootstrap["layout"] == get(api, "layout")
    assert bootstrap["status"]["overall_status"] == "ok"


def test_the_catalogue_of_metrics_says_what_each_can_do(api: Client) -> None:
    items = {item["metric"]: item for item in get(api, "metrics")["items"]}
    assert tuple(items) == METRIC_NAMES
    assert items["risk_critical"] == {
        "metric": "risk_critical",
        "category": "risk",
        "label": "Critical risk",
        "description": "Bundle types of active articles whose stock covers the safety days at most.",
        "unit": "article bundle types",
        "supports_alerts": True,
        "supports_timeseries": True,
        "used_in_status": True,
        "since_schema_version": 1,
        "explained_by": "bundle_risk_levels",
    }
    assert {name for name, item in items.items() if not item["used_in_status"]} == {
        "wb_accounts_total",
        "ms_accounts_total",
    }


def test_the_layout_has_the_sections_and_tiles_of_the_contract(api: Client) -> None:
    sections = get(api, "layout")["sections"]
    assert [section["id"] for section in sections] == [section.id for section in LAYOUT]
    assert [tile["id"] for section in sections for tile in section["tiles"]] == [
        "status_summary",
        "risk_counters",
        "risk_timeseries",
        "risk_top_articles",
        "integrations_counters",
        "integrations_timeseries",
        "orders_counters",
        "orders_timeseries",
    ]
    assert sections[1]["tiles"][0] == {
        "id": "risk_counters",
        "title": "Risk levels",
        "description": "Bundle types by risk level now.",
        "type": "counter",
        "primary_metric": "risk_critical",
        "secondary_metrics": ["risk_warning", "risk_ok", "risk_overstock", "risk_no_data"],
        "source_endpoint": f"{PREFIX}/snapshot",
        "source_params": None,
    }


def test_every_tile_can_be_filled_from_its_source(api: Client) -> None:
    store()
    for section in get(api, "layout")["sections"]:
        for tile in section["tiles"]:
            assert api.get(tile["source_endpoint"], tile["source_params"] or {}).status_code == 200, tile["id"]


def test_risk_focus_is_as_long_as_asked_for_and_tells_the_order(api: Client) -> None:
    make_articles(22, as_of=get_business_date())
    items = get(api, "risk-focus")["items"]
    assert len(items) == 20
    assert items[0] == {
        "article_id": items[0]["article_id"],
        "article_code": "ART-1",
        "bundle_type_id": items[0]["bundle_type_id"],
        "bundle_type_name": "Single",
        "risk_level": "critical",
        "days_of_cover": 5.0,
        "final_order_qty": 120,
    }
    assert len(get(api, "risk-focus", limit=100)["items"]) == 22


@pytest.mark.parametrize("limit", ["0", "101", "all"])
def test_risk_focus_has_at_most_a_hundred_rows(api: Client, limit: str) -> None:
    assert_problem(api.get(f"{PREFIX}/risk-focus", {"limit": limit}), 400, "invalid_input", fields={"limit"})


@pytest.mark.parametrize(("minutes", "state"), [(1, "fresh"), (29, "late")])
def test_the_scheduler_is_healthy_while_snapshots_are_recent(api: Client, minutes: int, state: str) -> None:
    store(timedelta(minutes=minutes))
    body = get(api, "health/scheduler")
    assert (body["status"], body["freshness"]["state"]) == (state, state)


@pytest.mark.parametrize(("minutes", "state"), [(31, "stale"), (61, "dead")])
def test_the_scheduler_is_overdue_when_they_are_not(api: Client, minutes: int, state: str) -> None:
    store(timedelta(minutes=minutes))
    body = assert_problem(api.get(f"{PREFIX}/health/scheduler"), 503, "scheduler_overdue")
    assert set(body["data"]["freshness"]) == FRESHNESS
    assert body["data"]["freshness"]["state"] == state


def test_the_scheduler_is_overdue_before_the_first_snapshot(api: Client) -> None:
    body = assert_problem(api.get(f"{PREFIX}/health/scheduler"), 503, "scheduler_overdue")
    assert body["data"]["freshness"]["state"] == "never"
    assert body["detail"] == "A snapshot is due every 900 s, and there is none yet. Are beat and a worker running?"
