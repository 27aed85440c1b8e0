"""Every endpoint: who may, what an empty database answers, and at what price in statements."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitoring.models import AlertRule, MonitoringRun, MonitoringSnapshot
from monitoring.tests.test_api_overview import make_rule, store
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

PREFIX = "/api/v1/planning/monitoring"
READ = "view_monitoringsnapshot"
RULE_ID = 1_000_000  # no new rule gets it
READS = [
    "bootstrap",
    "status",
    "snapshot",
    "history",
    "timeseries?metrics=risk_ok",
    "timeseries?metrics=risk_ok&step=1h",
    "metrics",
    "layout",
    "alerts",
    "dashboard",
    "risk-focus",
    "health/scheduler",
]
RULE = {
    "name": "New",
    "metric": "risk_ok",
    "threshold_type": "below",
    "threshold_value": 1,
    "severity": "warning",
}
ENDPOINTS = [
    *(("get", path, READ) for path in READS),
    ("get", "gaps", "view_monitoringgap"),
    ("get", "runs", "view_monitoringrun"),
    ("get", "alert-rules", "view_alertrule"),
    ("get", f"alert-rules/{RULE_ID}", "view_alertrule"),
    ("post", "alert-rules", "add_alertrule"),
    ("post", "alert-rules/seed", "add_alertrule"),
    ("patch", f"alert-rules/{RULE_ID}", "change_alertrule"),
    ("delete", f"alert-rules/{RULE_ID}", "delete_alertrule"),
    ("post", "snapshot/capture", "capture_monitoringsnapshot"),
    ("get", "alert-episodes", "view_alertepisode"),
    ("get", "alert-transitions", "view_alerttransition"),
    ("get", "silences", "view_silence"),
    ("get", "notification-channels", "view_notificationchannel"),
    ("get", "notifications", "view_notification"),
]
# What every request pays before its view: the session, its user, the user's permissions and those of the groups.
LOGIN_STATEMENTS = 4


def call(client: Client, method: str, path: str) -> Any:
    if method == "get":
        return client.get(f"{PREFIX}/{path}")
    return getattr(client, method)(f"{PREFIX}/{path}", RULE, "application/json")


def count_rows() -> tuple[int, int, list[Any]]:
    return MonitoringSnapshot.objects.count(), MonitoringRun.objects.count(), list(AlertRule.objects.values())


@pytest.fixture
def user(client: Client) -> User:
    user = User.objects.create_user("someone")
    client.force_login(user)
    return user


def grant(user: User, *codenames: str) -> None:
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


@pytest.mark.parametrize(("method", "path", "permission"), ENDPOINTS)
def test_without_a_login_nothing_is_told_or_done(client: Client, method: str, path: str, permission: str) -> None:
    AlertRule.objects.create(pk=RULE_ID, **RULE)
    before = count_rows()
    assert_problem(call(client, method, path), 401)
    assert count_rows() == before


@pytest.mark.parametrize(("method", "path", "permission"), ENDPOINTS)
def test_without_its_permission_nothing_is_told_or_done(
    client: Client, user: User, method: str, path: str, permission: str
) -> None:
    AlertRule.objects.create(pk=RULE_ID, **RULE)
    grant(user, *{one for _, _, one in ENDPOINTS} - {permission})
    before = count_rows()
    assert_problem(call(client, method, path), 403, "permission_denied")
    assert count_rows() == before


@pytest.mark.parametrize(("method", "path", "permission"), ENDPOINTS)
def test_its_permission_alone_is_enough(client: Client, user: User, method: str, path: str, permission: str) -> None:
    AlertRule.objects.create(pk=RULE_ID, **RULE)
    store()
    grant(user, permission)
    assert call(client, method, path).status_code in {200, 201, 204}


LISTS = ["alert-rules", "alert-episodes", "alert-transitions", "silences", "notification-channels", "notifications"]


@pytest.mark.parametrize("path", [path for path in [*READS, *LISTS] if path != "health/scheduler"])
def test_an_empty_database_has_an_answer_to_everything(api: Client, path: str) -> None:
    answer = api.get(f"{PREFIX}/{path}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert isinstance(answer.json(), dict)
    assert count_rows() == (0, 0, [])


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("bootstrap", 3),  # snapshot, clock, rules
        ("status", 3),
        ("alerts", 3),
        ("dashboard", 4),  # and the history
        ("snapshot", 4),  # tables, sales of the window, last days of what stopped selling, accounts
        ("risk-focus", 3),  # all of those but the accounts
        ("history", 2),  # and the latest snapshot with the clock, which say how old all of it is
        ("history?limit=365", 2),
        ("timeseries?metrics=risk_ok&metrics=risk_critical&limit=365", 1),
        ("timeseries?metrics=risk_ok&metrics=risk_critical&start=2026-01-01&end=2026-03-31&agg=max", 1),
        ("timeseries?metrics=risk_ok&step=1h", 2),  # the clock says where the running slot ends
        ("gaps", 1),
        ("runs", 1),
        ("alert-rules", 1),  # with how they stand
        ("health/scheduler", 1),  # snapshot and clock
        ("metrics", 0),
        ("layout", 0),
    ],
)
def test_a_read_is_at_most_eight_statements_with_its_login(
    client: Client, user: User, path: str, statements: int
) -> None:
    for _ in range(40):
        store()
        make_rule()
    grant(user, READ, "view_alertrule", "view_monitoringgap", "view_monitoringrun")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{PREFIX}/{path}").status_code == 200
    assert len(queries) == LOGIN_STATEMENTS + statements <= 8


@pytest.mark.parametrize("method", ["put", "delete", "patch", "post"])
@pytest.mark.parametrize("path", ["status", "history", "metrics"])
def test_what_can_only_be_read_says_so(api: Client, path: str, method: str) -> None:
    assert_problem(getattr(api, method)(f"{PREFIX}/{path}"), 405, "method_not_allowed")


def test_a_rule_cannot_be_replaced_and_a_capture_cannot_be_read(api: Client) -> None:
    make_rule(pk=RULE_ID)
    assert_problem(api.put(f"{PREFIX}/alert-rules/{RULE_ID}", RULE, "application/json"), 405)
    assert_problem(api.get(f"{PREFIX}/snapshot/capture"), 405)
