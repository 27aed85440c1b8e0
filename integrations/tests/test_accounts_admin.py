"""Accounts in the admin: a token goes in and never comes out."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.urls import reverse

from integrations.models import MoySkladAccount, WbAccount

SECRET = "wb-secret-token-0123456789"
KINDS = [(WbAccount, "supplier_id"), (MoySkladAccount, "account_id")]

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def url_of(model: Any, page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


@pytest.mark.parametrize(("model", "vendor_id"), KINDS)
def test_a_token_is_asked_for_once_kept_when_left_empty_and_replaced_when_given(
    staff: Client, model: Any, vendor_id: str
) -> None:
    without = staff.post(url_of(model, "add"), {"name": "Main", vendor_id: "s-1", "is_active": "on"})
    assert without.status_code == 200  # the form again: a new account needs a token
    assert not model.objects.exists()
    form = {"name": "Main", vendor_id: "s-1", "is_active": "on"}
    assert staff.post(url_of(model, "add"), {**form, "new_token": SECRET}).status_code == 302
    account = model.objects.get()
    change = url_of(model, "change", account.pk)
    assert staff.post(change, {**form, "name": "Renamed", "new_token": ""}).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.api_token) == ("Renamed", SECRET)
    assert staff.post(change, {**form, "new_token": "another"}).status_code == 302
    account.refresh_from_db()
    assert account.api_token == "another"


@pytest.mark.parametrize(("model", "vendor_id"), KINDS)
def test_no_page_shows_or_even_loads_the_token(staff: Client, model: Any, vendor_id: str) -> None:
    account = model.objects.create(name="Main", api_token=SECRET)
    pages = [
        url_of(model, "changelist"),
        *(url_of(model, name, account.pk) for name in ("change", "history", "delete")),
    ]
    with connection.execute_wrapper(refuse_tokens):
        shown = "".join(staff.get(page).content.decode() for page in pages)
    assert "Main" in shown
    assert SECRET not in shown


def test_neither_a_refused_token_nor_the_log_of_changes_repeats_it(staff: Client) -> None:
    refused = staff.post(url_of(WbAccount, "add"), {"name": "Main", "new_token": SECRET + " x"})
    assert refused.status_code == 200
    assert SECRET not in refused.content.decode()
    staff.post(url_of(WbAccount, "add"), {"name": "Main", "new_token": SECRET})
    assert SECRET not in str(list(LogEntry.objects.values_list("object_repr", "change_message")))


def test_a_viewer_sees_no_token_field(client: Client) -> None:
    user = User.objects.create_user("viewer", is_staff=True)
    user.groups.add(Group.objects.get(name="viewer"))
    client.force_login(user)
    account = WbAccount.objects.create(name="Main", api_token=SECRET)
    shown = client.get(url_of(WbAccount, "change", account.pk)).content.decode()
    assert "Main" in shown
    assert "token" not in shown.lower().replace("csrfmiddlewaretoken", "").replace("csrftoken", "")


def refuse_tokens(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  (Django's)
    assert "api_token" not in sql
    return execute(sql, params, many, context)
