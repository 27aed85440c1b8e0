"""API tokens, the schedule, the login form and long tables in the admin."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from planning_core.models import WbDailySales, WbSku
from supplybrain import admin_base
from supplybrain.admin_base import EstimatingPaginator
from supplybrain.api.throttling import LoginThrottle
from supplybrain.models import ApiToken
from supplybrain.tests.rows import make_row, make_rows
from supplybrain.tokens import issue_token

TOKENS = "/admin/supplybrain/apitoken/"
TASKS = "/admin/django_celery_beat/periodictask/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_a_token_made_in_the_admin_is_shown_once_and_works(staff: Client) -> None:
    user = User.objects.create_user("exchange")
    form = {"user": user.pk, "name": "1C exchange", "expiry_0": "", "expiry_1": ""}
    page = staff.post(f"{TOKENS}add/", form, follow=True).content.decode()
    token = page.partition("it is not shown again: ")[2].partition("<")[0].strip()
    assert len(token) == 64
    assert token not in staff.get(TOKENS).content.decode()
    assert Client().get("/api/schema", headers={"Authorization": f"Token {token}"}).status_code == 200


def test_no_page_shows_a_digest_or_the_beginning_of_a_token(staff: Client) -> None:
    issue_token(user=User.objects.create_user("exchange"), name="1C exchange")
    stored = ApiToken.objects.get()
    shown = "".join(
        staff.get(TOKENS + page).content.decode() for page in ("", f"{stored.pk}/change/", f"{stored.pk}/delete/")
    )
    assert "1C exchange" in shown
    assert stored.digest not in shown
    assert stored.token_key not in shown


def test_a_deleted_token_is_revoked(staff: Client) -> None:
    token = issue_token(user=User.objects.create_user("exchange")).token
    staff.post(f"{TOKENS}{ApiToken.objects.get().pk}/delete/", {"post": "yes"})
    assert Client().get("/api/schema", headers={"Authorization": f"Token {token}"}).status_code == 401


def test_whoever_may_add_tokens_without_being_superuser_adds_them_for_themselves(client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="add_apitoken"))
    client.force_login(clerk)
    root = User.objects.create_superuser("root")
    assert client.post(f"{TOKENS}add/", {"user": root.pk, "name": "x"}).status_code == 200  # the form again
    assert not ApiToken.objects.exists()
    client.post(f"{TOKENS}add/", {"user": clerk.pk, "name": "x", "expiry_0": "", "expiry_1": ""})
    assert ApiToken.objects.get().user == clerk


@pytest.mark.parametrize("action", ["enable_tasks", "disable_tasks", "toggle_tasks", "run_tasks"])
def test_whoever_may_only_look_at_tasks_neither_switches_nor_runs_them(client: Client, action: str) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_periodictask"))
    client.force_login(clerk)
    task = make_row(PeriodicTask, enabled=True)
    assert action not in client.get(TASKS).content.decode()
    client.post(TASKS, {"action": action, "_selected_action": [task.pk]})
    task.refresh_from_db()
    assert (task.enabled, task.total_run_count) == (True, 0)


def test_an_operator_switches_a_task_off(client: Client) -> None:
    operator = User.objects.create_user("operator", is_staff=True)
    operator.groups.add(Group.objects.get(name="operator"))
    client.force_login(operator)
    task = make_row(PeriodicTask, enabled=True)
    client.post(TASKS, {"action": "disable_tasks", "_selected_action": [task.pk]})
    task.refresh_from_db()
    assert task.enabled is False


@pytest.mark.parametrize(("role", "may_choose"), [("operator", False), (None, True)])
def test_only_a_superuser_chooses_what_runs_when(client: Client, role: str | None, may_choose: bool) -> None:  # noqa: FBT001
    user = User.objects.create_user("somebody", is_staff=True, is_superuser=role is None)
    if role:
        user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    task = make_row(PeriodicTask, name="kept", task="monitoring.tasks.kept", enabled=True, args="[]", kwargs="{}")
    page = f"/admin/django_celery_beat/periodictask/{task.pk}/change/"
    text = client.get(page).content.decode()
    assert ('name="task"' in text) is may_choose
    schedule = f"/admin/django_celery_beat/intervalschedule/{task.interval_id}/change/"
    assert may_choose or schedule in text
    assert client.get(schedule).status_code == 200
    form = {"name": "changed", "task": "os.system", "interval": task.interval_id, "args": "[1]", "kwargs": "{}"}
    answer = client.post(page, form)  # without `enabled`: switched off
    assert answer.status_code == 302, answer.content
    task.refresh_from_db()
    expected = (False, "changed", "os.system", "[1]") if may_choose else (False, "kept", "monitoring.tasks.kept", "[]")
    assert (task.enabled, task.name, task.task, task.args) == expected


def test_the_login_form_counts_attempts_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LoginThrottle, "THROTTLE_RATES", {"login": "2/min"})
    client.defaults["REMOTE_ADDR"] = "10.0.0.3"
    User.objects.create_superuser("root", password="right")
    for _ in range(2):
        client.post("/admin/login/", {"username": "root", "password": "wrong"})
    page = client.post("/admin/login/", {"username": "root", "password": "right"})
    assert "Too many attempts" in page.content.decode()
    assert "sessionid" not in client.cookies
    answer = client.post("/api/v1/auth/login", {"username": "root", "password": "right"}, "application/json")
    assert answer.status_code == 429


def test_a_long_table_is_estimated_and_its_filtered_rows_are_counted_to_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admin_base, "MOST_COUNTED", 5)
    make_rows(WbDailySales, 5)
    rows = WbDailySales.objects.order_by("-id")
    assert EstimatingPaginator(rows, 10).count == 5
    make_rows(WbDailySales, 4)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE planning_core_wbdailysales")
    assert EstimatingPaginator(rows, 10).count == 9
    assert EstimatingPaginator(rows.filter(units__gte=0), 10).count == 6  # one past the bound: there are more
    assert EstimatingPaginator(rows.filter(units__lt=0), 10).count == 0


def test_sales_are_found_by_code(staff: Client) -> None:
    code = make_row(WbSku, code="WB-7")
    make_row(WbDailySales, wb_sku=code, units=77)
    make_rows(WbDailySales, 2)
    page = staff.get("/admin/planning_core/wbdailysales/?q=WB-7").content.decode()
    assert page.count('class="field-units') == 1


def test_the_sidebar_shows_what_a_role_may_see(client: Client) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client.force_login(viewer)
    page = client.get("/admin/").content.decode()
    assert "/admin/monitoring/monitoringsnapshot/" in page
    assert "/admin/auth/user/" not in page
    assert TOKENS not in page


def test_global_settings_are_added_once_and_are_row_number_one(staff: Client) -> None:
    url = "/admin/planning_core/globalplanningsettings/add/"
    form = {
        "default_target_coverage_days": 60,
        "default_lead_time_days": 70,
        "default_service_level_percent": 95,
        "default_fabric_min_batch_qty": 7000,
        "default_elastic_min_batch_qty": 3000,
    }
    assert staff.post(url, form).status_code == 302
    assert staff.post(url, form).status_code == 403
    page = staff.get("/admin/planning_core/globalplanningsettings/1/change/")
    assert page.status_code == 200


def test_expired_tokens_are_still_listed(staff: Client) -> None:
    make_row(ApiToken, name="old one", expiry=timezone.now() - timedelta(days=1))
    assert "old one" in staff.get(TOKENS).content.decode()
