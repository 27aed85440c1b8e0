"""The admin's first page: what a person reads there, and what it costs."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations.models import WbAccount
from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import (
    AlertTransition,
    BundleFact,
    MonitoringGap,
    MonitoringRun,
    MonitoringSnapshot,
    OrderFact,
    PolicyFact,
)
from monitoring.tests.alerts import make_alert, make_channel, make_rule, open_episode
from monitoring.tests.pages import Page, find_slot
from planning_core.models import Article, BundleType, DataSource, SourceSync
from supplybrain.tests.people import log_in
from supplybrain.tests.rows import make_row

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
GOOD = dict.fromkeys(METRIC_NAMES, 0) | {"wb_accounts_active": 1, "ms_accounts_active": 1}


@pytest.fixture
def viewer(client: Client) -> Client:
    return log_in(client, "viewer")


def store(slot: datetime, **values: int) -> MonitoringSnapshot:
    row: MonitoringSnapshot = make_row(MonitoringSnapshot, slot=slot, created_at=slot, **GOOD | values)
    return row


def read(client: Client) -> Page:
    answer = client.get("/admin/")
    assert answer.status_code == 200
    return Page(answer.content.decode())


def make_history(slot: datetime, *, slots: int = 3, articles: int = 3) -> None:
    MonitoringSnapshot.objects.bulk_create(
        MonitoringSnapshot(
            slot=slot - at * QUARTER,
            created_at=slot - at * QUARTER,
            schema_version=1,
            metrics_version=1,
            **GOOD | {"risk_critical": 9 - at % 5},
        )
        for at in range(slots)
    )
    open_episode(make_alert(make_rule("Too many", "risk_critical", 2)), slot - slots * QUARTER)
    kind = BundleType.objects.create(code="single", name="Single")
    for number in range(articles):
        make_at_risk(slot, f"ART-{number}", kind, cover_days=number + 1)
    make_row(WbAccount, name="Shop", is_active=False)
    for source in DataSource:
        make_row(SourceSync, source=source)
    for _ in range(articles):
        make_row(MonitoringRun, slot=slot, state="captured")


def make_at_risk(slot: datetime, code: str, kind: BundleType, *, cover_days: int, level: int = 0) -> Article:
    article = Article.objects.create(code=code)
    facts = {"valid_from_slot": slot, "valid_to_slot": None, "article_id": article.pk}
    make_row(
        BundleFact,
        bundle_type_id=kind.pk,
        **facts | {"wb_ready": cover_days, "potential": cover_days, "units": 20, "window_days": 10, "level": level},
    )
    make_row(OrderFact, **facts | {"final_quantity": 1200})
    make_row(PolicyFact, **facts | {"code": code, "color_ids": [], "color_minimums": [], "sku_color_ids": []})
    return article


@pytest.mark.parametrize("role", ["viewer", "planner", "operator"])
def test_an_empty_installation_says_what_to_do(client: Client, role: str) -> None:
    page = read(log_in(client, role))
    assert (2, "There is no snapshot yet") in page.headings
    assert "look whether beat and a worker are running" in page.text
    assert "There is no account yet. Operators add them under Integrations." in page.text
    assert page.tables["Sources"][1] == ["Catalogue", "never", "–", "–"]


@pytest.mark.parametrize(
    ("age", "headline", "words"),
    [
        (timedelta(0), "All is well", "is fresh"),
        (timedelta(minutes=20), "OK when last seen, which was a while ago", "20 minutes old: the next one is late"),
        (timedelta(minutes=40), "Attention", "is stale: 40 minutes old. Slots were missed."),
        (timedelta(hours=3), "Critical", "3 hours old: monitoring has stopped"),
    ],
)
def test_the_light_is_green_for_a_fresh_snapshot_only(
    viewer: Client, age: timedelta, headline: str, words: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        store(cursor.fetchone()[0] - age)
    answer = viewer.get("/admin/").content.decode()
    page = Page(answer)
    assert (2, headline) in page.headings
    assert words in page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert ("sb-light sb-tone-good" in answer) is (age == timedelta(0))


def test_a_tile_has_the_value_its_change_and_three_lines(viewer: Client) -> None:
    slot = find_slot()
    store(slot, risk_critical=5, total_final_order_qty=1_234_567)
    store(slot - DAY, risk_critical=7)
    store(slot - 20 * DAY, risk_critical=90)
    page = read(viewer)
    assert "Critical risk 5 −2 in 24 hours" in page.text
    assert "Pieces to order 1,234,567 +1,234,567 in 24 hours" in page.text
    assert "Critical risk, 24 hours: last 5, lowest 5, highest 7." in page.labels
    assert "Critical risk, 30 days: last 5, lowest 5, highest 90." in page.labels
    MonitoringSnapshot.objects.filter(slot=slot - DAY).delete()
    assert "Critical risk 5 no value 24 hours ago" in read(viewer).text


@pytest.mark.parametrize("age", [timedelta(minutes=20), timedelta(hours=5), 3 * DAY])
def test_an_old_snapshot_is_compared_with_the_day_before_it(viewer: Client, age: timedelta) -> None:
    latest = find_slot() - age
    store(latest, risk_critical=5)
    store(latest - DAY, risk_critical=7)
    store(latest - DAY - QUARTER, risk_critical=90)
    assert "Critical risk 5 −2 in 24 hours" in read(viewer).text


def test_missed_slots_are_told_with_their_reason_in_a_row(viewer: Client) -> None:
    slot = find_slot()
    for at in (0, 1, 5, 6, 8):
        store(slot - at * QUARTER)
    reasons = {2: "no_worker", 3: "no_worker", 4: "failed", 7: "no_worker"}
    for at, reason in reasons.items():
        make_row(MonitoringGap, slot=slot - at * QUARTER, reason=reason)
    named = [f"{slot - at * QUARTER:%Y-%m-%d %H:%M}" for at in range(8)]
    assert read(viewer).tables["Slots missed in the last 24 hours"][1:] == [
        [f"{named[3]} – {named[2]}", "2", "no worker took the task"],
        [named[4], "1", "every attempt failed"],
        [named[7], "1", "no worker took the task"],
    ]


def test_what_runs_out_first_comes_first_and_links_to_its_article(viewer: Client) -> None:
    slot = find_slot()
    store(slot)
    kind = BundleType.objects.create(code="single", name="Single")
    make_at_risk(slot, "SOON", kind, cover_days=1, level=1)
    first = make_at_risk(slot, "NOW", kind, cover_days=3)
    make_at_risk(slot, "FINE", kind, cover_days=2, level=2)
    gone = make_at_risk(slot, "GONE", kind, cover_days=9)
    gone.delete()
    page = read(viewer)
    assert page.tables["Look at these first"][1:] == [
        ["NOW", "Single", "critical", "3", "1,200"],
        ["GONE", "Single", "critical", "9", "1,200"],
        ["SOON", "Single", "warning", "1", "1,200"],
    ]
    assert page.links["NOW"] == f"/admin/planning_core/article/{first.pk}/explanation/"
    assert "GONE" not in page.links


def test_a_failed_run_says_why(viewer: Client) -> None:
    make_row(MonitoringRun, state="failed", error="<disk> is full", trigger="schedule")
    assert read(viewer).tables["Last runs"][1][1:] == ["failed", "scheduler", "<disk> is full"]


def test_staff_without_permissions_are_told_whom_to_ask(client: Client) -> None:
    page = read(log_in(client, None))
    assert "Ask an administrator to add you to a group" in page.text
    assert [text for level, text in page.headings if level > 1] == []


def test_panels_that_somebody_may_not_see_are_absent(client: Client) -> None:
    make_history(find_slot())
    user = User.objects.create_user("auditor", is_staff=True)
    user.user_permissions.set(Group.objects.get(name="viewer").permissions.filter(codename="view_monitoringsnapshot"))
    client.force_login(user)
    page = read(client)
    assert [text for level, text in page.headings if level == 2] == ["Critical", "Metrics"]


def test_headings_come_in_order(viewer: Client) -> None:
    make_history(find_slot())
    levels = [level for level, _text in read(viewer).headings]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("role", ["viewer", "planner", "operator"])
def test_the_page_costs_the_same_whatever_there_is(client: Client, role: str) -> None:
    staff, slot = log_in(client, role), find_slot()
    read(staff)
    make_history(slot)
    # session, user, 2 permissions; snapshot with clock, rules, 2 series, focus; alerts, channels; sources, runs,
    # accounts
    with CaptureQueriesContext(connection) as few:
        read(staff)
    AlertTransition.objects.all().delete()
    MonitoringSnapshot.objects.all().delete()
    make_history_more(slot)
    with CaptureQueriesContext(connection) as many:
        page = read(staff)
    assert len(few) == len(many) <= 14
    assert "and 11 more" in page.text  # of 31 alerts


def make_history_more(slot: datetime) -> None:
    kind = BundleType.objects.create(code="double", name="Double")
    for number in range(20):
        make_at_risk(slot, f"MORE-{number}", kind, cover_days=number + 1)
    MonitoringSnapshot.objects.bulk_create(
        MonitoringSnapshot(slot=at, created_at=at, schema_version=1, metrics_version=1, **GOOD | {"risk_critical": 7})
        for at in (slot - place * QUARTER for place in range(300))
    )
    for number in range(30):
        open_episode(make_alert(make_rule(f"Rule {number}")), slot - number * QUARTER)
        make_channel(f"Channel {number}", is_active=False, disabled_at=slot)
