"""Accounts over REST: tokens go in and never come out."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast
from django.test import Client

from integrations.models import MoySkladAccount, WbAccount
from integrations.selectors.accounts import AccountCounts, count_accounts
from supplybrain.tests.problems import assert_problem

SECRET = "wb-secret-token-0123456789"
KINDS = [("wb-accounts", WbAccount, "supplier_id"), ("moysklad-accounts", MoySkladAccount, "account_id")]
SNAPSHOT = "/api/v1/planning/integrations/config-snapshot"

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def post(api: Client, kind: str, **body: Any) -> Any:
    return api.post(f"/api/v1/{kind}", body, "application/json")


@pytest.mark.parametrize(("kind", "model", "vendor_id"), KINDS)
def test_a_token_is_stored_encrypted_and_never_shown(
    api: Client, kind: str, model: Any, vendor_id: str, capfd: pytest.CaptureFixture[str]
) -> None:
    created = post(api, kind, name="Main", api_token=SECRET, **{vendor_id: "s-1"})
    assert created.status_code == 201
    account = model.objects.get()
    answers = [
        created,
        api.get(f"/api/v1/{kind}"),
        api.get(f"/api/v1/{kind}/{account.pk}"),
        api.patch(f"/api/v1/{kind}/{account.pk}", {"name": "New"}, "application/json"),
        api.get(SNAPSHOT),
    ]
    assert account.api_token == SECRET
    assert SECRET not in model.objects.values_list(Cast("api_token", TextField()), flat=True)[0]
    shown = "".join(answer.content.decode() for answer in answers) + repr(account) + str(account)
    assert SECRET not in shown
    assert "api_token" not in shown
    assert SECRET not in "".join(capfd.readouterr())


@pytest.mark.parametrize(("kind", "model", "vendor_id"), KINDS)
def test_a_change_without_a_token_keeps_it_and_one_with_a_token_replaces_it(
    api: Client, kind: str, model: Any, vendor_id: str
) -> None:
    account = model.objects.create(name="Main", api_token=SECRET)
    path = f"/api/v1/{kind}/{account.pk}"
    assert api.patch(path, {"is_active": False}, "application/json").json()["is_active"] is False
    account.refresh_from_db()
    assert (account.api_token, account.is_active) == (SECRET, False)
    assert api.patch(path, {"api_token": "another"}, "application/json").status_code == 200
    account.refresh_from_db()
    assert account.api_token == "another"
    assert_problem(api.put(path, {"name": "x", "api_token": "x"}, "application/json"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    "token", ["", "two words", "line\nend", SECRET + "\0", SECRET * 300, [SECRET], None, {"a": SECRET}]
)
def test_a_refused_token_is_not_repeated(api: Client, token: object, capfd: pytest.CaptureFixture[str]) -> None:
    answer = post(api, "wb-accounts", name="Main", api_token=token)
    assert_problem(answer, 400, "invalid_input", fields={"api_token"})
    assert SECRET not in answer.content.decode() + "".join(capfd.readouterr())
    assert not WbAccount.objects.exists()


def test_the_configuration_snapshot_lists_accounts_by_id(api: Client) -> None:
    first = WbAccount.objects.create(name="WB 0", supplier_id="sup-0", api_token=SECRET)
    second = WbAccount.objects.create(name="WB 1", api_token=SECRET, is_active=False)
    assert api.get(SNAPSHOT, {"as_of": "2026-01-15"}).json() == {
        "wb_accounts": [
            {"id": first.pk, "name": "WB 0", "supplier_id": "sup-0", "is_active": True},
            {"id": second.pk, "name": "WB 1", "supplier_id": None, "is_active": False},
        ],
        "moysklad_accounts": [],
    }
    assert_problem(api.get(SNAPSHOT, {"as_of": "yesterday"}), 400, "invalid_input", fields={"as_of"})


def test_accounts_are_counted_in_one_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert count_accounts() == AccountCounts(0, 0, 0, 0)
    WbAccount.objects.create(name="a", api_token="t")
    WbAccount.objects.create(name="b", api_token="t", is_active=False)
    MoySkladAccount.objects.create(name="c", api_token="t", is_active=False)
    with django_assert_num_queries(1):
        assert count_accounts() == AccountCounts(2, 1, 1, 0)


def test_lists_leave_the_tokens_in_the_database(api: Client) -> None:
    WbAccount.objects.create(name="a", api_token="t")
    with connection.execute_wrapper(refuse_tokens):
        assert api.get("/api/v1/wb-accounts").status_code == 200
        assert api.get(SNAPSHOT).status_code == 200


def refuse_tokens(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  (Django's)
    assert "api_token" not in json.dumps(str(sql))
    return execute(sql, params, many, context)
