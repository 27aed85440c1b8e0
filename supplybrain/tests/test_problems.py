"""One error shape: every endpoint, every way to fail."""

from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from planning_core.api.catalog_views import ArticleViewSet
from supplybrain.tests.endpoints import METHODS, Endpoint, list_endpoints
from supplybrain.tests.problems import assert_problem

ENDPOINTS = list_endpoints()
OPEN = {"auth-login"}
BY_TOKEN_ONLY = {"auth-logout", "auth-logout-all"}
FOR_EVERY_USER = {"schema", "docs"}
CLOSED = [endpoint for endpoint in ENDPOINTS if endpoint.name not in OPEN]
SECRET = "the database password is hunter2"

every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
every_closed_endpoint = pytest.mark.parametrize("endpoint", CLOSED, ids=lambda endpoint: endpoint.path)

pytestmark = pytest.mark.django_db


@pytest.fixture
def nobody(client: Client) -> Client:
    """A client of a user without any permission."""
    client.force_login(User.objects.create_user("nobody"))
    return client


@pytest.fixture
def root(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    client.raise_request_exception = False
    return client


def send(client: Client, method: str, path: str, **options: Any) -> Any:
    return client.generic(method.upper(), path, **options)


def send_json(client: Client, method: str, path: str, body: str = "{}", **options: Any) -> Any:
    return send(client, method, path, data=body, content_type="application/json", **options)


@cache
def list_operations_with_body() -> list[tuple[str, str]]:
    schema: Any = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return [
        (method, path.replace("{id}", "1").replace("{article_id}", "1"))
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
    ]


def test_errors_are_tested_as_they_are_in_production() -> None:
    assert settings.DEBUG is False


def test_the_walk_finds_the_endpoints() -> None:
    paths = {endpoint.path for endpoint in ENDPOINTS}
    assert {"/api/schema", "/api/v1/articles", "/api/v1/articles/1", "/api/v1/auth/login"} <= paths
    assert len(ENDPOINTS) > 50
    assert all(endpoint.methods for endpoint in ENDPOINTS)


@every_closed_endpoint
def test_without_a_login_every_method_is_refused(client: Client, endpoint: Endpoint) -> None:
    for method in endpoint.methods:
        answer = send_json(client, method, endpoint.path)
        assert_problem(answer, 401, "not_authenticated")
        assert answer.headers["WWW-Authenticate"] == "Token"


@every_closed_endpoint
def test_without_the_permission_every_method_is_refused(nobody: Client, endpoint: Endpoint) -> None:
    for method in endpoint.methods:
        answer = send_json(nobody, method, endpoint.path)
        if endpoint.name in FOR_EVERY_USER:
            assert answer.status_code == 200
        elif endpoint.name in BY_TOKEN_ONLY:
            assert_problem(answer, 401, "not_authenticated")
        else:
            assert_problem(answer, 403, "permission_denied")


@every_endpoint
def test_a_method_that_is_not_offered_says_which_are(root: Client, endpoint: Endpoint) -> None:
    if endpoint.name in BY_TOKEN_ONLY:
        return  # a session is nobody there
    for method in {*METHODS, "trace"} - {*endpoint.methods}:
        answer = send_json(root, method, endpoint.path)
        assert_problem(answer, 405, "method_not_allowed")
        assert {name.strip().lower() for name in answer.headers["Allow"].split(",")} >= {*endpoint.methods}


@every_endpoint
def test_nothing_lies_below_an_endpoint(client: Client, endpoint: Endpoint) -> None:
    assert_problem(client.get(f"{endpoint.path}/no/such/thing"), 404, "not_found")
    assert_problem(client.get(f"{endpoint.path}/"), 404, "not_found")


def test_a_body_that_is_no_json_is_refused_wherever_one_is_read(root: Client) -> None:
    for method, path in list_operations_with_body():
        answer = send_json(root, method, path, '{"code": ')
        assert answer.status_code in {400, 404}, (method, path, answer.content)  # 404: no row number 1 to change
        assert_problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"code": NaN}', b'{"n": ' + b"9" * 5000 + b"}", b"\xff", b"null", b"[]"]
)
def test_json_that_cannot_be_followed_is_refused(root: Client, body: bytes) -> None:
    answer = send(root, "post", "/api/v1/articles", data=body, content_type="application/json")
    assert_problem(answer, 400)


def test_a_huge_body_is_refused_unread_whatever_the_login(root: Client) -> None:
    body = '{"code": "' + "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + '"}'
    assert_problem(send_json(root, "post", "/api/v1/articles", body), 413, "too_large")
    assert_problem(send_json(Client(), "post", "/api/v1/auth/login", body), 413, "too_large")


def test_another_content_type_is_refused_wherever_a_body_is_read(root: Client) -> None:
    for method, path in list_operations_with_body():
        answer = send(root, method, path, data="a=1", content_type="application/x-www-form-urlencoded")
        assert answer.status_code in {404, 415}, (method, path, answer.content)
        assert_problem(answer, answer.status_code)
    answer = send(root, "post", "/api/v1/articles", data="a=1", content_type="text/plain")
    assert_problem(answer, 415, "unsupported_media_type")


@every_endpoint
def test_whoever_wants_html_hears_that_there_is_none(root: Client, endpoint: Endpoint) -> None:
    if endpoint.name == "docs":
        assert root.get(endpoint.path, headers={"Accept": "text/html"}).status_code == 200
        return
    for method in endpoint.methods:
        assert_problem(send_json(root, method, endpoint.path, headers={"Accept": "text/html"}), 406, "not_acceptable")


@every_endpoint
def test_a_fault_inside_a_view_is_a_problem_that_tells_no_secrets(
    root: Client, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(APIView, "check_throttles", fail)
    for method in endpoint.methods:
        if endpoint.name not in BY_TOKEN_ONLY:
            answer = send_json(root, method, endpoint.path)
            assert_problem(answer, 500, "internal_error")
            assert SECRET not in answer.content.decode()


def test_a_fault_outside_a_view_is_a_problem_too(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(APIView, "dispatch", fail)
    answer = root.get("/api/v1/articles")
    assert_problem(answer, 500, "internal_error")
    assert SECRET not in answer.content.decode()


def test_a_suspicious_request_is_a_problem(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def suspect(*_args: object, **_kwargs: object) -> None:
        raise SuspiciousOperation

    monkeypatch.setattr(APIView, "dispatch", suspect)
    assert_problem(root.get("/api/v1/articles"), 400, "bad_request")


def test_an_unknown_host_is_a_problem(client: Client) -> None:
    assert_problem(client.get("/api/v1/articles", headers={"Host": "evil.example"}), 400, "bad_request")


def test_an_unreachable_database_is_told_from_a_fault(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_connection(*_args: object, **_kwargs: object) -> None:
        raise OperationalError(SECRET)

    monkeypatch.setattr(ArticleViewSet, "list", lose_connection)
    answer = root.get("/api/v1/articles")
    assert_problem(answer, 503, "unavailable")
    assert SECRET not in answer.content.decode()


@every_closed_endpoint
def test_one_request_too_many_hears_when_to_come_back(
    root: Client, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    if endpoint.name in BY_TOKEN_ONLY:
        return
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "1/min", "anon": "1/min"})
    root.options(endpoint.path)
    answer = send_json(root, endpoint.methods[0], endpoint.path)
    assert_problem(answer, 429, "throttled")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_people_get_pages_where_programs_get_problems(client: Client) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def fail(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError(SECRET)
