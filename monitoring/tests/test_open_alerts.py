"""The alerts of the dashboard: what stands there, what one click does, and who may click."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from monitoring.domain.alerting.overlays import find_acknowledgement
from monitoring.models import AlertAcknowledgement, AlertEpisode, Silence
from monitoring.selectors.open_alerts import list_open_alerts
from monitoring.tests.alerts import (
    add_message,
    add_notification,
    make_alert,
    make_channel,
    make_rule,
    open_episode,
    relax_episode,
)
from monitoring.tests.pages import Page, find_slot
from monitoring.tests.past import QUARTER, snap
from supplybrain.tests.people import log_in
from supplybrain.tests.rows import make_row

pytestmark = pytest.mark.django_db

HEADERS = ["Alert", "State", "Value", "Threshold", "Since (UTC)"]
EPISODES = "/admin/monitoring/alertepisode/"
ROLES_THAT_ACT = ["planner", "operator"]


@pytest.fixture
def viewer(client: Client) -> Client:
    return log_in(client, "viewer")


def read(client: Client) -> Page:
    answer = client.get("/admin/")
    assert answer.status_code == 200
    return Page(answer.content.decode())


def read_rows(client: Client) -> list[list[str]]:
    return read(client).tables["Open alerts"]


def make_firing(name: str = "Too many", *, slots_ago: int = 1, value: int = 9, **rule: Any) -> AlertEpisode:
    slot = find_slot() - slots_ago * QUARTER
    return open_episode(make_alert(make_rule(name, **rule)), slot, value=value)


def post(client: Client, episode: AlertEpisode, deed: str, **data: str) -> tuple[int, str]:
    answer = client.post(f"{EPISODES}{episode.pk}/{deed}/", {"back": "dashboard", **data})
    return answer.status_code, answer.headers.get("Location", "")


def test_open_alerts_come_with_their_numbers_the_worst_first(viewer: Client) -> None:
    mild = make_firing("Mild", severity="warning", threshold_value=5000, value=12345, metric="total_final_order_qty")
    bad = make_firing("Bad", slots_ago=5, recovery_threshold=3, recover_slots=4)
    relax_episode(bad, find_slot(), value=3)
    bad.alert.refresh_from_db()
    bad.alert.clear_count = 2
    bad.alert.save()
    page = read(viewer)
    began = [f"{episode.opened_slot:%Y-%m-%d %H:%M}" for episode in (bad, mild)]
    rows = [
        [cell.partition(" (")[0] if place == 4 else cell for place, cell in enumerate(row)]
        for row in page.tables["Open alerts"][1:]
    ]
    assert page.tables["Open alerts"][0] == HEADERS
    assert rows == [
        ["Bad critical", "recovering: 2 of 4 clear slots", "3", "above 5, clear at 3 or less", began[0]],
        ["Mild warning", "firing", "12,345", "above 5,000", began[1]],
    ]
    assert page.links["Bad"] == f"{EPISODES}{bad.pk}/change/"


def test_what_a_person_took_care_of_comes_after_the_rest_of_its_severity(viewer: Client) -> None:
    names = ["Silenced", "Acknowledged", "Nobody's"]
    silenced, acknowledged, _nobodys = [make_firing(name, slots_ago=at + 1) for at, name in enumerate(names)]
    until = find_slot() + timedelta(days=1)
    make_row(
        Silence,
        rule_id=silenced.alert.rule_id,
        metric="",
        starts_at=silenced.opened_slot,
        ends_at=until,
        author_name="olga",
    )
    make_row(AlertAcknowledgement, episode=acknowledged, author_name="pavel", withdrawn_at=None, severity="critical")
    rows = read_rows(viewer)[1:]
    assert [row[0] for row in rows] == ["Nobody's critical", "Silenced critical", "Acknowledged critical"]
    assert rows[1][1] == f"firing silenced until {until:%Y-%m-%d %H:%M} UTC by olga"
    assert rows[2][1] == "firing acknowledged by pavel"


def test_a_rule_that_is_in_breach_is_there_before_it_fires(viewer: Client) -> None:
    slot = find_slot()
    snap(slot, risk_critical=9, risk_warning=7, wb_accounts_active=1, ms_accounts_active=1)
    waiting = make_rule("Waiting", pending_slots=3)
    make_alert(waiting, state="pending", breach_count=2, first_breach_slot=slot - QUARTER, last_value=9, last_slot=slot)
    doubted = make_rule("Doubted", "risk_warning")
    make_alert(doubted, health="degraded", health_detail="sales,wb_stock", last_slot=slot, last_value=7)
    make_rule("New", severity="warning")
    make_rule("Fine", threshold_value=100)
    page = read(viewer)
    assert [row[:4] for row in page.tables["Open alerts"][1:]] == [
        ["Waiting critical", "pending: 2 of 3 slots in breach", "9", "above 5"],
        ["Doubted critical", "in breach not judged: data too old: sales, stock at Wildberries", "7", "above 5"],
        ["New warning", "in breach not judged yet", "9", "above 5"],
    ]
    assert page.links["Waiting"] == f"/admin/monitoring/alertrule/{waiting.pk}/change/"


def test_alerts_of_the_system_are_among_them(viewer: Client) -> None:
    slot = find_slot()
    open_episode(make_alert(source="wb_stock"), slot, value=80, severity="warning")
    open_episode(make_alert(), slot, value=None)
    assert [row[:4] for row in read_rows(viewer)[1:]] == [
        ["Snapshots are late: the scheduler does not work critical", "firing", "–", "–"],
        ["The data of “stock at Wildberries” are too old warning", "firing", "80 hours", "above 72 hours"],
    ]


def test_what_nobody_can_judge_is_named_with_the_reason(viewer: Client) -> None:
    make_alert(make_rule("Unicorns", "unicorns"), health="error", health_detail="unknown_metric")
    page = read(viewer)
    assert "No alert is open. Cannot be judged now: Unicorns (snapshots have no such metric)" in page.text


@pytest.mark.parametrize("role", ROLES_THAT_ACT)
def test_one_click_acknowledges(client: Client, role: str) -> None:
    staff, episode = log_in(client, role), make_firing()
    assert read_rows(staff)[0] == [*HEADERS, "Take care of it"]
    assert read_rows(staff)[1][5] == "Acknowledge Silence for 1 h 8 h 24 h"
    assert post(staff, episode, "acknowledge") == (302, "/admin/")
    row = AlertAcknowledgement.objects.get()
    assert (row.episode_id, row.author_name, row.note, row.severity) == (episode.pk, role, "", "critical")
    page = read(staff)
    assert "You look after it: Too many." in page.text
    assert page.tables["Open alerts"][1][1] == f"firing acknowledged by {role}"
    assert page.tables["Open alerts"][1][5] == "Silence for 1 h 8 h 24 h"


@pytest.mark.parametrize(("hours", "meant"), [("1", 1), ("8", 8), ("24", 24), ("9000", 1), ("", 1)])
def test_one_click_silences_the_rule_for_some_hours(client: Client, hours: str, meant: int) -> None:
    staff, episode = log_in(client, "planner"), make_firing()
    assert post(staff, episode, "silence", hours=hours) == (302, "/admin/")
    row = Silence.objects.get()
    assert (row.rule_id, row.metric, row.author_name) == (episode.alert.rule_id, "", "planner")
    assert abs(row.ends_at - row.starts_at - timedelta(hours=meant)) < timedelta(minutes=1)
    assert read_rows(staff)[1][5] == "Acknowledge"


def test_what_cannot_be_done_is_said(client: Client) -> None:
    staff = log_in(client, "planner")
    system = open_episode(make_alert(), find_slot(), value=None)
    assert read_rows(staff)[1][5] == "Acknowledge"  # there is no rule to silence
    assert post(staff, system, "silence", hours="1")[0] == 302
    assert "Name either a rule or a metric." in read(staff).text
    over = make_firing()
    AlertEpisode.objects.filter(pk=over.pk).update(closed_slot=over.fired_slot, close_reason="recovered")
    assert post(staff, over, "acknowledge")[0] == 302
    assert "This episode is over" in read(staff).text
    assert not AlertAcknowledgement.objects.exists()
    assert not Silence.objects.exists()


@pytest.mark.parametrize("deed", ["acknowledge", "withdraw", "silence"])
def test_a_viewer_has_no_buttons_and_a_forged_post_changes_nothing(viewer: Client, deed: str) -> None:
    episode = make_firing()
    make_row(AlertAcknowledgement, episode=episode, withdrawn_at=None, severity="critical", author_name="pavel")
    assert read_rows(viewer)[0] == HEADERS
    assert post(viewer, episode, deed, hours="1") == (403, "")
    assert not Silence.objects.exists()
    assert AlertAcknowledgement.objects.get().withdrawn_at is None


@pytest.mark.parametrize("deed", ["acknowledge", "withdraw", "silence"])
def test_nothing_is_changed_by_looking(client: Client, deed: str) -> None:
    staff, episode = log_in(client, "planner"), make_firing()
    assert staff.get(f"{EPISODES}{episode.pk}/{deed}/", {"hours": "1"}).status_code == 403
    assert not AlertAcknowledgement.objects.exists()
    assert not Silence.objects.exists()


def test_a_post_without_the_token_is_refused() -> None:
    staff, episode = log_in(Client(enforce_csrf_checks=True), "planner"), make_firing()
    assert post(staff, episode, "acknowledge")[0] == 403
    assert not AlertAcknowledgement.objects.exists()


def test_who_looks_after_an_episode_is_the_same_in_sql_and_in_the_domain() -> None:
    episode = make_firing(severity="warning")
    for severity in ("warning", "critical"):
        AlertEpisode.objects.filter(pk=episode.pk).update(severity=severity)
        for given in ("warning", "critical"):
            for withdrawn_at in (None, find_slot()):
                AlertAcknowledgement.objects.all().delete()
                values = {"episode": episode, "severity": given, "withdrawn_at": withdrawn_at}
                row = make_row(AlertAcknowledgement, author_name="pavel", **values)
                [known] = list_open_alerts(now=find_slot())
                expected = find_acknowledgement([row], severity=severity)
                assert known.acknowledged_by == ("pavel" if expected else ""), values


def test_channels_that_do_not_deliver_are_named(client: Client) -> None:
    slot = find_slot()
    make_channel("Fine", last_success_at=slot, last_failure_at=slot - QUARTER, last_error="long ago")
    make_channel("Off by hand", is_active=False, last_failure_at=slot, last_error="whatever")
    gone = {"is_active": False, "disabled_at": slot, "disabled_reason": "The receiver refused with 410."}
    hook = make_channel("Hook", **gone)
    failing = make_channel("Mail", last_failure_at=slot, last_error="No mail server.")
    message = add_message(make_firing(), slot)
    add_notification(message, hook, state="dead", attempts=1)
    add_notification(message, failing, attempts=3)
    page = read(log_in(client, "operator"))
    said = page.text.partition("Channels that do not deliver ")[2].partition(" Outbox")[0]
    assert said == (
        "Hook : Switched off: The receiver refused with 410. Given up in the last 7 days: 1. "
        "Mail : The last attempt failed: No mail server. Waiting to be tried again: 1."
    )
    assert page.links["Hook"] == f"/admin/monitoring/notificationchannel/{hook.pk}/change/"


def test_panels_are_for_those_who_may_see_alerts(client: Client) -> None:
    make_firing()
    make_channel(disabled_at=find_slot(), is_active=False)
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert [text for level, text in read(client).headings if level > 1] == []


def test_all_of_them_are_read_in_one_statement(django_assert_num_queries: Any) -> None:
    now = find_slot()
    for number in range(5):
        make_firing(f"Rule {number}")
    with django_assert_num_queries(1):
        assert len(list_open_alerts(now=now)) == 5
