"""The page of an episode: its story in one list, its terms, what one may do about it, and what it costs."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitoring.admin.episode_page import view
from monitoring.models import (
    Alert,
    AlertAcknowledgement,
    AlertEpisode,
    AlertRule,
    MonitoringSnapshot,
    Silence,
    WithheldMessage,
)
from monitoring.tests.alerts import (
    add_message,
    add_notification,
    close_episode,
    make_alert,
    make_channel,
    make_rule,
    open_episode,
    relax_episode,
)
from monitoring.tests.pages import Page, find_slot
from monitoring.tests.past import NOON, QUARTER, snap
from monitoring.tests.stories import make_names, make_shop, tell
from supplybrain.tests.people import log_in
from supplybrain.tests.rows import make_row

pytestmark = pytest.mark.django_db

EPISODES = "/admin/monitoring/alertepisode/"


@pytest.fixture
def viewer(client: Client) -> Client:
    return log_in(client, "viewer")


def read(client: Client, episode: AlertEpisode) -> Page:
    answer = client.get(f"{EPISODES}{episode.pk}/change/")
    assert answer.status_code == 200
    return Page(answer.content.decode())


def say(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def make_over() -> AlertEpisode:
    """Store an episode of two hours, at noon long ago, with everything that can happen in one."""
    terms: dict[str, Any] = {"recovery_threshold": 3, "pending_slots": 2, "recover_slots": 2}
    for at in range(-2, 12):
        snap(NOON + at * QUARTER, risk_critical=9 if 0 <= at < 7 else 2)
    rule = make_rule(**terms)
    episode = open_episode(make_alert(rule), NOON + QUARTER, opened_slot=NOON)
    relax_episode(episode, NOON + 7 * QUARTER, value=2)
    close_episode(episode, NOON + 8 * QUARTER, value=2)
    rule.threshold_value = 6
    rule.save()
    return episode


def test_an_episode_that_is_over_tells_how_long_it_took_and_by_which_terms(viewer: Client) -> None:
    page = read(viewer, make_over())
    assert page.headings[0] == (1, "Monitoring chevron_right Alert episodes chevron_right Too many")
    assert (2, "Over after 1 h 45 min: recovered") in page.headings
    assert "It began in the slot of 2026-03-01 12:00 UTC and fired in that of 2026-03-01 12:15 UTC." in page.text
    assert "It ended in the slot of 2026-03-01 14:00 UTC." in page.text
    assert "The worst value was 9, in the slot of 2026-03-01 12:15 UTC; the last one is 2." in page.text
    assert "Rule Too many (version 1; the rule was changed since, now it is version 2)" in page.text
    assert "Fires above 5, 2 slots in a row" in page.text
    assert "Is over at 3 or less, 2 slots in a row" in page.text
    assert "Built on catalogue, listings, sales, stock at Wildberries, own stock" in page.text


def test_the_chart_has_the_metric_both_lines_and_the_states(viewer: Client) -> None:
    [chart] = [label for label in read(viewer, make_over()).labels if label.startswith("Critical risk.")]
    assert "lowest 2" in chart
    assert "highest 9" in chart
    assert "threshold: 5" in chart
    assert "recovery threshold: 3" in chart
    for state in ("pending", "firing", "recovering"):
        assert state in chart


def test_what_happened_stands_in_the_order_of_time(viewer: Client) -> None:
    episode, late = make_over(), timedelta(minutes=1)
    mail, hook = make_channel("Mail"), make_channel("Hook")
    critical_only = make_channel("Urgent only", min_severity="critical")
    firing = add_message(episode, NOON + QUARTER)
    add_notification(firing, mail, state="sent", sent_at=NOON + QUARTER + late, attempts=1)
    add_notification(firing, hook, state="dead", attempts=2, last_error="The receiver answered 500.")
    quiet = add_message(episode, NOON + 2 * QUARTER, "reminder", severity="warning")
    told = add_notification(quiet, mail, state="withheld")
    make_row(WithheldMessage, message=quiet, notification=told, reason="silenced", detail="Stocktaking")
    waiting = {"attempts": 3, "last_error": "The receiver answered 503.", "next_attempt_at": NOON + 3 * QUARTER}
    add_notification(quiet, hook, **waiting)
    add_notification(quiet, critical_only, state="sent", sent_at=NOON)  # for another message of the batch
    add_message(episode, NOON + 8 * QUARTER, "resolved")
    taken = {"episode": episode, "author_name": "pavel", "note": "On it", "severity": "critical"}
    times = {"created_at": NOON + 2 * QUARTER + late, "withdrawn_at": NOON + 3 * QUARTER, "withdrawn_by": "olga"}
    make_row(AlertAcknowledgement, **taken, **times)
    make_row(
        Silence,
        metric="risk_critical",
        rule=None,
        author_name="olga",
        reason="Stocktaking",
        starts_at=NOON - QUARTER,
        ends_at=NOON + 4 * QUARTER,
    )
    page = read(viewer, episode)
    story = page.text.partition("What happened ")[2]
    assert story.startswith(
        "2026-03-01 11:45 UTC silenced olga silenced it until 2026-03-01 13:00 UTC. Stocktaking The silence "
        "2026-03-01 12:15 UTC firing From inactive to firing: breached long enough. The value was 9. "
        "Snapshot of 2026-03-01 12:15 UTC "
        "2026-03-01 12:15 UTC message Firing. Hook : given up after 2 attempts: The receiver answered 500. "
        "Mail : sent 2026-03-01 12:16 UTC "
        "2026-03-01 12:30 UTC message Reminder. Hook : waiting attempts so far: 3, the next one at 2026-03-01 12:45 "
        "UTC: The receiver answered 503. Mail : withheld silenced (Stocktaking) "
        "2026-03-01 12:31 UTC acknowledged pavel looks after it. On it "
        "2026-03-01 12:45 UTC withdrawn olga withdrew the acknowledgement of pavel. "
        "2026-03-01 13:45 UTC recovering From firing to recovering: clear, not long enough yet. The value was 2. "
        "Snapshot of 2026-03-01 13:45 UTC "
        "2026-03-01 14:00 UTC inactive From firing to inactive: recovered. The value was 2. "
        "Snapshot of 2026-03-01 14:00 UTC "
        "2026-03-01 14:00 UTC message Resolved. Nobody was told: no channel was there for it."
    )
    first = MonitoringSnapshot.objects.get(slot=NOON + QUARTER)
    assert page.links["Snapshot of 2026-03-01 12:15 UTC"] == (
        f"/admin/monitoring/monitoringsnapshot/{first.pk}/change/"
    )
    assert page.links["Mail"] == f"/admin/monitoring/notification/{told.pk}/change/"


def test_an_open_episode_names_those_behind_its_value_now(viewer: Client) -> None:
    slot = find_slot()
    make_names(1, 2)
    tell(slot, make_shop({1: 10, 2: 80}))
    episode = open_episode(make_alert(make_rule(threshold_value=0)), slot, value=1)
    page = read(viewer, episode)
    assert page.tables["What the value is made of"][1][0] == "A1"
    assert len(page.tables["What the value is made of"]) == 2


def test_an_episode_that_nobody_can_judge_says_that_this_does_not_end_it(viewer: Client) -> None:
    slot = find_slot()
    episode = open_episode(make_alert(make_rule()), slot - 2 * QUARTER)
    doubts = {"health": "degraded", "health_detail": "sales", "stale_since": slot, "flapping_since": slot - QUARTER}
    Alert.objects.update(**doubts)
    page = read(viewer, episode)
    assert f"not been judged since the slot of {say(slot)} UTC: data too old: sales. That does not end it." in page.text
    assert f"It has been coming and going since {say(slot - QUARTER)} UTC" in page.text


def test_the_episode_of_a_deleted_rule_stays_as_it_was(viewer: Client) -> None:
    episode = make_over()
    AlertRule.objects.all().delete()
    page = read(viewer, episode)
    assert "Too many (version 1; the rule was deleted since)" in page.text
    assert page.links["Too many"].endswith(f"/{episode.pk}/change/")  # the heading's own, and no rule's


@pytest.mark.parametrize("source", ["wb_stock", ""])
def test_alerts_of_the_system_have_pages_too(client: Client, source: str) -> None:
    episode = open_episode(make_alert(source=source), find_slot(), value=80 if source else None)
    page = read(log_in(client, "planner"), episode)
    title = "The data of “stock at Wildberries” are too old" if source else "Snapshots are late"
    assert title in page.headings[0][1]
    assert ("In breach above 72 hours" in page.text) is bool(source)
    assert "Silence for" not in page.text  # only rules and metrics are silenced
    assert "Acknowledge" in page.text


@pytest.mark.parametrize("role", ["planner", "operator"])
def test_a_note_goes_with_the_acknowledgement_which_can_be_withdrawn(client: Client, role: str) -> None:
    staff, episode = log_in(client, role), open_episode(make_alert(make_rule()), find_slot())
    url = f"{EPISODES}{episode.pk}"
    page = read(staff, episode)
    assert "Acknowledge You look after it" in page.text
    answer = staff.post(f"{url}/acknowledge/", {"note": "  Ordered more  "})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{url}/change/")
    assert AlertAcknowledgement.objects.get().note == "Ordered more"
    page = read(staff, episode)
    assert f"acknowledged by {role}" in page.text
    assert f"{role} looks after it. Ordered more" in page.text
    staff.post(f"{url}/withdraw/")
    row = AlertAcknowledgement.objects.get()
    assert row.withdrawn_at is not None
    assert row.withdrawn_by == role
    assert "Acknowledge You look after it" in read(staff, episode).text


def test_a_silence_keeps_the_reason_that_was_given(client: Client) -> None:
    staff, episode = log_in(client, "planner"), open_episode(make_alert(make_rule()), find_slot())
    staff.post(f"{EPISODES}{episode.pk}/silence/", {"hours": "8", "reason": "Stocktaking"})
    assert Silence.objects.get().reason == "Stocktaking"
    page = read(staff, episode)
    assert "Silence for" not in page.text
    assert "planner silenced it until" in page.text


def test_a_viewer_reads_and_has_nothing_to_press(viewer: Client) -> None:
    page = read(viewer, open_episode(make_alert(make_rule()), find_slot()))
    assert "Take care of it" not in page.text
    assert viewer.post(f"{EPISODES}{AlertEpisode.objects.get().pk}/change/", {"severity": "warning"}).status_code == 403


def test_headings_come_in_order(client: Client) -> None:
    levels = [level for level, _text in read(log_in(client, "planner"), make_over()).headings]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("role", ["viewer", "planner"])
def test_the_page_costs_the_same_however_much_happened(client: Client, role: str) -> None:
    staff, slot = log_in(client, role), find_slot()
    make_names(1)
    tell(slot, make_shop({1: 10}))
    episode = open_episode(make_alert(make_rule()), slot - QUARTER)
    read(staff, episode)
    with CaptureQueriesContext(connection) as few:
        read(staff, episode)
    channels = [make_channel(f"Channel {number}") for number in range(3)]
    for number in range(12):
        message = add_message(episode, slot + timedelta(seconds=number), "reminder")
        for channel in channels:
            add_notification(message, channel)
        make_row(AlertAcknowledgement, episode=episode, author_name="pavel", withdrawn_at=slot)
        make_row(Silence, rule_id=episode.alert.rule_id, metric="", starts_at=slot, ends_at=slot + QUARTER)
    with CaptureQueriesContext(connection) as many:
        read(staff, episode)
    # session, user, 2 permissions; episode, snapshot with clock, transitions, acknowledgements, silences, slots of the
    # chart, 3 for contributors, messages
    assert len(few) == len(many) == 14


def test_a_very_long_story_says_where_it_begins(viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = make_over()
    assert "are shown." not in read(viewer, episode).text
    monkeypatch.setattr(view, "MOST_EVENTS", 2)
    page = read(viewer, episode)
    assert "Of changes of state and of messages, the last 2 each are shown." in page.text
    assert "From inactive to firing" not in page.text
    assert "From firing to inactive" in page.text


def test_lists_are_filtered_by_state_kind_rule_and_name(viewer: Client) -> None:
    over = make_over()
    open_rule = make_rule("Warned", severity="warning")
    firing = open_episode(make_alert(open_rule), find_slot())
    system = open_episode(make_alert(source="sales"), find_slot(), value=90, severity="warning")
    for query, expected in (
        ("standing=open", {firing.pk, system.pk}),
        ("standing=over", {over.pk}),
        ("standing=firing", {firing.pk, system.pk}),
        ("standing=recovering", set()),
        ("alert__kind=source", {system.pk}),
        (f"rule={open_rule.pk}", {firing.pk}),
        ("severity=critical", {over.pk}),
        ("q=Warned", {firing.pk}),
        ("fired_slot__year=2026&fired_slot__month=3", {over.pk}),
    ):
        answer = viewer.get(f"{EPISODES}?{query}")
        assert answer.status_code == 200, query
        assert {row.pk for row in answer.context["cl"].result_list} == expected, query
