"""Alert rules over REST."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from monitoring.domain.alerts import DEFAULT_RULES
from monitoring.domain.metrics import ALERT_METRIC_NAMES
from monitoring.models import AlertEpisode, AlertRule, AlertTransition
from monitoring.selectors.clock import get_database_clock
from monitoring.services.interval import get_interval
from monitoring.services.rules import SeedResult, seed_rules
from monitoring.tests.past import snap
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

RULES = "/api/v1/planning/monitoring/alert-rules"
GOOD = {
    "name": "Too much risk",
    "metric": "risk_critical",
    "threshold_type": "above",
    "threshold_value": 3,
    "severity": "critical",
}
# What a rule has that nobody gave it, before a snapshot was judged by it.
REST = {
    "recovery_threshold": None,
    "pending_slots": 1,
    "recover_slots": 1,
    "description": "",
    "owner_id": None,
    "owner_name": None,
    "version": 1,
    "alert": None,
}
BIGGEST = 2**63 - 1


def send(api: Client, method: str, path: str, body: Any) -> Any:
    return getattr(api, method)(path, body, "application/json")


@pytest.fixture
def rule() -> AlertRule:
    return AlertRule.objects.create(**GOOD)


def test_a_rule_is_created_active_unless_said_otherwise(api: Client) -> None:
    created = send(api, "post", RULES, GOOD)
    switched_off = send(api, "post", RULES, {**GOOD, "is_active": False})
    assert (created.status_code, switched_off.status_code) == (201, 201)
    first, second = AlertRule.objects.order_by("id")
    assert created.json() == {"id": first.pk, **GOOD, **REST, "is_active": True}
    assert switched_off.json() == {"id": second.pk, **GOOD, **REST, "is_active": False}
    assert api.get(RULES).json() == {"items": [created.json(), switched_off.json()]}
    assert api.get(f"{RULES}/{first.pk}").json() == created.json()


@pytest.mark.parametrize("threshold", [0, BIGGEST])
def test_a_threshold_may_be_anything_that_a_metric_can_be(api: Client, threshold: int) -> None:
    assert send(api, "post", RULES, {**GOOD, "threshold_value": threshold}).json()["threshold_value"] == threshold


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "nul\x00"),
        ("name", "x" * 256),
        ("name", None),
        ("metric", "risk_awful"),
        ("metric", "risk\x00"),
        ("metric", ["risk_ok"]),
        ("metric", None),
        ("threshold_type", "equal"),
        ("threshold_type", {}),
        ("threshold_value", -1),
        ("threshold_value", BIGGEST + 1),
        ("threshold_value", 1.5),
        ("threshold_value", "many"),
        ("threshold_value", None),
        ("threshold_value", True),
        ("severity", "info"),
        ("is_active", "maybe"),
        ("is_active", None),
        ("recovery_threshold", -1),
        ("recovery_threshold", 4),  # beyond the threshold, which is 3
        ("recovery_threshold", BIGGEST + 1),
        ("pending_slots", 0),
        ("pending_slots", 97),
        ("recover_slots", 0),
        ("recover_slots", None),
        ("description", None),
        ("description", "x" * 4001),
        ("owner_id", 0),
        ("owner_id", BIGGEST),
        ("owner_id", "root"),
        ("owner_id", True),
    ],
)
def test_bad_input_is_refused_by_name_and_changes_nothing(api: Client, rule: AlertRule, field: str, value: Any) -> None:
    assert_problem(send(api, "post", RULES, {**GOOD, field: value}), 400, "invalid_input", fields={field})
    assert_problem(send(api, "patch", f"{RULES}/{rule.pk}", {field: value}), 400, "invalid_input", fields={field})
    assert AlertRule.objects.count() == 1
    rule.refresh_from_db()
    assert {name: getattr(rule, name) for name in GOOD} == GOOD


@pytest.mark.parametrize("field", GOOD)
def test_a_rule_that_lacks_something_is_refused(api: Client, field: str) -> None:
    body = {name: value for name, value in GOOD.items() if name != field}
    assert_problem(send(api, "post", RULES, body), 400, "invalid_input", fields={field})


@pytest.mark.parametrize("body", [[], "text", None, 7])
def test_a_body_that_is_no_object_is_refused(api: Client, body: Any) -> None:
    assert_problem(api.post(RULES, "null" if body is None else body, "application/json"), 400)


def test_an_unknown_metric_is_refused_with_the_valid_ones(api: Client) -> None:
    body = assert_problem(send(api, "post", RULES, {**GOOD, "metric": "risk_awful"}), 400, fields={"metric"})
    assert all(name in body["detail"] for name in ALERT_METRIC_NAMES)


@pytest.mark.parametrize("metric", ALERT_METRIC_NAMES)
def test_every_metric_that_supports_alerts_is_taken(api: Client, metric: str) -> None:
    assert send(api, "post", RULES, {**GOOD, "metric": metric}).status_code == 201


def test_a_change_touches_only_what_it_names(api: Client, rule: AlertRule) -> None:
    answer = send(api, "patch", f"{RULES}/{rule.pk}", {"threshold_value": 9, "is_active": False})
    assert answer.status_code == 200
    assert answer.json() == {"id": rule.pk, **GOOD, **REST, "threshold_value": 9, "is_active": False, "version": 2}
    assert send(api, "patch", f"{RULES}/{rule.pk}", {}).json() == answer.json()


def test_a_rule_of_an_unknown_metric_can_be_renamed_and_mended(api: Client) -> None:
    rule = AlertRule.objects.create(**{**GOOD, "metric": "from_elsewhere"})
    assert send(api, "patch", f"{RULES}/{rule.pk}", {"name": "Old"}).json()["metric"] == "from_elsewhere"
    assert send(api, "patch", f"{RULES}/{rule.pk}", {"metric": "risk_ok"}).json()["metric"] == "risk_ok"


def test_a_deleted_rule_is_gone(api: Client, rule: AlertRule) -> None:
    answer = api.delete(f"{RULES}/{rule.pk}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert not AlertRule.objects.exists()
    assert_problem(api.delete(f"{RULES}/{rule.pk}"), 404, "not_found")


@pytest.mark.parametrize("unknown", ["0", "999999", str(2**63), "9" * 5000, "-1", "abc", "1.0", "%00"])
@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_a_rule_that_is_not_there_is_not_found(api: Client, rule: AlertRule, method: str, unknown: str) -> None:
    assert_problem(send(api, method, f"{RULES}/{unknown}", {"threshold_value": 9}), 404, "not_found")
    rule.refresh_from_db()
    assert rule.threshold_value == 3


def test_the_default_rules_are_made_once(api: Client) -> None:
    first = api.post(f"{RULES}/seed")
    second = api.post(f"{RULES}/seed")
    assert (first.status_code, second.status_code) == (200, 200)
    ids = list(AlertRule.objects.order_by("id").values_list("id", flat=True))
    assert first.json() == {"created_ids": ids, "skipped_ids": []}
    assert second.json() == {"created_ids": [], "skipped_ids": ids}
    assert [rule["metric"] for rule in api.get(RULES).json()["items"]] == [rule.metric for rule in DEFAULT_RULES]
    assert [rule["name"] for rule in api.get(RULES).json()["items"] if not rule["is_active"]] == [
        DEFAULT_RULES[-1].name
    ]


def test_a_default_rule_that_was_changed_or_doubled_is_left_alone(api: Client, rule: AlertRule) -> None:
    AlertRule.objects.create(**{**GOOD, "threshold_value": 8, "is_active": False})
    other = AlertRule.objects.create(**{**GOOD, "severity": "warning"})
    answer = api.post(f"{RULES}/seed").json()
    assert answer["skipped_ids"] == [rule.pk]  # the oldest of those alike
    assert len(answer["created_ids"]) == 8
    assert other.pk not in answer["created_ids"]
    assert AlertRule.objects.filter(metric="risk_critical").count() == 3


@pytest.mark.parametrize(
    ("side", "threshold", "refused", "taken"), [("above", 10, 11, 10), ("below", 10, 9, 10), ("above", 0, 1, 0)]
)
def test_a_recovery_threshold_lies_on_the_clear_side(
    api: Client, side: str, threshold: int, refused: int, taken: int
) -> None:
    body = {**GOOD, "threshold_type": side, "threshold_value": threshold}
    problem = assert_problem(send(api, "post", RULES, {**body, "recovery_threshold": refused}), 400)
    (error,) = problem["errors"]
    assert (error["field"], error["code"]) == ("recovery_threshold", "beyond_threshold")
    assert f"{refused} lies beyond the threshold {threshold}" in error["detail"]
    assert f"choose the threshold or {'less' if side == 'above' else 'more'}" in error["detail"]
    created = send(api, "post", RULES, {**body, "recovery_threshold": taken})
    assert created.json()["recovery_threshold"] == taken


def test_a_threshold_that_moves_past_the_recovery_threshold_is_refused(api: Client, rule: AlertRule) -> None:
    path = f"{RULES}/{rule.pk}"
    assert send(api, "patch", path, {"recovery_threshold": 2}).status_code == 200
    assert_problem(send(api, "patch", path, {"threshold_value": 1}), 400, fields={"recovery_threshold"})
    assert_problem(send(api, "patch", path, {"threshold_type": "below"}), 400, fields={"recovery_threshold"})
    both = send(api, "patch", path, {"threshold_value": 1, "recovery_threshold": None})
    assert (both.json()["threshold_value"], both.json()["recovery_threshold"]) == (1, None)


def test_an_owner_is_an_active_user(api: Client, rule: AlertRule) -> None:
    ann, gone = User.objects.create_user("ann"), User.objects.create_user("gone", is_active=False)
    body = assert_problem(send(api, "patch", f"{RULES}/{rule.pk}", {"owner_id": gone.pk}), 400, fields={"owner_id"})
    assert f"no active user with the id {gone.pk}" in body["detail"]
    owned = send(api, "patch", f"{RULES}/{rule.pk}", {"owner_id": ann.pk, "description": "Call Ann"}).json()
    assert (owned["owner_id"], owned["owner_name"], owned["description"]) == (ann.pk, "ann", "Call Ann")
    assert owned["version"] == 1  # what the rule does is the same
    assert send(api, "patch", f"{RULES}/{rule.pk}", {"owner_id": None}).json()["owner_name"] is None


def test_the_version_is_counted_by_the_database_alone(api: Client, rule: AlertRule) -> None:
    assert send(api, "patch", f"{RULES}/{rule.pk}", {"version": 9, "name": "Other"}).json()["version"] == 1
    assert send(api, "patch", f"{RULES}/{rule.pk}", {"pending_slots": 4}).json()["version"] == 2


@pytest.fixture
def breach() -> None:
    """A snapshot of the running slot with seven at critical risk."""
    slot = get_database_clock(interval=get_interval()).slot
    snap(slot, risk_critical=7)


def list_changes(rule_id: int) -> list[tuple[str, str, str, str]]:
    rows = AlertTransition.objects.filter(alert__rule_id=rule_id).order_by("id")
    return list(rows.values_list("from_state", "to_state", "reason", "cause"))


def test_a_rule_takes_effect_at_once_and_says_how_it_stands(api: Client, breach: None) -> None:
    created = send(api, "post", RULES, GOOD).json()
    alert, number = created["alert"], created["id"]
    slot = f"{AlertEpisode.objects.get().fired_slot:%Y-%m-%dT%H:%M:%SZ}"
    assert alert == {
        "state": "firing",
        "health": "ok",
        "health_detail": "",
        "since": slot,
        "fired_slot": slot,
        "stale_since": None,
        "last_slot": slot,
        "last_value": 7,
        "flap_count": 0,
        "flapping_since": None,
        "episode_id": AlertEpisode.objects.get().pk,
    }
    assert api.get(f"{RULES}/{number}").json() == created
    assert api.get("/api/v1/planning/monitoring/dashboard").json()["rules"]["items"] == [created]
    assert list_changes(number) == [("inactive", "firing", "fired", "edit")]


def test_an_edit_that_ends_the_breach_closes_its_episode_as_changed(api: Client, breach: None) -> None:
    number = send(api, "post", RULES, GOOD).json()["id"]
    changed = send(api, "patch", f"{RULES}/{number}", {"threshold_value": 7}).json()
    assert (changed["alert"]["state"], changed["alert"]["since"], changed["alert"]["episode_id"]) == (
        "inactive",
        None,
        None,
    )
    assert AlertEpisode.objects.get().close_reason == "rule_changed"
    assert list_changes(number)[1:] == [("firing", "inactive", "rule_changed", "edit")]


@pytest.mark.parametrize(
    ("method", "body", "reason"), [("patch", {"is_active": False}, "rule_disabled"), ("delete", {}, "rule_deleted")]
)
def test_a_rule_that_is_switched_off_or_deleted_ends_at_once(
    api: Client, breach: None, method: str, body: Any, reason: str
) -> None:
    number = send(api, "post", RULES, GOOD).json()["id"]
    assert send(api, method, f"{RULES}/{number}", body).status_code in {200, 204}
    assert AlertEpisode.objects.get().close_reason == reason
    assert list_changes(number)[1:] == [("firing", "inactive", reason, "edit")]


def test_a_refused_change_leaves_the_alert_alone(api: Client, breach: None) -> None:
    number = send(api, "post", RULES, GOOD).json()["id"]
    assert_problem(send(api, "patch", f"{RULES}/{number}", {"threshold_value": 9, "owner_id": 0}), 400)
    assert len(list_changes(number)) == 1


def test_default_rules_take_effect_at_once(api: Client, breach: None) -> None:
    api.post(f"{RULES}/seed")
    states = {rule["metric"]: rule["alert"] for rule in api.get(RULES).json()["items"]}
    assert states["risk_critical"]["state"] == "firing"
    assert states["risk_warning"]["health"] == "no_data"
    assert states["risk_ok"] is None  # made switched off


@pytest.mark.django_db(transaction=True)
def test_two_seeds_at_once_make_each_default_rule_once() -> None:
    together = Barrier(4)

    def seed(_number: int) -> SeedResult:
        try:
            together.wait(timeout=20)
            return seed_rules()
        finally:
            connection.close()  # this thread's own

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(seed, range(4)))
    assert sorted(len(result.created_ids) for result in results) == [0, 0, 0, 9]
    assert AlertRule.objects.count() == 9
