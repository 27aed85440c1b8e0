"""The backtest of a rule over REST."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import Alert, AlertRule, MonitoringSnapshot
from monitoring.tests.pages import find_slot
from supplybrain.tests.people import log_in
from supplybrain.tests.problems import assert_problem
from supplybrain.tests.rows import make_row

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)
RISKY = [9, 9, None, 9, 2, 7, 7, 1]  # newest first; None is a missed slot


@pytest.fixture
def slot() -> datetime:
    """The running slot, and snapshots up to it."""
    slot = find_slot()
    for at, value in enumerate(RISKY):
        if value is not None:
            values = dict.fromkeys(METRIC_NAMES, 0) | {"risk_critical": value, "risk_ok": at}
            make_row(MonitoringSnapshot, slot=slot - at * QUARTER, created_at=slot - at * QUARTER, **values)
    return slot


@pytest.fixture
def rule() -> AlertRule:
    return AlertRule.objects.create(
        name="Risk", metric="risk_critical", threshold_type="above", threshold_value=5, severity="critical"
    )


def backtest(client: Client, rule: AlertRule | int, **body: Any) -> Any:
    number = rule.pk if isinstance(rule, AlertRule) else rule
    path = f"/api/v1/planning/monitoring/alert-rules/{number}/backtest"
    return client.post(path, body, "application/json")


def write(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def test_a_viewer_learns_what_the_saved_rule_would_have_done(client: Client, slot: datetime, rule: AlertRule) -> None:
    answer = backtest(log_in(client, "viewer"), rule)
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "rule_id": rule.pk,
        "days": 90,
        "slot_seconds": 900,
        "saved": {
            "terms": {
                "metric": "risk_critical",
                "threshold_type": "above",
                "threshold_value": 5,
                "recovery_threshold": None,
                "pending_slots": 1,
                "recover_slots": 1,
            },
            "start": write(slot - 7 * QUARTER),
            "end": write(slot + QUARTER),
            "slots": 8,
            "captured_slots": 7,
            "degraded_slots": 0,
            "state": "firing",
            "health": "ok",
            "figures": {
                "episodes": 2,
                "firing_seconds": 5400,
                "firing_ratio": 0.75,
                "longest_seconds": 3600,
                "unobserved_seconds": 900,
                "false_starts": 0,
                "flaps": 0,
                "flappings": 0,
                "messages": 3,
                "reminders": 0,
                "messages_kept_back": 0,
            },
            "episodes": [
                {
                    "opened_slot": write(slot - 3 * QUARTER),
                    "fired_slot": write(slot - 3 * QUARTER),
                    "closed_slot": None,
                    "close_reason": None,
                    "duration_seconds": 3600,
                    "peak_value": 9,
                    "peak_slot": write(slot - 3 * QUARTER),
                    "flap_count": 0,
                },
                {
                    "opened_slot": write(slot - 6 * QUARTER),
                    "fired_slot": write(slot - 6 * QUARTER),
                    "closed_slot": write(slot - 4 * QUARTER),
                    "close_reason": "recovered",
                    "duration_seconds": 1800,
                    "peak_value": 7,
                    "peak_slot": write(slot - 6 * QUARTER),
                    "flap_count": 0,
                },
            ],
        },
        "overridden": None,
    }
    assert not Alert.objects.exists()


def test_other_terms_stand_beside_the_saved_ones(api: Client, slot: datetime, rule: AlertRule) -> None:
    overrides = {"threshold_value": 6, "recovery_threshold": 1, "pending_slots": 2, "recover_slots": 2}
    body = backtest(api, rule, overrides=overrides).json()
    assert body["saved"]["terms"]["threshold_value"] == 5
    assert body["overridden"]["terms"] == {**body["saved"]["terms"], **overrides}
    assert body["overridden"]["figures"]["episodes"] == 1  # a value of 2 is no longer clear
    assert backtest(api, rule, overrides={"metric": "risk_ok"}).json()["overridden"]["terms"]["metric"] == "risk_ok"
    rule.refresh_from_db()
    assert (rule.threshold_value, rule.pending_slots, rule.version) == (5, 1, 1)


def test_a_recovery_threshold_may_be_tried_away(api: Client, slot: datetime, rule: AlertRule) -> None:
    AlertRule.objects.filter(pk=rule.pk).update(recovery_threshold=1)
    body = backtest(api, rule, overrides={"recovery_threshold": None}).json()
    assert [body[side]["figures"]["episodes"] for side in ("saved", "overridden")] == [1, 2]


def test_fewer_days_look_back_less_far(api: Client, slot: datetime, rule: AlertRule) -> None:
    old = slot - timedelta(days=2)
    make_row(MonitoringSnapshot, slot=old, created_at=old, **dict.fromkeys(METRIC_NAMES, 0))
    assert backtest(api, rule, days=1).json()["saved"]["slots"] == 8
    assert backtest(api, rule, days=2).json()["saved"]["slots"] == 193


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"days": "many"}, "days"),
        ({"days": None}, "days"),
        ({"overrides": 5}, "overrides"),
        ({"overrides": {"metric": "risk_awful"}}, "overrides.metric"),
        ({"overrides": {"threshold_type": "near"}}, "overrides.threshold_type"),
        ({"overrides": {"threshold_value": -1}}, "overrides.threshold_value"),
        ({"overrides": {"threshold_value": None}}, "overrides.threshold_value"),
        ({"overrides": {"recovery_threshold": 6}}, "overrides.recovery_threshold"),
        ({"overrides": {"threshold_type": "below", "recovery_threshold": 4}}, "overrides.recovery_threshold"),
        ({"overrides": {"pending_slots": 97}}, "overrides.pending_slots"),
        ({"overrides": {"recover_slots": 0}}, "overrides.recover_slots"),
        ({"overrides": {"treshold_value": 3}}, "overrides.treshold_value"),
    ],
)
def test_what_cannot_be_tried_is_refused_by_name(
    api: Client, rule: AlertRule, body: dict[str, Any], field: str
) -> None:
    assert_problem(backtest(api, rule, **body), 400, "invalid_input", fields={field})


def test_slots_that_are_too_short_are_told(api: Client, settings: Settings, rule: AlertRule) -> None:
    settings.MONITORING_INTERVAL_SECONDS = 60
    answer = assert_problem(backtest(api, rule, days=105), 400, "invalid_input", fields={"days"})
    assert "At most 104 days" in answer["detail"]


def test_a_rule_on_a_metric_of_old_needs_another_one(api: Client, slot: datetime, rule: AlertRule) -> None:
    AlertRule.objects.filter(pk=rule.pk).update(metric="metric_of_old")
    assert_problem(backtest(api, rule), 400, "invalid_input", fields={"overrides.metric"})
    body = backtest(api, rule, overrides={"metric": "risk_critical"}).json()
    assert body["saved"] is None
    assert body["overridden"]["figures"]["episodes"] == 2


@pytest.mark.parametrize("number", [0, 999_999, 2**63])
def test_a_rule_that_is_not_there_is_not_found(api: Client, number: int) -> None:
    assert_problem(backtest(api, number), 404, "not_found")


def test_who_may_not_see_rules_may_not_try_them(client: Client, rule: AlertRule) -> None:
    user = User.objects.create_user("counter")
    seen = Group.objects.get(name="viewer").permissions.exclude(codename="view_alertrule")
    user.user_permissions.set(seen)
    client.force_login(user)
    assert_problem(backtest(client, rule), 403, "permission_denied")


def test_a_backtest_costs_the_same_whatever_there_is(api: Client, slot: datetime, rule: AlertRule) -> None:
    backtest(api, rule)
    with CaptureQueriesContext(connection) as few:
        backtest(api, rule, overrides={"metric": "risk_ok"})
    MonitoringSnapshot.objects.bulk_create(
        MonitoringSnapshot(
            slot=slot - at * QUARTER,
            created_at=slot - at * QUARTER,
            schema_version=1,
            metrics_version=1,
            **dict.fromkeys(METRIC_NAMES, at % 9),
        )
        for at in range(len(RISKY), 300)
    )
    with CaptureQueriesContext(connection) as many:
        backtest(api, rule, overrides={"metric": "risk_ok"})
    # session, user, 2 permissions; rule, clock, age of the sources, 2 metrics
    assert len(few) == len(many) <= 9
