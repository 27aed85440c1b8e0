"""What each role may and may not do, and that a refusal changes nothing."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client

from integrations.models import WbAccount
from planning_core.models import Article
from supplybrain.tests.people import log_in
from supplybrain.tests.problems import assert_problem
from supplybrain.tests.rows import make_row

ROLES = ("viewer", "planner", "operator")
APPS = ("planning_core", "integrations", "monitoring")

pytestmark = pytest.mark.django_db


def list_granted(role: str) -> set[str]:
    granted = Permission.objects.filter(group__name=role).select_related("content_type")
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in granted}


def read_documented() -> dict[str, set[str]]:
    """Return what docs/ROLES.md says: a row per model, a column per role, letters of v(iew) a(dd) c(hange) d(elete)."""
    words = {"v": "view", "a": "add", "c": "change", "d": "delete"}
    documented = defaultdict(set)
    for line in (Path(settings.BASE_DIR) / "docs" / "ROLES.md").read_text(encoding="utf-8").splitlines():
        if not (row := re.match(r"\| `(\w+)\.(\w+)` \|(.+)\|$", line)):
            continue
        app_label, name, cells = row.groups()
        for role, cell in zip(ROLES, cells.split("|"), strict=True):
            letters = cell.strip()
            if letters == "yes":
                documented[role].add(f"{app_label}.{name}")
            documented[role] |= {f"{app_label}.{words[letter]}_{name}" for letter in letters if letter in words}
    return documented


@pytest.mark.parametrize("role", ROLES)
def test_the_documentation_says_what_the_database_grants(role: str) -> None:
    assert read_documented()[role] == list_granted(role)


def test_every_role_sees_every_table() -> None:
    models = [
        model._meta
        for app_label in APPS
        for model in apps.get_app_config(app_label).get_models()
        if model._meta.default_permissions  # else it is read with what it belongs to
    ]
    everything = {f"{options.app_label}.view_{options.model_name}" for options in models}
    for role in ROLES:
        assert everything <= list_granted(role), role


def test_no_role_touches_users_or_tokens() -> None:
    for role in ROLES:
        system = {name for name in list_granted(role) if not name.startswith(APPS)}
        looks = {name for name in system if name.startswith("django_celery_beat.view_")}
        assert system - looks <= {"supplybrain.view_change", "django_celery_beat.change_periodictask"}


@pytest.mark.parametrize(("role", "status"), [(None, 403), ("viewer", 200), ("planner", 200), ("operator", 200)])
def test_reading_the_catalogue(client: Client, role: str | None, status: int) -> None:
    assert log_in(client, role).get("/api/v1/articles").status_code == status


@pytest.mark.parametrize(
    ("role", "allowed"), [(None, False), ("viewer", False), ("planner", True), ("operator", False)]
)
def test_changing_the_catalogue(client: Client, role: str | None, allowed: bool) -> None:  # noqa: FBT001
    article = make_row(Article, code="kept")
    path = f"/api/v1/articles/{article.pk}"
    answers = [
        log_in(client, role).patch(path, {"code": "changed"}, "application/json"),
        client.post("/api/v1/articles", {"code": "new"}, "application/json"),
        client.delete(path),
    ]
    if allowed:
        assert [answer.status_code for answer in answers] == [200, 201, 204]
        assert [row.code for row in Article.objects.all()] == ["new"]
    else:
        for answer in answers:
            assert_problem(answer, 403, "permission_denied")
        assert [row.code for row in Article.objects.all()] == ["kept"]


@pytest.mark.parametrize("role", [*ROLES])
def test_facts_from_feeds_are_not_edited_by_any_role(client: Client, role: str) -> None:
    body = {"wb_sku": "wb1", "date": "2026-01-01", "units": 1}
    assert_problem(
        log_in(client, role).post("/api/v1/wb-sales", body, "application/json"),
        403,
        "permission_denied",
    )


@pytest.mark.parametrize(("role", "allowed"), [("viewer", False), ("planner", False), ("operator", True)])
def test_changing_accounts(client: Client, role: str, allowed: bool) -> None:  # noqa: FBT001
    account = make_row(WbAccount, name="kept")
    answer = log_in(client, role).patch(f"/api/v1/wb-accounts/{account.pk}", {"name": "changed"}, "application/json")
    assert answer.status_code == (200 if allowed else 403)
    account.refresh_from_db()
    assert account.name == ("changed" if allowed else "kept")


def test_the_roles_disappear_and_return_with_their_migration() -> None:
    before = {role: list_granted(role) for role in ROLES}
    call_command("migrate", "supplybrain", "zero", verbosity=0)
    assert not Group.objects.filter(name__in=ROLES).exists()
    call_command("migrate", verbosity=0)  # all apps: those that grant something of their own were taken back too
    assert {role: list_granted(role) for role in ROLES} == before


def test_a_permission_that_does_not_exist_stops_the_migration() -> None:
    from django.db import connection

    from supplybrain.roles import grant_permissions

    operation: Any = grant_permissions({"viewer": ["planning_core.view_unicorn"]})
    with pytest.raises(LookupError, match=r"planning_core\.view_unicorn"):
        operation.code(apps, connection.schema_editor())


def test_an_alert_rule_is_the_planners_business() -> None:
    assert {"monitoring.add_alertrule", "planning_core.propose_orders"} <= list_granted("planner")
    assert "monitoring.capture_monitoringsnapshot" in list_granted("operator")
    assert "monitoring.capture_monitoringsnapshot" not in list_granted("planner")
