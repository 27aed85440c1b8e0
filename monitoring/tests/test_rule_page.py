"""The page of an alert rule: how it stands, why, and what other terms would have done."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitoring.admin.trials import TrialForm
from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import Alert, AlertEpisode, AlertRule, MonitoringGap, MonitoringSnapshot
from monitoring.services.capture import capture_snapshot
from monitoring.services.errors import CaptureRunningError
from monitoring.services.evaluation import Evidence, evaluate_snapshot
from monitoring.tests.company import make_company
from monitoring.tests.pages import Page, find_slot
from supplybrain.clock import get_business_date
from supplybrain.tests.people import log_in
from supplybrain.tests.rows import make_row

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)
PREFIX = "/admin/monitoring/alertrule"
SLOTS = {"pending_slots": "1", "recover_slots": "1"}
RISKY = [9, 9, None, 9, 2, 7, 7, 1]  # newest first; None is a missed slot


@pytest.fixture
def planner(client: Client) -> Client:
    return log_in(client, "planner")


@pytest.fixture
def viewer(client: Client) -> Client:
    return log_in(client, "viewer")


@pytest.fixture
def slot() -> datetime:
    """The running slot, and snapshots up to it."""
    slot = find_slot()
    for at, value in enumerate(RISKY):
        at_slot = slot - at * QUARTER
        if value is None:
            make_row(MonitoringGap, slot=at_slot, reason="failed")
        else:
            values = dict.fromkeys(METRIC_NAMES, 0) | {"risk_critical": value, "risk_ok": at}
            make_row(MonitoringSnapshot, slot=at_slot, created_at=at_slot, sources={}, **values)
    return slot


@pytest.fixture
def rule() -> AlertRule:
    row: AlertRule = make_row(
        AlertRule,
        name="Too many",
        metric="risk_critical",
        threshold_type="above",
        threshold_value=5,
        severity="critical",
        is_active=True,
    )
    return row


def read(client: Client, url: str, **query: Any) -> Page:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return Page(answer.content.decode())


def url_of(rule: AlertRule) -> str:
    return f"{PREFIX}/{rule.pk}/change/"


def tell(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def list_figures(page: Page) -> dict[str, list[str]]:
    """Return what the backtests say by figure; the first column is the saved rule's."""
    return {name: cells for name, *cells in page.tables["Try it before saving"]}


def judge(slot: datetime) -> None:
    """Let the snapshots be judged, as their captures would have done."""
    for row in MonitoringSnapshot.objects.filter(slot__lte=slot).order_by("slot"):
        assert row.slot
        values = {"risk_critical": row.risk_critical, "risk_ok": row.risk_ok}
        evidence = Evidence(snapshot_id=row.pk, slot=row.slot, read_at=row.created_at, values=values, sources={})
        evaluate_snapshot(evidence, interval=QUARTER)


def test_a_firing_rule_says_so_in_words_and_since_when(viewer: Client, slot: datetime, rule: AlertRule) -> None:
    judge(slot)
    page = read(viewer, url_of(rule))
    assert (2, "Firing") in page.headings
    assert "Critical risk is 9, which is above 5." in page.text
    assert f"It has been firing since the slot of {tell(slot - 3 * QUARTER)} UTC." in page.text
    last = (tell(slot - 6 * QUARTER), tell(slot - 4 * QUARTER))
    assert "Its last episode began in the slot of {} UTC and was over in that of {} UTC.".format(*last) in page.text
    assert "Version 1 of the rule" in page.text
    drawing = next(label for label in page.labels if label.startswith("The last 90 days."))
    assert "threshold: 5. firing: 2 times" in drawing
    assert "no snapshot: every attempt failed: 1 time" in drawing


def test_the_open_episode_and_all_of_them_are_a_click_away(viewer: Client, slot: datetime, rule: AlertRule) -> None:
    judge(slot)
    page = read(viewer, url_of(rule))
    episode = AlertEpisode.objects.get(closed_slot=None)
    assert page.links["The open episode"] == f"/admin/monitoring/alertepisode/{episode.pk}/change/"
    assert page.links["All episodes of this rule"] == f"/admin/monitoring/alertepisode/?rule={rule.pk}"
    assert viewer.get(page.links["All episodes of this rule"]).status_code == 200


@pytest.mark.parametrize(
    ("terms", "headline", "words"),
    [
        ({"threshold_value": 9}, "Not firing", "Critical risk is 9, which is not above 9."),
        ({"threshold_type": "below"}, "Not firing", "Critical risk is 9, which is not below 5."),
        ({"pending_slots": 2}, "Firing", "the breach began in that of"),
        ({"pending_slots": 4}, "Breached, not firing yet", "In breach for 3 slots of the 4 that it takes to fire."),
        (
            {"threshold_type": "below", "recover_slots": 4},
            "Firing, about to be over",
            "Clear for 3 slots of the 4 that it takes to be over.",
        ),
        ({"is_active": False}, "Off", "The rule is switched off: nothing is judged by it."),
    ],
)
def test_every_state_has_its_words(
    viewer: Client, slot: datetime, rule: AlertRule, terms: dict[str, Any], headline: str, words: str
) -> None:
    AlertRule.objects.filter(pk=rule.pk).update(**terms)
    judge(slot)
    page = read(viewer, url_of(rule))
    assert (2, headline) in page.headings
    assert words in page.text


def test_a_rule_that_cannot_be_judged_says_why_and_stays_as_it_is(
    viewer: Client, slot: datetime, rule: AlertRule
) -> None:
    MonitoringSnapshot.objects.filter(slot__gte=slot - QUARTER).update(risk_critical=None)
    judge(slot)
    page = read(viewer, url_of(rule))
    assert (2, "Firing") in page.headings
    since = tell(slot - QUARTER)
    assert f"not been judged since the slot of {since} UTC: no data. Until then it stays as it is." in page.text
    Alert.objects.filter(rule_id=rule.pk).update(state="inactive", fired_slot=None)
    assert (2, "Cannot be judged") in read(viewer, url_of(rule)).headings


def test_a_rule_that_comes_and_goes_says_that_it_is_quiet(viewer: Client, slot: datetime, rule: AlertRule) -> None:
    judge(slot)
    Alert.objects.filter(rule_id=rule.pk).update(flapping_since=slot)
    assert "its messages are kept back until 8 slots in a row change nothing" in read(viewer, url_of(rule)).text


def test_a_rule_that_nothing_was_judged_by_says_so(viewer: Client, slot: datetime, rule: AlertRule) -> None:
    page = read(viewer, url_of(rule))
    assert (2, "Unknown") in page.headings
    assert "No snapshot has been judged by this rule yet." in page.text


def test_the_list_says_how_every_rule_stands(viewer: Client, slot: datetime, rule: AlertRule) -> None:
    terms = {"metric": "risk_critical", "threshold_type": "above", "severity": "warning"}
    make_row(AlertRule, **terms, name="Waits", threshold_value=5, recovery_threshold=3, pending_slots=4)
    make_row(AlertRule, **terms, name="Off", threshold_value=5, is_active=False)
    make_row(AlertRule, **terms, name="Calm", threshold_value=50)
    judge(slot)
    make_row(AlertRule, **terms, name="New", threshold_value=5)
    text = read(viewer, f"{PREFIX}/").text
    for words in (
        "firing",
        "not firing",
        "pending: 3 of 4 slots in breach",
        "above 5, clear at 3 or less",
        "not judged yet",
    ):
        assert words in text


def test_the_saved_rule_is_backtested_gaps_apart(viewer: Client, slot: datetime, rule: AlertRule) -> None:
    figures = list_figures(read(viewer, url_of(rule)))
    assert figures == {
        "": ["Saved"],
        "Metric": ["Critical risk"],
        "Breached when": ["above 5"],
        "Slots until it fires, and until it is over": ["1 and 1"],
        "Episodes": ["2"],
        "Time firing": ["1 h 30 min"],  # six slots, one of them missed
        "Share of the time": ["75 %"],  # of eight
        "Longest episode": ["1 h"],
        "Firing while nothing could be judged": ["0 h 15 min"],
        "Breaches that were over before it fired": ["0"],
        "Relapses before an episode was over": ["0"],
        "Messages": ["3"],
        "Of them reminders": ["0"],
        "Kept back while flapping": ["0"],
        "Now": ["firing"],
    }


def test_other_terms_are_tried_beside_the_saved_ones_and_saved_by_nobody(
    planner: Client, slot: datetime, rule: AlertRule
) -> None:
    answer = planner.get(url_of(rule), {"threshold_value": "8"}).content.decode()
    page = Page(answer)
    figures = list_figures(page)
    assert figures["Breached when"] == ["above 5", "above 8"]
    assert figures["Episodes"] == ["2", "1"]
    assert figures["Time firing"] == ["1 h 30 min", "1 h"]
    assert 'name="threshold_value" value="8"' in answer.partition('id="alertrule_form"')[2]  # waits to be saved
    take_over = page.links["Put the tried values into the form, to be saved there"]
    assert take_over == (
        "?metric=risk_critical&threshold_type=above&threshold_value=8"
        "&recovery_threshold=&pending_slots=1&recover_slots=1#alertrule_form"
    )
    rule.refresh_from_db()
    assert rule.threshold_value == 5
    assert "Critical risk is 9, which is above 5." in page.text  # the state is the saved rule's


def test_another_metric_may_be_tried(viewer: Client, slot: datetime, rule: AlertRule) -> None:
    page = read(viewer, url_of(rule), metric="risk_ok", threshold_type="below", threshold_value="1")
    assert list_figures(page)["Metric"] == ["Critical risk", "No risk"]
    assert list_figures(page)["Now"] == ["firing", "firing"]
    assert "Put the tried values" not in page.text  # a viewer saves nothing


def test_what_cannot_be_tried_is_told_beside_its_field(planner: Client, slot: datetime, rule: AlertRule) -> None:
    page = read(planner, url_of(rule), metric="unicorns", threshold_type="near", threshold_value="many")
    for words in ("unicorns is not one of", "near is not one of", "Enter a whole number."):
        assert words in page.text
    assert list_figures(page)["Breached when"] == ["above 5"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "This field is required."),
        ("-1", "Ensure this value is greater than or equal to 0."),
        ("9" * 30, "Ensure this value is less than or equal to 9223372036854775807."),
    ],
)
def test_a_threshold_fits_its_column(value: str, words: str) -> None:
    slots = {"pending_slots": 1, "recover_slots": 1}
    form = TrialForm({"metric": "risk_ok", "threshold_type": "above", "threshold_value": value, **slots})
    assert form.errors == {"threshold_value": [words]}


def test_a_new_rule_is_tried_alone(planner: Client, slot: datetime) -> None:
    before = read(planner, f"{PREFIX}/add/")
    assert "Try it before saving" not in before.tables
    page = read(planner, f"{PREFIX}/add/", metric="risk_critical", threshold_type="above", threshold_value="5")
    assert list_figures(page)["Episodes"] == ["2"]
    assert any(label.startswith("Critical risk with the tried terms.") for label in page.labels)
    assert not AlertRule.objects.exists()


def test_a_form_that_is_refused_still_shows_the_saved_rule(planner: Client, slot: datetime, rule: AlertRule) -> None:
    given = {"name": "", "metric": "risk_critical", "threshold_type": "above", "threshold_value": "100"}
    answer = planner.post(url_of(rule), given | {"severity": "critical"})
    assert answer.status_code == 200
    page = Page(answer.content.decode())
    assert "Critical risk is 9, which is above 5." in page.text
    assert list_figures(page)["Breached when"] == ["above 5"]


def test_before_the_first_snapshot_nothing_is_known(planner: Client, rule: AlertRule) -> None:
    page = read(planner, url_of(rule), threshold_value="7")
    assert (2, "Unknown") in page.headings
    assert "look whether beat and a worker are running" in page.text
    assert list_figures(page)["Share of the time"] == ["–", "–"]


def test_a_rule_on_a_metric_of_old_says_that_it_cannot_be_judged(planner: Client, slot: datetime) -> None:
    rule = make_row(AlertRule, metric="metric_of_old", threshold_type="above", severity="warning")
    page = read(planner, url_of(rule))
    assert "Snapshots have no metric of this name, so the rule cannot be judged." in page.text


def test_an_old_snapshot_is_said_to_be_old(viewer: Client, rule: AlertRule) -> None:
    at = find_slot() - timedelta(days=2)
    make_row(MonitoringSnapshot, slot=at, created_at=at, sources={}, **dict.fromkeys(METRIC_NAMES, 9))
    page = read(viewer, url_of(rule))
    assert "monitoring has stopped" in page.text
    assert "Critical risk is 9, which is above 5." in page.text


def test_the_versions_of_a_rule_say_who_changed_what(client: Client, slot: datetime, rule: AlertRule) -> None:
    planner = log_in(client, "planner")
    given = {"name": "Too many", "metric": "risk_critical", "threshold_type": "above", "threshold_value": "6"}
    planner.post(url_of(rule), given | SLOTS | {"severity": "critical", "is_active": "on"})
    rows = read(planner, url_of(rule)).tables["Who changed it"]
    assert any("planner" in row[1] and row[3].startswith("Threshold: 5 →") for row in rows[1:]), rows


@pytest.mark.django_db(transaction=True)
def test_a_breach_is_explained_by_those_who_make_it(client: Client, rule: AlertRule) -> None:
    make_company(as_of=get_business_date())
    capture_snapshot(trigger="schedule")
    AlertRule.objects.filter(pk=rule.pk).update(threshold_value=0)
    client.force_login(User.objects.create_superuser("root"))  # the roles go with the rows of earlier tests
    page = read(client, url_of(rule))
    assert page.tables["What the value is made of"][1] == ["ART-1", "Single", "5", "10", "2"]
    assert page.links["ART-1"].startswith("/admin/planning_core/article/")
    accounts = make_row(AlertRule, metric="wb_accounts_active", threshold_type="below", severity="warning")
    assert page.links["ART-1"]
    table = read(client, url_of(accounts)).tables["What the value is made of"]
    assert table[1][:2] == ["Shop", "yes"]


def test_who_may_not_see_articles_sees_no_contributors(client: Client, slot: datetime, rule: AlertRule) -> None:
    user = User.objects.create_user("auditor", is_staff=True)
    seen = ["view_alertrule", "view_monitoringsnapshot"]
    user.user_permissions.set(Group.objects.get(name="viewer").permissions.filter(codename__in=seen))
    client.force_login(user)
    page = read(client, url_of(rule))
    assert "Critical risk is 9, which is above 5." in page.text
    assert "What the value is made of" not in page.text
    assert "All episodes" not in page.text


def test_the_page_costs_the_same_whatever_there_is(planner: Client, slot: datetime, rule: AlertRule) -> None:
    read(planner, url_of(rule))
    # session, user, 2 permissions, rule; snapshot, clock, alert, age of the sources, 2 metrics; contributors, owners;
    # changes and what they name
    with CaptureQueriesContext(connection) as few:
        read(planner, url_of(rule), metric="risk_ok")
    MonitoringSnapshot.objects.bulk_create(
        MonitoringSnapshot(
            slot=slot - at * QUARTER,
            created_at=slot - at * QUARTER,
            schema_version=1,
            metrics_version=1,
            **dict.fromkeys(METRIC_NAMES, at % 9),
        )
        for at in range(len(RISKY), 300)
    )
    for value in range(6, 12):
        AlertRule.objects.filter(pk=rule.pk).update(threshold_value=value)
    with CaptureQueriesContext(connection) as many:
        read(planner, url_of(rule), metric="risk_ok")
    assert len(few) == len(many) <= 14


def save(client: Client, url: str, **terms: Any) -> Page:
    """Save the form and return what came of it."""
    given = {"name": "Too many", "metric": "risk_critical", "threshold_type": "above", "threshold_value": "5"}
    answer = client.post(url, given | SLOTS | {"severity": "critical", "is_active": "on"} | terms, follow=True)
    assert answer.status_code == 200
    return Page(answer.content.decode())


def test_every_term_can_be_saved(planner: Client, slot: datetime, rule: AlertRule) -> None:
    owner = User.objects.create_user("olga")
    User.objects.create_user("gone", is_active=False)
    page = read(planner, url_of(rule))
    assert "olga" in page.text
    assert "gone" not in page.text
    terms = {"recovery_threshold": "2", "pending_slots": "2", "recover_slots": "8"}
    save(planner, url_of(rule), **terms, description="Call the warehouse.", owner=str(owner.pk))
    rule.refresh_from_db()
    assert (rule.recovery_threshold, rule.pending_slots, rule.recover_slots) == (2, 2, 8)
    assert (rule.description, rule.owner, rule.version) == ("Call the warehouse.", owner, 2)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"recovery_threshold": "6"}, "6 lies beyond the threshold 5: the alert would end while in breach."),
        ({"recovery_threshold": "4", "threshold_type": "below"}, "choose the threshold or more, or leave it out."),
        ({"pending_slots": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"recover_slots": "97"}, "Ensure this value is less than or equal to 96."),
        ({"recover_slots": ""}, "This field is required."),
    ],
)
def test_terms_that_make_no_sense_are_refused_beside_their_field(
    planner: Client, slot: datetime, rule: AlertRule, terms: dict[str, str], words: str
) -> None:
    page = save(planner, url_of(rule), **terms)
    assert page.text.count(words) == 1
    rule.refresh_from_db()
    assert rule.version == 1
    assert words in read(planner, url_of(rule), **terms).text  # the same when it is tried


def test_a_saved_change_takes_effect_at_once(planner: Client, slot: datetime, rule: AlertRule) -> None:
    judge(slot)
    page = save(planner, url_of(rule), threshold_value="50", _continue="1")
    assert (2, "Not firing") in page.headings
    assert AlertEpisode.objects.get(fired_slot=slot - 3 * QUARTER).close_reason == "rule_changed"
    page = save(planner, f"{PREFIX}/add/", name="Another")
    assert Alert.objects.get(rule_id=AlertRule.objects.latest("id").pk).state == "firing"


@pytest.mark.parametrize("in_bulk", [False, True])
def test_a_deleted_rule_ends_its_alert_and_keeps_its_episodes(
    client: Client, slot: datetime, rule: AlertRule, *, in_bulk: bool
) -> None:
    judge(slot)
    client.force_login(User.objects.create_superuser("root"))
    if in_bulk:
        chosen = {"action": "delete_selected", "_selected_action": [rule.pk], "post": "yes"}
        answer = client.post(f"{PREFIX}/", chosen)
    else:
        answer = client.post(f"{PREFIX}/{rule.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302
    assert not AlertRule.objects.exists()
    assert set(AlertEpisode.objects.values_list("close_reason", flat=True)) == {"recovered", "rule_deleted"}


def test_a_change_that_has_to_wait_too_long_is_told_and_not_saved(
    planner: Client, slot: datetime, rule: AlertRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise CaptureRunningError("A capture is running.")

    monkeypatch.setattr("monitoring.admin.rules.apply_rule_changes", refuse)
    page = save(planner, url_of(rule), threshold_value="50")
    assert "A capture is running." in page.text
    rule.refresh_from_db()
    assert rule.threshold_value == 5
