"""Login, logout and what a token may and may not do."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from supplybrain.api.throttling import LoginThrottle
from supplybrain.models import ApiToken
from supplybrain.tests.problems import assert_problem
from supplybrain.tokens import issue_token

LOGIN, LOGOUT, LOGOUT_ALL = "/api/v1/auth/login", "/api/v1/auth/logout", "/api/v1/auth/logoutall"
PASSWORD = "correct horse battery staple"

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("anna", password=PASSWORD)


def log_in(client: Client, username: str = "anna", password: str = PASSWORD, **headers: str) -> Any:
    return client.post(LOGIN, {"username": username, "password": password}, "application/json", headers=headers)


def bear(token: str) -> dict[str, str]:
    return {"Authorization": f"Token {token}"}


def test_a_login_gives_a_token_that_is_stored_as_a_digest_only(client: Client, user: User) -> None:
    answer = log_in(client)
    assert answer.status_code == 200
    assert set(answer.json()) == {"token", "expiry"}
    stored = ApiToken.objects.get()
    assert stored.user == user
    assert answer.json()["token"] not in stored.digest
    assert timedelta(days=89) < stored.expiry - timezone.now() <= timedelta(days=90)


def test_a_token_authenticates_and_logout_revokes_this_one_only(client: Client, user: User) -> None:
    first, second = issue_token(user=user), issue_token(user=user)
    assert client.get("/api/schema", headers=bear(first.token)).status_code == 200
    assert client.post(LOGOUT, headers=bear(first.token)).status_code == 204
    assert_problem(client.get("/api/schema", headers=bear(first.token)), 401, "authentication_failed")
    assert client.get("/api/schema", headers=bear(second.token)).status_code == 200


def test_logging_out_everywhere_spares_other_users(client: Client, user: User) -> None:
    tokens = [issue_token(user=user).token for _ in range(2)]
    kept = issue_token(user=User.objects.create_user("boris")).token
    assert client.post(LOGOUT_ALL, headers=bear(tokens[0])).status_code == 204
    assert [client.get("/api/schema", headers=bear(token)).status_code for token in [*tokens, kept]] == [401, 401, 200]


def test_wrong_password_unknown_name_and_inactive_user_get_the_same_answer(client: Client, user: User) -> None:
    User.objects.create_user("gone", password=PASSWORD, is_active=False)
    answers = [log_in(client, password="wrong"), log_in(client, username="nobody"), log_in(client, username="gone")]
    bodies = [assert_problem(answer, 401, "invalid_credentials") for answer in answers]
    assert bodies[0] == bodies[1] == bodies[2]
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Token"}
    assert not ApiToken.objects.exists()


def test_an_unknown_name_costs_a_password_hash_like_a_known_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(User, "set_password", lambda _self, raw: hashed.append(raw))
    log_in(client, username="nobody")
    assert hashed == [PASSWORD]


def test_missing_fields_are_named(client: Client) -> None:
    assert_problem(client.post(LOGIN, {}, "application/json"), 400, "invalid_input", fields={"username", "password"})


def test_a_stale_token_in_the_header_does_not_keep_anybody_out(client: Client, user: User) -> None:
    assert log_in(client, Authorization="Token 0123456789abcdef").status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "Token",
        "Token a b",
        "Token wrong",
        "Token " + "a" * 4000,
        "Token \u00ff\u00fe",
        "Token abc\x00def",
        "Token ../../x",
    ],
)
def test_malformed_tokens_are_refused_like_unknown_ones(client: Client, header: str) -> None:
    answer = client.get("/api/schema", HTTP_AUTHORIZATION=header)
    assert_problem(answer, 401, "authentication_failed")
    assert answer.headers["WWW-Authenticate"] == "Token"


def test_an_expired_token_and_one_of_an_inactive_user_are_refused(client: Client, user: User) -> None:
    expired, orphaned = issue_token(user=user), issue_token(user=User.objects.create_user("left"))
    ApiToken.objects.filter(user=user).update(expiry=timezone.now() - timedelta(seconds=1))
    User.objects.filter(username="left").update(is_active=False)
    for issued in (expired, orphaned):
        assert_problem(client.get("/api/schema", headers=bear(issued.token)), 401, "authentication_failed")


def test_the_next_attempt_after_too_many_is_told_when_to_come_back(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LoginThrottle, "THROTTLE_RATES", {"login": "3/min"})
    client.defaults["REMOTE_ADDR"] = "10.0.0.1"
    assert [log_in(client, password="wrong").status_code for _ in range(3)] == [401, 401, 401]
    refused = log_in(client)  # the right password does not help an attacker who is over the rate
    assert_problem(refused, 429, "throttled")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert client.post(
        LOGIN, {"username": "anna", "password": PASSWORD}, "application/json", REMOTE_ADDR="10.0.0.9"
    ).json()["token"]


def test_a_forged_forwarding_header_does_not_buy_more_attempts(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LoginThrottle, "THROTTLE_RATES", {"login": "1/min"})
    client.defaults["REMOTE_ADDR"] = "10.0.0.2"
    statuses = [log_in(client, "anna", "wrong", **{"X-Forwarded-For": f"10.1.1.{n}"}).status_code for n in range(3)]
    assert statuses == [401, 429, 429]


def test_a_session_changes_data_only_with_the_csrf_token(user: User) -> None:
    user.is_superuser = user.is_staff = True
    user.save()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    refused = client.post("/api/v1/articles", {"code": "A1"}, "application/json")
    assert_problem(refused, 403, "permission_denied")
    client.get("/admin/password_change/")
    token = client.cookies["csrftoken"].value
    assert (
        client.post("/api/v1/articles", {"code": "A1"}, "application/json", headers={"X-CSRFToken": token}).status_code
        == 201
    )
