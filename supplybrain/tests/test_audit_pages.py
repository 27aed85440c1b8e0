"""Changes are read in the admin and over the API, by those who may view what was changed."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations.models import WbAccount
from monitoring.models import AlertRule
from planning_core.models import PlanningSettings
from supplybrain.audit.actors import Actor, acting
from supplybrain.audit.models import Change, Channel
from supplybrain.tests.people import log_in
from supplybrain.tests.problems import assert_problem
from supplybrain.tests.rows import make_row, make_rows

pytestmark = pytest.mark.django_db

CHANGES = "/api/v1/planning/changes"
RULES = "/api/v1/planning/monitoring/alert-rules"
LIST = "/admin/supplybrain/change/"


def make_changed_rule() -> AlertRule:
    """Return a rule that anna made and petra changed, from 5 to 7."""
    with acting(lambda: Actor(Channel.ADMIN, "anna", 1)):
        rule: AlertRule = make_row(AlertRule, name="Critical risks", threshold_value=5)
    with connection.cursor() as cursor:  # as a new transaction would
        cursor.execute("SELECT set_config('supplybrain.actor', '', true)")
    with acting(lambda: Actor(Channel.API_TOKEN, "petra", 2, "sheet")):
        rule.threshold_value = 7
        rule.save()
    return rule


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(answer.content.decode().split())


def list_items(client: Client, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{CHANGES}?{query}")
    assert answer.status_code == 200, answer.content
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_the_page_of_a_row_shows_who_changed_it_from_what_to_what(client: Client) -> None:
    rule = make_changed_rule()
    page = read(log_in(client, "viewer"), f"/admin/monitoring/alertrule/{rule.pk}/history/")
    assert "anna (admin)" in page
    assert "petra (API token “sheet”)" in page
    assert "Threshold:</span> 5 → 7</li>" in page
    assert "Name:</span> Critical risks</li>" in page  # what was created came from nothing


def test_the_page_of_a_row_that_is_gone_shows_who_deleted_it(client: Client) -> None:
    rule = make_changed_rule()
    number = rule.pk
    rule.delete()
    page = read(log_in(client, "viewer"), f"/admin/monitoring/alertrule/{number}/history/")
    assert "Critical risks" in page
    assert "deleted" in page
    for path in (f"/admin/monitoring/alertrule/{number + 1000}/history/", "/admin/monitoring/alertrule/x/history/"):
        assert client.get(path).status_code == 404


def test_a_long_history_has_pages(client: Client) -> None:
    rule = make_changed_rule()
    for threshold in range(100, 160):
        AlertRule.objects.filter(pk=rule.pk).update(threshold_value=threshold)
    log_in(client, "viewer")
    page = f"/admin/monitoring/alertrule/{rule.pk}/history/"
    first = read(client, page)
    assert first.count("<time ") == 50
    oldest = Change.objects.filter(object_id=rule.pk, model="monitoring.alertrule").order_by("-id")[49]
    assert f"?before={oldest.pk}" in first
    assert read(client, f"{page}?before={oldest.pk}").count("<time ") == 12


def test_the_list_shows_finds_and_filters(client: Client) -> None:
    make_changed_rule()
    make_row(WbAccount, name="Shop")
    log_in(client, "viewer")
    page = read(client, f"{LIST}?q=Critical")
    assert "petra (API token “sheet”)" in page
    assert "threshold: 5 → 7" in page
    assert "Shop" not in page
    assert "Shop" in read(client, f"{LIST}?model=integrations.wbaccount")
    assert "Critical risks" not in read(client, f"{LIST}?model=integrations.wbaccount")
    assert "5 → 7" not in read(client, f"{LIST}?actor__icontains=anna")
    assert "5 → 7" in read(client, f"{LIST}?channel__exact=api_token")


def test_a_change_has_a_page_that_nobody_edits(client: Client) -> None:
    make_changed_rule()
    log_in(client, "planner")
    change = Change.objects.order_by("-id").filter(model="monitoring.alertrule")[0]
    page = read(client, f"{LIST}{change.pk}/change/")
    assert "Critical risks" in page
    assert "history/" not in page
    assert 'name="_save"' not in page
    assert client.post(f"{LIST}{change.pk}/change/", {"actor": "nobody"}).status_code == 403
    assert client.post(f"{LIST}{change.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("role", ["viewer", "planner", "operator"])
def test_a_role_sees_changes_of_what_it_may_view(client: Client, role: str) -> None:
    make_changed_rule()
    log_in(client, role)  # which is a change of a user
    assert Change.objects.filter(model="auth.user").exists()
    assert "auth" not in {item["model"].partition(".")[0] for item in list_items(client)}
    assert_problem(client.get(f"{CHANGES}?model=auth.user"), 403, "permission_denied")
    user_change = Change.objects.filter(model="auth.user")[0]
    assert "somebody</a>" not in read(client, LIST)
    assert client.get(f"{LIST}{user_change.pk}/change/").status_code == 302  # to the index: it does not exist for them


def test_without_a_role_there_is_nothing(client: Client) -> None:
    rule = make_changed_rule()
    log_in(client, None)
    for path in (CHANGES, f"{RULES}/{rule.pk}/history"):
        assert_problem(client.get(path), 403, "permission_denied")
    for path in (LIST, f"/admin/monitoring/alertrule/{rule.pk}/history/"):
        assert client.get(path).status_code == 403


def test_the_api_answers_who_what_when_and_the_values_in_words(client: Client) -> None:
    rule = make_changed_rule()
    [item, created] = list_items(log_in(client, "viewer"), "model=monitoring.alertrule")
    values = item.pop("values")
    assert item.pop("changed_at").endswith("Z")
    assert item == {
        "id": created["id"] + 1,
        "action": "changed",
        "model": "monitoring.alertrule",
        "model_name": "alert rule",
        "object_id": rule.pk,
        "object_name": "Critical risks",
        "exists": True,
        "who": "petra (API token “sheet”)",
        "channel": "api_token",
        "actor": "petra",
        "user_id": 2,
        "token_name": "sheet",
    }
    assert values == [
        {
            "column": "threshold_value",
            "name": "threshold",
            "old": 5,
            "new": 7,
            "old_text": "5",
            "new_text": "7",
            "is_hidden": False,
        }
    ]


def test_the_api_filters(client: Client) -> None:
    rule = make_changed_rule()
    make_rows(WbAccount, 2)
    log_in(client, "viewer")
    rules = "model=monitoring.alertrule"
    assert [item["actor"] for item in list_items(client, f"{rules}&object_id={rule.pk}")] == ["petra", "anna"]
    assert list_items(client, f"{rules}&object_id={rule.pk + 1000}") == []
    assert [item["actor"] for item in list_items(client, "user_id=1")] == ["anna"]
    assert [item["actor"] for item in list_items(client, f"{rules}&channel=api_token")] == ["petra"]
    assert list_items(client, f"{rules}&end=2020-01-01T00:00:00Z") == []
    assert len(list_items(client, f"{rules}&start=2020-01-01T00:00:00Z")) == 2
    assert_problem(client.get(f"{CHANGES}?channel=rumour"), 400, "invalid_input", fields={"channel"})


def test_pages_of_the_api_follow_each_other(client: Client) -> None:
    make_changed_rule()
    make_rows(AlertRule, 5)
    log_in(client, "viewer")
    seen: list[int] = []
    query = "model=monitoring.alertrule&limit=3"
    answer = client.get(f"{CHANGES}?{query}").json()
    while answer["next_before"]:
        seen += [item["id"] for item in answer["items"]]
        answer = client.get(f"{CHANGES}?{query}&before={answer['next_before']}").json()
    seen += [item["id"] for item in answer["items"]]
    assert seen == list(
        Change.objects.filter(model="monitoring.alertrule").order_by("-id").values_list("id", flat=True)
    )
    assert len(seen) == 7


def test_a_rule_has_its_versions_also_once_it_is_gone(client: Client) -> None:
    rule = make_changed_rule()
    number = rule.pk
    log_in(client, "viewer")
    page = client.get(f"{RULES}/{number}/history?limit=1").json()
    assert [item["actor"] for item in page["items"]] == ["petra"]
    [older] = client.get(f"{RULES}/{number}/history?before={page['next_before']}").json()["items"]
    assert (older["actor"], older["action"]) == ("anna", "created")
    rule.delete()
    actions = [item["action"] for item in client.get(f"{RULES}/{number}/history").json()["items"]]
    assert actions == ["deleted", "changed", "created"]
    assert_problem(client.get(f"{RULES}/{number + 1000}/history"), 404, "not_found")
    assert_problem(client.get(f"{RULES}/{10**30}/history"), 404, "not_found")


def test_a_page_costs_the_same_at_two_changes_and_at_forty(client: Client) -> None:
    log_in(client, "viewer")
    make_rows(PlanningSettings, 2)
    at_two = count_statements(client)
    make_rows(PlanningSettings, 38)
    assert count_statements(client) == at_two


def count_statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as statements:
        list_items(client, "model=planning_core.planningsettings")
    return len(statements)
