"""The first administrator is made once, with credentials that work and are shown once."""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from knox.models import get_token_model

pytestmark = pytest.mark.django_db


def ensure(**options: object) -> str:
    output = StringIO()
    call_command("ensure_admin", stdout=output, **options)
    return output.getvalue()


def read_credentials(text: str) -> tuple[str, str]:
    password = re.search(r"Sign in +admin / (\S{20})\n", text)
    token = re.search(r"API token +(\S{64})\n", text)
    assert password
    assert token
    return password[1], token[1]


def answers(token: str) -> int:
    return Client().get("/api/schema", headers={"Authorization": f"Token {token}"}).status_code


def test_the_credentials_open_the_admin_and_the_api() -> None:
    password, token = read_credentials(ensure())
    assert Client().login(username="admin", password=password)
    assert answers(token) == 200
    assert answers(token[:-1]) == 401


def test_a_second_run_shows_and_changes_nothing() -> None:
    ensure()
    before = User.objects.values().get()
    assert ensure() == "There is an administrator already; new credentials: ensure_admin --reset.\n"
    assert User.objects.values().get() == before
    assert get_token_model().objects.count() == 1


def test_an_administrator_of_another_name_is_enough() -> None:
    User.objects.create_superuser("olga")
    assert "already" in ensure()
    assert not User.objects.filter(username="admin").exists()


def test_reset_replaces_the_password_and_adds_a_token() -> None:
    old_password, old_token = read_credentials(ensure())
    new_password, new_token = read_credentials(ensure(reset=True))
    assert not Client().login(username="admin", password=old_password)
    assert Client().login(username="admin", password=new_password)
    assert (answers(old_token), answers(new_token)) == (200, 200)


def test_nobody_becomes_administrator_by_having_the_name() -> None:
    User.objects.create_user("admin", password="x")
    with pytest.raises(CommandError, match="admin is a user without administrator rights"):
        ensure()
    assert not User.objects.filter(is_superuser=True).exists()


def test_no_secret_is_stored_in_clear() -> None:
    password, token = read_credentials(ensure())
    stored = f"{User.objects.values().get()} {get_token_model().objects.values().get()}"
    assert password not in stored
    assert token not in stored
