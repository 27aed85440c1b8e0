"""Snapshots over REST: what is built, captured, stored and plotted."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import MonitoringRun, MonitoringSnapshot
from monitoring.tests.company import EXPECTED_VALUES, make_company
from monitoring.tests.rivals import fetch_value, holding_capture_lock
from supplybrain.clock import get_business_date
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

PREFIX = "/api/v1/planning/monitoring"
RECORD = {"id", "created_at", *METRIC_NAMES, "slot", "schema_version", "metrics_version"}
FRESHNESS = {"state", "age_seconds", "slot", "expected_slot"}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_snapshot(minutes: int, **values: Any) -> MonitoringSnapshot:
    at = NOON + timedelta(minutes=minutes)
    filled = dict.fromkeys(METRIC_NAMES, minutes) | values
    return MonitoringSnapshot.objects.create(slot=at, created_at=at, schema_version=1, metrics_version=1, **filled)


def test_the_snapshot_is_built_now_and_not_stored(api: Client) -> None:
    make_company(as_of=get_business_date())
    body = api.get(f"{PREFIX}/snapshot").json()
    assert set(body) == {"integrations", "risks", "orders", "updated_at", "freshness"}
    assert body["integrations"] == {k: v for k, v in EXPECTED_VALUES.items() if "accounts" in k}
    assert body["risks"] == {"critical": 1, "warning": 0, "ok": 0, "overstock": 0, "no_data": 0}
    assert body["orders"] == {"articles_with_orders": 1, "total_final_order_qty": 120}
    assert datetime.fromisoformat(body["updated_at"]).tzinfo == UTC
    assert set(body["freshness"]) == FRESHNESS
    assert (body["freshness"]["state"], body["freshness"]["age_seconds"]) == ("fresh", 0)
    assert not MonitoringSnapshot.objects.exists()
    assert not MonitoringRun.objects.exists()


def test_the_snapshot_plans_as_of_another_day(api: Client) -> None:
    make_company(as_of=date(2025, 6, 30))
    today = api.get(f"{PREFIX}/snapshot").json()
    then = api.get(f"{PREFIX}/snapshot", {"as_of": "2025-06-30"}).json()
    assert today["orders"]["total_final_order_qty"] == 0  # nothing sold in the last thirty days
    assert then["orders"]["total_final_order_qty"] == 120


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_the_calendar_can_be_asked_for(api: Client, day: str) -> None:
    assert api.get(f"{PREFIX}/snapshot", {"as_of": day}).status_code == 200


@pytest.mark.parametrize("path", ["snapshot", "status", "alerts", "dashboard", "bootstrap", "risk-focus"])
@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "\x00"])
def test_a_day_that_is_none_is_refused(api: Client, path: str, day: str) -> None:
    assert_problem(api.get(f"{PREFIX}/{path}", {"as_of": day}), 400, "invalid_input", fields={"as_of"})


def test_history_is_newest_first_and_thirty_long(api: Client) -> None:
    made = [make_snapshot(15 * n) for n in range(32)]
    items = api.get(f"{PREFIX}/history").json()["items"]
    assert [item["id"] for item in items] == [snapshot.pk for snapshot in reversed(made[2:])]
    assert set(items[0]) == RECORD
    assert items[0]["created_at"] == items[0]["slot"] == "2026-03-01T19:45:00Z"
    assert (items[0]["schema_version"], items[0]["metrics_version"], items[0]["risk_ok"]) == (1, 1, 465)


def test_history_is_as_long_as_asked_for(api: Client) -> None:
    made = [make_snapshot(15 * n) for n in range(3)]
    assert [item["id"] for item in api.get(f"{PREFIX}/history", {"limit": 1}).json()["items"]] == [made[-1].pk]
    assert len(api.get(f"{PREFIX}/history", {"limit": 365}).json()["items"]) == 3


def test_of_two_snapshots_of_one_moment_the_one_with_the_higher_id_is_newer(api: Client) -> None:
    first = make_snapshot(0)
    second = MonitoringSnapshot.objects.create(created_at=NOON, schema_version=1, metrics_version=1)
    items = api.get(f"{PREFIX}/history").json()["items"]
    assert [item["id"] for item in items] == [second.pk, first.pk]
    assert items[0]["slot"] is None
    assert items[0]["risk_critical"] is None


@pytest.mark.parametrize("path", ["history", "timeseries"])
@pytest.mark.parametrize("limit", ["0", "366", "-1", "many", "1.5", "99999999999999999999"])
def test_a_limit_out_of_range_is_refused_by_name(api: Client, path: str, limit: str) -> None:
    query = {"limit": limit, "metrics": "risk_ok"}  # the history does not mind a parameter too many
    assert_problem(api.get(f"{PREFIX}/{path}", query), 400, "invalid_input", fields={"limit"})


def test_a_series_is_oldest_first_over_the_newest_snapshots(api: Client) -> None:
    for n in range(4):
        make_snapshot(15 * n, risk_critical=n, wb_accounts_total=9)
    body = api.get(f"{PREFIX}/timeseries?metrics=wb_accounts_total&metrics=risk_critical&limit=2").json()
    assert body == {
        "items": [
            {
                "metric": "wb_accounts_total",
                "points": [
                    {"timestamp": "2026-03-01T12:30:00Z", "value": 9},
                    {"timestamp": "2026-03-01T12:45:00Z", "value": 9},
                ],
            },
            {
                "metric": "risk_critical",
                "points": [
                    {"timestamp": "2026-03-01T12:30:00Z", "value": 2},
                    {"timestamp": "2026-03-01T12:45:00Z", "value": 3},
                ],
            },
        ]
    }


def test_a_metric_that_did_not_exist_yet_gives_no_point(api: Client) -> None:
    make_snapshot(0, risk_ok=None)
    make_snapshot(15, risk_ok=7)
    (series,) = api.get(f"{PREFIX}/timeseries", {"metrics": "risk_ok"}).json()["items"]
    assert series["points"] == [{"timestamp": "2026-03-01T12:15:00Z", "value": 7}]


def test_a_metric_asked_for_twice_comes_once(api: Client) -> None:
    make_snapshot(0)
    items = api.get(f"{PREFIX}/timeseries", {"metrics": ["risk_ok", "risk_ok"]}).json()["items"]
    assert [item["metric"] for item in items] == ["risk_ok"]


@pytest.mark.parametrize("name", METRIC_NAMES)
def test_every_metric_has_a_series(api: Client, name: str) -> None:
    make_snapshot(15)
    (series,) = api.get(f"{PREFIX}/timeseries", {"metrics": name}).json()["items"]
    assert [point["value"] for point in series["points"]] == [15]


def test_without_history_there_is_no_series(api: Client) -> None:
    assert api.get(f"{PREFIX}/timeseries", {"metrics": "risk_ok"}).json() == {"items": []}


def test_a_series_of_nothing_is_refused(api: Client) -> None:
    assert_problem(api.get(f"{PREFIX}/timeseries"), 400, "invalid_input", fields={"metrics"})


@pytest.mark.parametrize("name", ["risk_awful", "", "id", "\x00", "slot"])
def test_an_unknown_metric_is_refused_with_the_valid_ones(api: Client, name: str) -> None:
    answer = api.get(f"{PREFIX}/timeseries", {"metrics": ["risk_ok", name]})
    body = assert_problem(answer, 400, "invalid_input", fields={"metrics"})
    assert body["errors"][0]["code"] == "unknown_metric"
    assert all(valid in body["errors"][0]["detail"] for valid in METRIC_NAMES)


def test_the_first_capture_of_a_slot_creates_and_the_second_one_finds(api: Client) -> None:
    make_company(as_of=get_business_date())
    created = api.post(f"{PREFIX}/snapshot/capture")
    found = api.post(f"{PREFIX}/snapshot/capture")
    assert (created.status_code, found.status_code) == (201, 200)
    body = created.json()
    assert set(body) == RECORD | {"freshness"}
    assert set(body["freshness"]) == FRESHNESS
    assert body["freshness"]["state"] == "fresh"
    assert body["freshness"]["slot"] == body["freshness"]["expected_slot"] == body["slot"]
    assert {name: body[name] for name in EXPECTED_VALUES} == EXPECTED_VALUES
    assert {k: v for k, v in found.json().items() if k != "freshness"} == {
        k: v for k, v in body.items() if k != "freshness"
    }
    assert api.get(f"{PREFIX}/history").json()["items"] == [{k: v for k, v in body.items() if k != "freshness"}]
    assert MonitoringRun.objects.get().trigger == "api"


@pytest.mark.django_db(transaction=True)
def test_a_capture_that_never_ends_is_a_conflict(api: Client, settings: Any) -> None:
    settings.MONITORING_LOCK_TIMEOUT_SECONDS = 1
    with holding_capture_lock():
        assert_problem(api.post(f"{PREFIX}/snapshot/capture"), 409, "capture_running")
    assert not MonitoringSnapshot.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_capture_that_takes_too_long_is_unavailable(api: Client, settings: Any, during_build: Any) -> None:
    settings.MONITORING_STATEMENT_TIMEOUT_SECONDS = 1
    during_build(lambda: fetch_value("SELECT pg_sleep(3)"))
    body = assert_problem(api.post(f"{PREFIX}/snapshot/capture"), 503, "capture_timed_out")
    assert "MONITORING_STATEMENT_TIMEOUT_SECONDS=1" in body["detail"]
    assert not MonitoringSnapshot.objects.exists()


def test_the_api_captures_while_the_scheduler_is_off(api: Client, settings: Any) -> None:
    settings.MONITORING_SCHEDULER_ENABLED = False
    assert api.post(f"{PREFIX}/snapshot/capture").status_code == 201
