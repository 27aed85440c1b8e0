"""Every endpoint answers the roles that hold its permission and refuses the others before anything is written."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from supplybrain.api.permissions import HasModelPermission, find_required_permission
from supplybrain.tests.endpoints import Endpoint, list_endpoints
from supplybrain.tests.problems import assert_problem
from supplybrain.tests.test_roles import ROLES, list_granted

WRITES = re.compile(r"\s*(?:insert|update|delete|merge|copy|truncate)\b", re.IGNORECASE)
NOBODYS = {  # what comes from feeds is written by superusers alone
    f"planning_core.{action}_{model}"
    for action in ("add", "change", "delete")
    for model in ("stockbalance", "wbdailysales", "wbprice", "wbstock")
}
GUARDED = [endpoint for endpoint in list_endpoints() if HasModelPermission in endpoint.view.permission_classes]
CALLS = [(endpoint, method) for endpoint in GUARDED for method in endpoint.methods]

pytestmark = pytest.mark.django_db


def find_permission(endpoint: Endpoint, method: str) -> str | None:
    view: Any = endpoint.view  # what it asks for stands in the class
    return find_required_permission(view, method.upper())


def test_every_endpoint_asks_for_a_permission_that_a_role_holds() -> None:
    granted = set().union(*(list_granted(role) for role in ROLES))
    wanted = {(endpoint.name, method): find_permission(endpoint, method) for endpoint, method in CALLS}
    assert {call: name for call, name in wanted.items() if name not in granted | NOBODYS} == {}


def test_what_asks_for_no_permission_is_about_the_login_or_the_schema() -> None:
    open_to_all = {endpoint.name for endpoint in list_endpoints() if endpoint not in GUARDED}
    assert open_to_all == {"auth-login", "auth-logout", "auth-logout-all", "docs", "schema"}


@pytest.mark.parametrize("role", [None, *ROLES])
def test_a_role_is_refused_what_it_was_not_granted_and_nothing_is_written(client: Client, role: str | None) -> None:
    user = User.objects.create_user("somebody")
    granted = list_granted(role) if role else set()
    if role:
        user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    for endpoint, method in CALLS:
        if find_permission(endpoint, method) in granted:
            continue
        with CaptureQueriesContext(connection) as statements:
            answer = client.generic(method.upper(), endpoint.path, "{}", "application/json")
        assert_problem(answer, 403, "permission_denied")
        assert not [query["sql"] for query in statements.captured_queries if WRITES.match(query["sql"])]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_not_refused_what_it_was_granted(client: Client, role: str) -> None:
    user = User.objects.create_user("somebody")
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    granted = list_granted(role)
    reads = [call for call in CALLS if call[1] == "get"] if role == "viewer" else []
    writes = [(endpoint, method) for endpoint, method in CALLS if method != "get"]
    for endpoint, method in [*reads, *writes]:
        if find_permission(endpoint, method) in granted:
            answer = client.generic(method.upper(), endpoint.path, "{}", "application/json")
            # 503: no scheduler has run yet
            assert answer.status_code in {200, 201, 204, 400, 404, 503}, (endpoint.path, method, answer.status_code)
