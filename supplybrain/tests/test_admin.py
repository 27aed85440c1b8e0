"""Every page of the admin: there, cheap, made of our own assets, and closed to whom it does not concern."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection, models
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from planning_core.models import DataSource
from supplybrain.admin_base import HistoryAdmin
from supplybrain.tests.rows import make_row, make_rows

PAGES = sorted(admin.site._registry, key=lambda model: model._meta.label)
IDS = [model._meta.label for model in PAGES]
SINGLE = {"planning_core.GlobalPlanningSettings"}
MOST_ROWS = {"planning_core.SourceSync": len(DataSource)}  # one per source
OURS = ("planning_core", "integrations", "monitoring", "supplybrain")
OFFERS = re.compile(
    r"""name="_(?:save|addanother|continue|saveasnew)"|value="delete_selected"|(?:href|action)="[^"]*/(?:add|delete)/[^"]*\""""
)
EXTERNAL = re.compile(r"""(?:src|href|action|url\()\s*=?\s*["'(]?\s*(?:https?:)?//(?!testserver)""")

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def url_of(model: type[Model], page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    text = answer.content.decode()
    assert not EXTERNAL.search(text), EXTERNAL.search(text)
    return text


def count_statements(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as statements:
        read(client, url)
    return len(statements)


def make_one(model: type[Model]) -> Any:
    return make_row(model, id=1) if model._meta.label in SINGLE else make_row(model)


def test_every_table_has_a_page() -> None:
    tables = {model for app_label in OURS for model in apps.get_app_config(app_label).get_models()}
    on_other_pages = {inline.model for page in admin.site._registry.values() for inline in page.inlines}
    on_pages_of_others = {model for model in tables if not model._meta.default_permissions}
    assert tables <= {*PAGES, *on_other_pages, *on_pages_of_others}  # no permissions: part of what has some


@pytest.mark.parametrize("model", [model for model in PAGES if model._meta.label not in SINGLE], ids=str)
def test_a_list_costs_the_same_at_two_rows_and_at_forty(staff: Client, model: type[Model]) -> None:
    make_rows(model, 2)
    url = url_of(model, "changelist")
    read(staff, url)  # content types and the like are cached by the first
    at_two = count_statements(staff, url)
    make_rows(model, MOST_ROWS.get(model._meta.label, 40) - 2)
    assert count_statements(staff, url) == at_two <= 9


@pytest.mark.parametrize("model", PAGES, ids=IDS)
def test_every_page_opens(staff: Client, model: type[Model]) -> None:
    row = make_one(model)
    read(staff, url_of(model, "changelist") + "?q=1")
    read(staff, url_of(model, "history", row.pk))
    page: Any = admin.site._registry[model]
    read(staff, url_of(model, "change", row.pk))
    answer = staff.get(url_of(model, "add"))
    expected = 403 if isinstance(page, HistoryAdmin) or model._meta.label in SINGLE else 200
    assert answer.status_code == expected
    assert staff.get(url_of(model, "delete", row.pk)).status_code == (403 if isinstance(page, HistoryAdmin) else 200)


@pytest.mark.parametrize("model", PAGES, ids=IDS)
def test_a_page_is_searched_ordered_and_its_choices_are_looked_up(model: type[Model]) -> None:
    page: Any = admin.site._registry[model]
    assert page.search_fields or model._meta.label in SINGLE or model._meta.app_label == "django_celery_beat"
    assert page.ordering
    relations = {field.name for field in model._meta.fields if isinstance(field, models.ForeignKey)}
    if model._meta.app_label == "planning_core":
        assert set(page.autocomplete_fields) == relations


@pytest.mark.parametrize("model", PAGES, ids=IDS)
def test_staff_without_permissions_see_nothing(client: Client, model: type[Model]) -> None:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    row = make_one(model)
    for url in (url_of(model, "changelist"), url_of(model, "add"), url_of(model, "change", row.pk)):
        assert client.get(url).status_code == 403


@pytest.mark.parametrize("model", [page for page in PAGES if page._meta.app_label in OURS[:3]], ids=str)
def test_a_viewer_looks_and_does_not_touch(client: Client, model: type[Model]) -> None:
    user = User.objects.create_user("viewer", is_staff=True)
    user.groups.add(Group.objects.get(name="viewer"))
    client.force_login(user)
    row = make_one(model)
    for page in (url_of(model, "changelist"), url_of(model, "change", row.pk), url_of(model, "history", row.pk)):
        text = read(client, page)
        assert not OFFERS.findall(text), page  # nothing that leads to a refusal
    assert client.post(url_of(model, "change", row.pk), {}).status_code == 403
    assert client.post(url_of(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert client.get(url_of(model, "add")).status_code == 403
    assert model._base_manager.filter(pk=row.pk).exists()


def test_who_opens_the_login_page_itself_comes_to_the_index(client: Client) -> None:
    User.objects.create_user("clerk", password="a long enough password", is_staff=True)
    answer = client.post("/admin/login/", {"username": "clerk", "password": "a long enough password"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


def test_index_and_login_are_made_of_our_own_assets(staff: Client) -> None:
    index = read(staff, "/admin/")
    for group in ("Monitoring", "Alerts", "Planning", "Stock", "Wildberries", "Settings", "Integrations", "System"):
        assert group in index
    for asset in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', index)):
        answer = staff.get(asset)
        answer.getvalue()  # to its end, which closes the file
        assert answer.status_code == 200, asset
    staff.logout()
    read(staff, "/admin/login/")
