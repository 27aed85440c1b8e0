"""The page of a snapshot: what a person reads there, in every state of what is kept, and what it costs."""

import csv
import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations.models import WbAccount
from monitoring.domain.facts import AccountRow
from monitoring.models import MonitoringRun, MonitoringSnapshot
from monitoring.tests.pages import Page
from monitoring.tests.past import NOON, QUARTER, log_run, snap, snap_without_slot
from monitoring.tests.stories import make_names, make_shop, tell
from planning_core.models import Article, DataSource
from supplybrain.tests.rows import make_row

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WHY_CRITICAL = "?metric=risk_critical&base=-24h"
WHY_PIECES = "?metric=total_final_order_qty&base=-24h"


def log_in(client: Client, *roles: str, permissions: tuple[str, ...] = ()) -> Client:
    user = User.objects.create_user("someone", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    viewer = Group.objects.get(name="viewer")
    user.user_permissions.set(viewer.permissions.filter(codename__in=permissions))
    client.force_login(user)
    return client


@pytest.fixture
def viewer(client: Client) -> Client:
    return log_in(client, "viewer")


def read(client: Client, snapshot: MonitoringSnapshot, query: str = "") -> Page:
    answer = client.get(f"{url_of(snapshot)}{query}")
    assert answer.status_code == 200
    return Page(answer.content.decode())


def url_of(snapshot: MonitoringSnapshot) -> str:
    return f"/admin/monitoring/monitoringsnapshot/{snapshot.pk}/change/"


def read_file(client: Client, snapshot: MonitoringSnapshot, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/admin/monitoring/monitoringsnapshot/{snapshot.pk}/contributors.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))


def make_worse() -> MonitoringSnapshot:
    """Store that A1 fell from 40 days of cover to 5 within a day, and that A2 stayed where it was."""
    make_names(1, 2)
    tell(NOON - DAY, make_shop({1: 80, 2: 80}))
    return tell(NOON, make_shop({1: 10, 2: 80}))


def test_who_moved_a_metric_is_told_from_what_to_what_and_why(viewer: Client) -> None:
    page = read(viewer, make_worse(), WHY_CRITICAL)
    assert "From 0 to 1 ( +1 rose by 1 ) since 2026-02-28 12:00 UTC" in page.text
    assert page.tables["What moved it"] == [
        ["Who", "Risk", "Lasts, days", "Bundles", "Sold a day", "To order, pieces", "Change", "Why"],
        [
            "A1 Single",
            "ok → critical from ok to critical",
            "40 → 5 from 40 to 5",
            "80 → 10 from 80 to 10",
            "2",
            "120",
            "+1 rose by 1",
            "stock fell alone: +1",
        ],
    ]
    assert page.tables["By the first cause"][1:] == [["stock fell", "1", "+1 rose by 1"]]
    assert page.tables["Who went from where to where"] == [
        ["from ↓ to →", "critical", "sum"],
        ["ok", "1", "1"],
        ["sum", "1", "1"],
    ]
    assert "Appeared: 0. Disappeared: 0." in page.text
    assert "1 contributor in all: +1. Not explained: 0." in page.text
    assert page.links["A1"] == "/admin/planning_core/article/1/change/"


def test_every_metric_stands_beside_the_slot_and_the_day_before(viewer: Client) -> None:
    make_names(1)
    tell(NOON - DAY, make_shop({1: 80}))
    tell(NOON - QUARTER, make_shop({1: 10}))
    page = read(viewer, tell(NOON, make_shop({1: 10})), WHY_CRITICAL)
    rows = {row[0]: row[1:] for row in page.tables["Metrics"]}
    assert rows["Metric"] == [
        "Value",
        "Since the slot before 2026-03-01 11:45",
        "Since a day before 2026-02-28 12:00",
    ]
    assert rows["Critical risk"] == ["1", "±0 unchanged", "+1 rose by 1: why?"]
    assert rows["No risk"] == ["0", "±0 unchanged", "−1 fell by 1: why?"]
    assert rows["Pieces to order"] == ["120", "±0 unchanged", "±0 unchanged"]
    assert page.links["No risk"] == "?metric=risk_ok&base=-24h#why"
    assert page.links["−1 fell by 1: why?"] == "?metric=risk_ok&base=-24h#why"


def test_without_a_wish_it_tells_the_largest_change_of_the_day(viewer: Client) -> None:
    make_names(1)
    tell(NOON - DAY, make_shop({1: 80, 2: 80}))
    page = read(viewer, tell(NOON, make_shop({1: 80, 2: 80}, strictness=2.0)))
    assert (2, "Why: Pieces to order") in page.headings
    row = page.tables["What moved it"][1]
    assert row[0] == "A1"
    assert row[-1] == "settings changed alone: +120 strictness: from 1 to 2"


def test_it_says_what_a_metric_is_made_of_and_what_the_number_means(viewer: Client) -> None:
    snapshot = make_worse()
    page = read(viewer, snapshot, WHY_PIECES)
    assert page.tables["What it is made of: Pieces to order, 240"] == [
        ["Who", "To order, pieces", "Deficit", "At Wildberries", "Sold a day"],
        ["A1", "120", "120", "0", "2"],
        ["A2", "120", "120", "0", "2"],
    ]
    assert "2 contributors, together 240." in page.text
    assert "Definition Final order quantity of all active articles together." in page.text
    assert "Formula sum of the ordered pieces of all articles; deficit =" in page.text
    assert "Nobody: no part of it changed." in page.text


def test_what_it_is_made_of_is_filtered_by_code_and_by_risk(viewer: Client) -> None:
    snapshot = make_worse()
    heading = "What it is made of: Pieces to order, 240"
    by_code = read(viewer, snapshot, WHY_PIECES + "&code=a2")
    assert [row[0] for row in by_code.tables[heading][1:]] == ["A2"]
    assert "1 contributor, together 120." in by_code.text
    by_level = read(viewer, snapshot, WHY_PIECES + "&level=critical")
    assert [row[0] for row in by_level.tables[heading][1:]] == ["A1"]
    assert "Nobody fits." in read(viewer, snapshot, WHY_PIECES + "&level=critical&code=A2").text


def test_long_lists_come_in_pages_that_add_up(viewer: Client) -> None:
    articles = range(1, 36)
    make_names(*articles)
    tell(NOON - DAY, make_shop(dict.fromkeys(articles, 80)))
    snapshot = tell(NOON, make_shop(dict.fromkeys(articles, 10)))
    moved, made = [], []
    for number in (1, 2, 3):
        page = read(viewer, snapshot, f"{WHY_CRITICAL}&moved={number}&page={min(number, 2)}")
        moved += [row[0] for row in page.tables["What moved it"][1:]]
        if number < 3:
            made += [row[0] for row in page.tables["What it is made of: Critical risk, 35"][1:]]
        assert f"Page {number} of 3" in page.text
        assert "35 contributors in all: +35. Not explained: 0." in page.text
    assert sorted(moved) == sorted(made) == sorted(f"A{article} Single" for article in articles)
    assert page.links["Previous page"].endswith("&moved=3#made-of")
    beyond = read(viewer, snapshot, f"{WHY_CRITICAL}&moved=9&page=9")
    assert beyond.text.count("There is no such page.") == 2


def test_accounts_are_told_by_name_and_a_gone_one_is_no_link(viewer: Client) -> None:
    shop = make_row(WbAccount, name="Shop", is_active=True)
    rows = [AccountRow("wb", shop.pk, "Shop", is_active=True, last_good_sync_at=NOON)]
    gone = AccountRow("wb", shop.pk + 1, "Gone", is_active=True, last_good_sync_at=None)
    tell(NOON - DAY, make_shop({}), accounts=[*rows, gone])
    off = AccountRow("wb", shop.pk + 1, "Gone", is_active=False, last_good_sync_at=None)
    page = read(viewer, tell(NOON, make_shop({}), accounts=[*rows, off]))
    assert (2, "Why: Active WB accounts") in page.headings
    row = page.tables["What moved it"][1]
    assert row == [
        "Gone Wildberries",
        "active → inactive from active to inactive",
        "–",
        "−1 fell by 1",
        "account switched off alone: −1",
    ]
    assert page.tables["What it is made of: Active WB accounts, 1"][1:] == [
        ["Shop Wildberries", "active", "2026-03-01 12:00"]
    ]
    assert page.links["Shop"] == f"/admin/integrations/wbaccount/{shop.pk}/change/"
    assert "Gone" not in page.links


def test_what_came_and_went_says_that_it_was_not_there(viewer: Client) -> None:
    make_names(1)
    tell(NOON - DAY, make_shop({1: 10}))
    page = read(viewer, tell(NOON, make_shop({2: 10})), WHY_CRITICAL)
    came, went = sorted(page.tables["What moved it"][1:], reverse=True)
    assert came[0] == "A2 Single"
    assert came[1] == "not there → critical from not there to critical"
    assert came[2] == "– → 5 from – to 5"
    assert came[-1] == "article added alone: +1"
    assert went[-1] == "article removed alone: −1"
    assert "Appeared: 1. Disappeared: 1." in page.text
    assert "A2" not in page.links  # it has facts and no row


def test_the_head_says_where_the_snapshot_comes_from(viewer: Client) -> None:
    earlier = snap(NOON - DAY, settings_hash="a" * 32, code_version="1.0")
    sources = {"sales": (NOON - timedelta(hours=2)).isoformat(), "wb_stock": (NOON - 2 * DAY).isoformat()}
    snapshot = snap(NOON, settings_hash="b" * 32, code_version="1.0", sources=sources, as_of_date=NOON.date())
    log_run(NOON, "failed")
    log_run(NOON, "captured")
    page = read(viewer, snapshot)
    assert (2, "2026-03-01 15:00 (Europe/Moscow)") in page.headings
    assert "Slot 2026-03-01 15:00 in Europe/Moscow, 2026-03-01 12:00 UTC" in page.text
    assert "Settings bbbbbbbbbbbb (changed in the 24 hours before)" in page.text
    assert "Code version 1.0 (the same as 24 hours before)" in page.text
    run = MonitoringRun.objects.get(state="captured")
    assert page.links["a run asked for by test, in 0.00 s"] == f"/admin/monitoring/monitoringrun/{run.pk}/change/"
    ages = {row[0]: row[1:] for row in page.tables["Sources at that moment"][1:]}
    assert ages["Sales"] == ["2 hours", "2026-03-01 10:00"]
    assert ages["Stock at Wildberries"] == ["2 days old", "2026-02-27 12:00"]
    assert ages["Catalogue"] == ["never came", "–"]
    assert page.links["← Earlier: 2026-02-28 12:00 UTC"].startswith(url_of(earlier))
    assert "monitoring has stopped" in page.text  # it is the newest, and months old
    assert read(viewer, earlier).links["Later: 2026-03-01 12:00 UTC →"].startswith(url_of(snapshot))


def test_the_first_snapshot_has_nothing_to_be_compared_with(viewer: Client) -> None:
    make_names(1)
    page = read(viewer, tell(NOON, make_shop({1: 10})))
    assert "This is the first snapshot." in page.text
    assert page.tables["Metrics"][2] == ["Critical risk", "1", "– nothing to compare with", "– nothing to compare with"]
    assert "There is no snapshot with facts before this one." in page.text
    assert page.tables["What it is made of: Critical risk, 1"][1][0] == "A1 Single"


def test_a_gap_is_bridged_and_said(viewer: Client) -> None:
    make_names(1)
    tell(NOON - DAY - 4 * QUARTER, make_shop({1: 80}))
    page = read(viewer, tell(NOON, make_shop({1: 10})), WHY_CRITICAL)
    bridged = (
        "The slot of 2026-02-28 12:00 UTC has no snapshot. The last one before it was taken: 2026-02-28 11:00 UTC."
    )
    assert page.text.count(bridged) == 2  # below the metrics, and beside the reasons
    assert "since 2026-02-28 11:00 UTC" in page.text


@pytest.mark.parametrize(
    ("values", "fact", "reason"),
    [
        ({}, "Facts none: the snapshot is older than they are", "has no facts: it is older than they are"),
        (
            {"facts_hash": "f" * 32, "facts_thinned_at": NOON},
            "Facts thinned out on 2026-03-01 12:00 UTC",
            "were thinned out. The last snapshot of each business day has its own.",
        ),
    ],
)
def test_a_snapshot_without_facts_says_so(viewer: Client, values: dict[str, Any], fact: str, reason: str) -> None:
    snap(NOON - DAY, risk_critical=3)
    page = read(viewer, snap(NOON, risk_critical=7, **values), WHY_CRITICAL)
    assert page.tables["Metrics"][2] == ["Critical risk", "7", "+4 rose by 4: why?", "+4 rose by 4: why?"]
    assert page.tables["Metrics"][3] == ["Warning risk", "–", "– nothing to compare with", "– nothing to compare with"]
    assert fact in page.text
    assert reason in page.text
    assert "How old the data were was not recorded then." in page.text
    assert not [text for _level, text in page.headings if text.startswith("What it is made of")]


def test_without_facts_of_the_other_snapshot_it_still_says_what_the_value_is_made_of(viewer: Client) -> None:
    make_names(1)
    snap(NOON - DAY, risk_critical=3)
    page = read(viewer, tell(NOON, make_shop({1: 10})), WHY_CRITICAL)
    assert "Compare with another snapshot." in page.text
    assert page.tables["What it is made of: Critical risk, 1"][1][0] == "A1 Single"


def test_a_snapshot_without_a_slot_is_compared_by_its_time(viewer: Client) -> None:
    snap(NOON, risk_critical=3)
    page = read(viewer, snap_without_slot(NOON + timedelta(minutes=5), risk_critical=4), "?base=previous")
    assert "Slot none: another snapshot holds the slot of that time" in page.text
    assert page.tables["Metrics"][2][:3] == ["Critical risk", "4", "+1 rose by 1: why?"]


@pytest.mark.parametrize(
    ("base", "answer"),
    [
        ("yesterday", "Use the id of a snapshot, how long before with a unit such as -24h, or `previous`."),
        ("999999", "There is no snapshot 999999."),
        ("-0h", "Must be longer than nothing"),
        ("-90d", "No snapshot is as old as that: choose another one"),
    ],
)
def test_a_base_that_is_not_there_is_answered_in_words(viewer: Client, base: str, answer: str) -> None:
    snapshot = make_worse()
    page = read(viewer, snapshot, f"?metric=risk_critical&base={base}")
    assert answer in page.text
    assert "What it is made of: Critical risk, 1" in page.tables


def test_any_other_snapshot_may_be_the_base_by_its_number(viewer: Client) -> None:
    snapshot = make_worse()
    earlier = MonitoringSnapshot.objects.get(slot=NOON - DAY)
    page = read(viewer, snapshot, f"?metric=risk_critical&base={earlier.pk}")
    assert f"snapshot {earlier.pk} (2026-02-28 12:00 UTC)" in page.text
    assert "From 0 to 1" in page.text
    later = read(viewer, earlier, f"?metric=risk_critical&base={snapshot.pk}")
    assert "1 contributor in all: −1. Not explained: 0." in later.text


def test_wishes_that_mean_nothing_are_ignored(viewer: Client) -> None:
    page = read(viewer, make_worse(), "?metric=nonsense&level=worst&page=-1&moved=x&code=%00")
    assert (2, "Why: Critical risk") in page.headings


@pytest.mark.parametrize("role", ["viewer", "planner", "operator"])
def test_every_role_sees_all_of_it(client: Client, role: str) -> None:
    page = read(log_in(client, role), make_worse(), WHY_CRITICAL)
    assert page.tables["What moved it"][1][0] == "A1 Single"


def test_what_somebody_may_not_open_is_plain_text(client: Client) -> None:
    snapshot = make_worse()
    log_run(NOON, "captured")
    log_in(client, permissions=("view_monitoringsnapshot",))
    page = read(client, snapshot, WHY_CRITICAL)
    assert page.tables["What moved it"][1][0] == "A1 Single"
    assert not [link for link in page.links.values() if "/article/" in link or "/monitoringrun/" in link]


def test_without_the_permission_there_is_neither_page_nor_file(client: Client) -> None:
    snapshot = make_worse()
    log_in(client, permissions=("view_article",))
    assert client.get(url_of(snapshot)).status_code == 403
    assert client.get(f"/admin/monitoring/monitoringsnapshot/{snapshot.pk}/contributors.csv").status_code == 403


def test_a_snapshot_that_does_not_exist_leads_back(viewer: Client) -> None:
    assert viewer.get("/admin/monitoring/monitoringsnapshot/12345/change/").status_code == 302
    assert viewer.get("/admin/monitoring/monitoringsnapshot/12345/contributors.csv").status_code == 404


def test_the_file_has_all_of_those_who_moved_the_metric(viewer: Client) -> None:
    articles = range(1, 18)
    make_names(*articles)
    tell(NOON - DAY, make_shop(dict.fromkeys(articles, 80)))
    snapshot = tell(NOON, make_shop(dict.fromkeys(articles, 10)))
    rows = read_file(viewer, snapshot, WHY_CRITICAL)
    assert len(rows) == 17
    assert sum(int(row["delta"]) for row in rows) == 17
    assert {row["causes"] for row in rows} == {"stock_fell"}
    assert (rows[0]["days_of_cover_before"], rows[0]["days_of_cover_after"]) == ("40.0", "5.0")
    assert rows[0]["bundle_type_name"] == "Single"


def test_the_file_of_what_it_is_made_of_runs_no_formula(viewer: Client) -> None:
    account = AccountRow("wb", 1, "=1+1", is_active=True, last_good_sync_at=None)
    snapshot = tell(NOON, make_shop({}), accounts=[account])
    rows = read_file(viewer, snapshot, "?metric=wb_accounts_active")
    assert [row["name"] for row in rows] == ["'=1+1"]
    assert read_file(viewer, snapshot, "?metric=risk_critical") == []


def test_headings_come_in_order(viewer: Client) -> None:
    levels = [level for level, _text in read(viewer, make_worse()).headings]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_costs_the_same_whatever_there_is(viewer: Client) -> None:
    few = count_statements(viewer, make_worse())
    Article.objects.bulk_create(Article(pk=article, code=f"A{article}") for article in range(3, 40))
    articles = range(1, 40)
    tell(NOON + DAY - QUARTER, make_shop(dict.fromkeys(articles, 80)))
    snapshot = tell(NOON + DAY, make_shop(dict.fromkeys(articles, 10)))
    # session, user, 2 permissions; snapshot, its neighbours, clock, run; facts twice, bundle types, articles
    assert few == count_statements(viewer, snapshot) == 12


def count_statements(client: Client, snapshot: MonitoringSnapshot) -> int:
    with CaptureQueriesContext(connection) as queries:
        read(client, snapshot, WHY_CRITICAL)
    return len(queries)


def test_a_base_far_away_costs_one_statement_more(viewer: Client) -> None:
    make_names(1)
    tell(NOON - 7 * DAY, make_shop({1: 80}))
    snapshot = tell(NOON, make_shop({1: 10}), sources=dict.fromkeys(DataSource.values))
    with CaptureQueriesContext(connection) as queries:
        page = read(viewer, snapshot, "?metric=risk_critical&base=-7d")
    assert "since 2026-02-22 12:00 UTC" in page.text
    assert len(queries) <= 13


def test_the_list_says_how_the_critical_ones_changed_since_the_slot_before(viewer: Client) -> None:
    for at, critical in enumerate([3, 7, None, 2]):
        snap(NOON + at * QUARTER, risk_critical=critical)
    url = "/admin/monitoring/monitoringsnapshot/"
    with CaptureQueriesContext(connection) as queries:
        answer = viewer.get(url)
    shown = re.findall(r"<td class=\"[^\"]*field-show_critical[^\"]*\".*?</td>", answer.content.decode(), re.DOTALL)
    assert [re.sub(r"<[^>]+>", " ", cell).split() for cell in shown] == [["2"], ["-"], ["7", "(+4)"], ["3"]]
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert counts
    assert not [sql for sql in counts if "critical_before" in sql]
