"""Who changed what is written down by the database itself, whichever way the change came."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from psycopg import sql

from integrations.models import MoySkladAccount, WbAccount
from monitoring.models import AlertRule
from planning_core.models import (
    Article,
    ColorPlanningSettings,
    GlobalPlanningSettings,
    Listing,
    PlanningSettings,
    WbDailySales,
)
from planning_core.services.copy import copy_rows
from planning_core.services.statements import execute
from planning_core.tests.csv_folder import CsvFolder
from supplybrain.audit.actors import Actor, acting
from supplybrain.audit.changes import list_changes
from supplybrain.audit.models import Change, Channel
from supplybrain.audit.registry import AUDITED, find_model
from supplybrain.tests.rows import make_row, make_rows
from supplybrain.tokens import issue_token

pytestmark = pytest.mark.django_db

SECRET = "vendor-secret-token-12345"
RULES = "/api/v1/planning/monitoring/alert-rules"
POLICY = {
    "is_active": True,
    "min_fabric_batch": 0,
    "min_elastic_batch": 0,
    "alert_threshold_days": 14,
    "safety_stock_days": 7,
    "strictness": 1.0,
    "notes": "",
}
ANNA = Actor(Channel.ADMIN, "anna", 1)


def make_user(name: str, role: str | None = None, **values: Any) -> User:
    user = User.objects.create_user(name, **values)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_rule(**values: Any) -> AlertRule:
    rule: AlertRule = make_row(
        AlertRule, **{"name": "Risks", "metric": "risk_critical", "threshold_value": 5, **values}
    )
    return rule


def last_change() -> Change:
    return Change.objects.order_by("-id")[0]


def describe(change: Change) -> tuple[str, str, str]:
    return change.channel, change.actor, change.action


def test_what_is_registered_is_what_the_database_records() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT tgrelid::regclass::text, tgargs FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
               WHERE proname = 'supplybrain_record_change'"""
        )
        found = {table: bytes(arguments).decode().split("\0") for table, arguments in cursor.fetchall()}
    assert {model: tuple(filter(None, hidden.split(","))) for model, hidden, *_ in found.values()} == AUDITED
    assert {label: table for table, (label, *_) in found.items()} == {label: table_of(label) for label in AUDITED}


def table_of(label: str) -> str:
    model = find_model(label)
    assert model
    return str(model._meta.db_table)


def test_old_and_new_value_of_what_changed_are_kept_and_nothing_else() -> None:
    rule = make_rule()
    created = last_change()
    assert (created.action, created.model, created.object_id, created.object_name) == (
        "created",
        "monitoring.alertrule",
        rule.pk,
        "Risks",
    )
    assert created.fields["threshold_value"] == [None, 5]
    rule.threshold_value, rule.name = 7, "Many risks"
    rule.save()
    changed = last_change()
    assert (changed.action, changed.object_name) == ("changed", "Many risks")
    assert changed.fields == {"threshold_value": [5, 7], "name": ["Risks", "Many risks"]}
    rule.delete()
    deleted = last_change()
    assert (deleted.action, deleted.object_id) == ("deleted", changed.object_id)
    assert deleted.fields["threshold_value"] == [7, None]


def test_what_changes_nothing_leaves_nothing() -> None:
    rule, task = make_rule(), make_row(PeriodicTask)
    before = Change.objects.count()
    rule.save()
    PeriodicTask.objects.filter(pk=task.pk).update(
        last_run_at=timezone.now(), total_run_count=F("total_run_count") + 1, date_changed=timezone.now()
    )
    User.objects.filter(pk=make_user("clerk").pk).update(last_login=timezone.now())
    WbDailySales.objects.filter(pk=make_row(WbDailySales).pk).update(units=99)
    assert list(Change.objects.order_by("id").values_list("action", "object_name")[before:]) == [("created", "clerk")]


def test_what_is_taken_back_leaves_nothing() -> None:
    rule = make_rule()
    before = Change.objects.count()
    with transaction.atomic():
        AlertRule.objects.filter(pk=rule.pk).update(threshold_value=6)
        transaction.set_rollback(True)
    assert Change.objects.count() == before


def by_session(client: Client, rule: AlertRule) -> None:
    client.force_login(make_user("petra", "planner"))
    assert client.patch(f"{RULES}/{rule.pk}", {"threshold_value": 6}, "application/json").status_code == 200


def by_token(client: Client, rule: AlertRule) -> None:
    token = issue_token(user=make_user("robot", "planner"), name="100% O'Hara's sheet").token
    headers = {"Authorization": f"Token {token}"}
    answer = client.patch(f"{RULES}/{rule.pk}", {"threshold_value": 6}, "application/json", headers=headers)
    assert answer.status_code == 200


def by_admin(client: Client, rule: AlertRule) -> None:
    client.force_login(make_user("anna", "planner", is_staff=True))
    kept = ("name", "metric", "threshold_type", "severity", "pending_slots", "recover_slots")
    form = {name: getattr(rule, name) for name in kept}
    page = f"/admin/monitoring/alertrule/{rule.pk}/change/"
    assert client.post(page, {**form, "threshold_value": 6}).status_code == 302


def by_raw_sql(_client: Client, _rule: AlertRule) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('supplybrain.actor', '', true)")
        cursor.execute("UPDATE monitoring_alert_rules SET threshold_value = 6")


@pytest.mark.parametrize(
    ("change_rule", "who"),
    [
        (by_session, ("api_session", "petra", "")),
        (by_token, ("api_token", "robot", "100% O'Hara's sheet")),
        (by_admin, ("admin", "anna", "")),
        (by_raw_sql, ("database", "", "")),
    ],
)
def test_who_it_was_and_the_way_it_came(
    client: Client, change_rule: Callable[[Client, AlertRule], None], who: tuple[str, str, str]
) -> None:
    rule = make_rule()
    change_rule(client, rule)
    change = last_change()
    assert (change.channel, change.actor, change.token_name) == who
    assert change.fields["threshold_value"] == [5, 6]
    assert change.user_id == (User.objects.get(username=change.actor).pk if change.actor else None)


def test_an_import_is_recorded_under_its_command(tmp_path: Path) -> None:
    folder = CsvFolder(tmp_path)
    folder.write_company("articles", "skus", "bundles", "listings", "color_minimums")
    folder.run()
    recorded = Change.objects.filter(channel=Channel.COMMAND, actor="import_csv", action="created")
    assert set(recorded.values_list("model", flat=True)) >= {
        "planning_core.planningsettings",
        "planning_core.articleplanningsettings",
        "planning_core.colorplanningsettings",
        "planning_core.bundlerecipe",
        "planning_core.listing",
    }
    before = Change.objects.count()
    folder.run()
    assert Change.objects.count() == before  # nothing new, nothing recorded
    folder.write("color_minimums", "article_code,color_code,fabric_min_batch_qty\nTEE,black,6500\n")
    folder.run()
    setting = ColorPlanningSettings.objects.get(fabric_min_batch_qty=6500)
    assert describe(last_change()) == ("command", "import_csv", "changed")
    assert (last_change().object_id, last_change().fields) == (setting.pk, {"fabric_min_batch_qty": [7000, 6500]})


def test_copy_is_recorded_too() -> None:
    article = make_row(Article)
    with acting(lambda: ANNA):
        copy_rows(PlanningSettings, ["article", *POLICY], [(article.pk, *POLICY.values())])
    assert describe(last_change()) == ("admin", "anna", "created")


def test_our_commands_carry_their_name() -> None:
    call_command("sync_beat_schedule", verbosity=0)
    PeriodicTask.objects.all().delete()
    call_command("sync_beat_schedule", verbosity=0)
    assert describe(last_change()) == ("command", "sync_beat_schedule", "created")


@pytest.mark.parametrize("model", [WbAccount, MoySkladAccount])
def test_a_vendors_token_is_nowhere_but_that_it_changed_is_known(client: Client, model: type[Any]) -> None:
    client.force_login(User.objects.create_superuser("root"))
    account = model.objects.create(name="Shop", api_token=SECRET)
    account.api_token = SECRET + "-new"
    account.save()
    assert last_change().fields == {"api_token": True}
    account.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(to_jsonb(change)::text, ' ') FROM supplybrain_change AS change")
        stored = cursor.fetchone()[0]
    label = model._meta.model_name
    pages = [
        f"/admin/supplybrain/change/?model=integrations.{label}",
        f"/admin/integrations/{label}/{last_change().object_id}/history/",
        f"/admin/supplybrain/change/{last_change().pk}/change/",
        f"/api/v1/planning/changes?model=integrations.{label}",
    ]
    texts = [stored, *(client.get(page).content.decode() for page in pages)]
    for text in texts:
        assert "vendor-secret" not in text
        assert "gAAAA" not in text  # how every encrypted one begins
        assert "Shop" in text
    assert "changed, the value is not kept" in texts[1]


def test_a_password_is_nowhere() -> None:
    user = make_user("clerk", password="long-enough-password")
    user.set_password("another-long-password")
    user.save()
    assert last_change().fields == {"password": True}
    assert not Change.objects.filter(fields__icontains="md5$").exists()


def test_who_may_do_what_is_recorded_as_a_change_of_the_user() -> None:
    user, group = make_user("clerk"), Group.objects.get(name="planner")
    user.groups.add(group)
    assert (last_change().model, last_change().object_id) == ("auth.user", user.pk)
    assert last_change().fields == {"groups": [None, group.pk]}
    user.groups.clear()
    assert last_change().fields == {"groups": [group.pk, None]}
    [removed, added, _created] = list_changes(model=User, object_id=user.pk)
    assert (added.summary, removed.summary) == ("groups: — → planner", "groups: planner → —")
    assert added.object_name == "clerk"


def test_nobody_rewrites_history() -> None:
    make_rule()
    for rewrite in (lambda: Change.objects.update(actor="nobody"), lambda: Change.objects.all().delete()):
        with pytest.raises(DatabaseError, match="kept as it is"), transaction.atomic():
            rewrite()
    assert Change.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_actor_does_not_outlive_the_transaction() -> None:
    # a server connection behind PgBouncer is somebody else's after the commit
    with acting(lambda: ANNA):
        GlobalPlanningSettings.objects.create(id=1)  # autocommit: both statements travel as one
        with transaction.atomic():
            GlobalPlanningSettings.objects.update(default_lead_time_days=80)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('supplybrain.actor', true)")
        assert not cursor.fetchone()[0]
    GlobalPlanningSettings.objects.update(default_lead_time_days=90)
    settings = Change.objects.filter(model=GlobalPlanningSettings._meta.label_lower).order_by("id")
    changes = [describe(change) for change in settings]
    assert changes == [("admin", "anna", "created"), ("admin", "anna", "changed"), ("database", "", "changed")]


def test_statements_of_any_kind_bring_their_results_with_an_actor() -> None:
    rules = make_rows(AlertRule, 3)
    told = Actor(Channel.API_TOKEN, "o'hara\\%s%%", 1, "“%(x)s”")
    with acting(lambda: told):
        assert AlertRule.objects.filter(name__contains="%").update(threshold_value=1) == 0
        assert AlertRule.objects.update(threshold_value=1) == 3
        with connection.cursor() as cursor:
            cursor.execute("UPDATE monitoring_alert_rules SET name = '100%' RETURNING id")  # no parameters: no escapes
            assert len(cursor.fetchall()) == 3
            cursor.executemany("UPDATE monitoring_alert_rules SET severity = %s WHERE id = %s", [("critical", 0)])
        execute("DELETE FROM {table} WHERE id = %s", [rules[0].pk], table=sql.Identifier("monitoring_alert_rules"))
        rule = make_rule(name="x")
        assert AlertRule.objects.get(name="x") == rule
    assert (last_change().actor, last_change().token_name) == (told.name, told.token_name)
    assert Change.objects.filter(actor=told.name, object_name="100%", action="deleted").count() == 1


def test_the_outer_actor_counts() -> None:
    with acting(lambda: ANNA), acting(lambda: Actor(Channel.COMMAND, "helper")):
        make_rule()
    make_rule()
    assert Change.objects.order_by("-id").values_list("actor", flat=True)[1] == "anna"


def test_recording_takes_no_statement_more(client: Client) -> None:
    rule = make_rule()
    with CaptureQueriesContext(connection) as plain:
        AlertRule.objects.filter(pk=rule.pk).update(threshold_value=6)
    with acting(lambda: ANNA), CaptureQueriesContext(connection) as announced:
        AlertRule.objects.filter(pk=rule.pk).update(threshold_value=7)
        list(AlertRule.objects.all())
    assert len(plain) == 1
    assert ["set_config" in query["sql"] for query in announced.captured_queries] == [True, False]


def test_a_listing_says_what_it_points_to() -> None:
    listing = make_row(Listing, bundle_type=None)
    article, other = listing.article, make_row(Article)
    listing.article = other
    listing.save()
    [change, _created] = list_changes(model=Listing, object_id=listing.pk)
    assert change.summary == f"article: {article} → {other}"
    assert (change.object_name, change.exists) == (str(listing), True)
    listing.delete()
    article.delete()
    [_deleted, change, _created] = list_changes(model=Listing, object_id=change.change.object_id)
    assert change.summary == f"article: #{change.change.fields['article_id'][0]} → {other}"
    assert change.exists is False


def test_settings_that_are_gone_are_known_by_their_article() -> None:
    settings = make_row(PlanningSettings, strictness=2.0)
    number, article = settings.pk, settings.article
    PlanningSettings.objects.filter(pk=number).update(strictness=3.0)
    settings.delete()
    deleted, changed, created = list_changes(model=PlanningSettings, object_id=number)
    assert [entry.object_name for entry in (deleted, changed, created)] == [str(article), f"#{number}", str(article)]
    assert changed.summary == "strictness: 2 → 3"
    assert "strictness: 3;" in deleted.summary + ";"


def test_values_are_said_in_words() -> None:
    rule = make_rule(is_active=True, severity="warning")
    rule.is_active, rule.severity, rule.threshold_value = False, "critical", 6
    rule.save()
    [change, _created] = list_changes(model=AlertRule, object_id=rule.pk)
    texts = {field.column: (field.old_text, field.new_text) for field in change.fields}
    assert texts == {
        "is_active": ("yes", "no"),
        "severity": ("warning", "critical"),
        "threshold_value": ("5", "6"),
    }
    assert [field.column for field in change.fields] == ["threshold_value", "severity", "is_active"]  # as in the form
