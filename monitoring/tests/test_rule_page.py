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
from monitoring.models import AlertRule, MonitoringGap, MonitoringSnapshot
from monitoring.services.capture import capture_snapshot
from monitoring.tests.company import make_company
from monitoring.tests.pages import Page, find_slot
from supplybrain.clock import get_business_date
from supplybrain.tests.people import log_in
from supplybrain.tests.rows import make_row

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)
PREFIX = "/admin/monitoring/alertrule"
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
            make_row(MonitoringSnapshot, slot=at_slot, created_at=at_slot, **values)
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


def test_a_breached_rule_says_so_in_words_and_since_when(viewer: Client, slot: datetime, rule: AlertRule) -> None:
    page = read(viewer, url_of(rule))
    assert (2, "Breached") in page.headings
    assert "Critical risk is 9, which is above 5." in page.text
    assert f"since the slot of {tell(slot - 3 * QUARTER)} UTC." in page.text
    drawing = next(label for label in page.labels if label.startswith("The last 90 days."))
    assert "threshold: 5. breached: 2 times" in drawing
    assert "no snapshot: every attempt failed: 1 time" in drawing


@pytest.mark.parametrize(
    ("terms", "headline", "words"),
    [
        ({"threshold_value": 9}, "Not breached", "Critical risk is 9, which is not above 9."),
        ({"threshold_type": "below"}, "Not breached", "Critical risk is 9, which is not below 5."),
        ({"threshold_type": "below", "threshold_value": 10}, "Breached", "or longer: nothing older is looked at."),
        ({"threshold_value": 90}, "Not breached", "It was not breached in the last 90 days."),
        ({"is_active": False}, "Breached", "The rule is switched off: a breach raises no alert."),
    ],
)
def test_every_state_has_its_words(
    viewer: Client, slot: datetime, rule: AlertRule, terms: dict[str, Any], headline: str, words: str
) -> None:
    AlertRule.objects.filter(pk=rule.pk).update(**terms)
    page = read(viewer, url_of(rule))
    assert (2, headline) in page.headings
    assert words in page.text


def test_the_saved_rule_is_backtested_gaps_apart(viewer: Client, slot: datetime, rule: AlertRule) -> None:
    figures = list_figures(read(viewer, url_of(rule)))
    assert figures == {
        "": ["Saved"],
        "Metric": ["Critical risk"],
        "Breached when": ["above 5"],
        "Breaches": ["2"],
        "Time in breach": ["1 h 15 min"],  # five slots
        "Share of the observed time": ["71.4 %"],  # of seven
        "Longest breach": ["1 h"],
        "Unobserved time during breaches": ["0 h 15 min"],
        "Now": ["breached"],
    }


def test_other_terms_are_tried_beside_the_saved_ones_and_saved_by_nobody(
    planner: Client, slot: datetime, rule: AlertRule
) -> None:
    answer = planner.get(url_of(rule), {"threshold_value": "8"}).content.decode()
    page = Page(answer)
    figures = list_figures(page)
    assert figures["Breached when"] == ["above 5", "above 8"]
    assert figures["Breaches"] == ["2", "1"]
    assert figures["Time in breach"] == ["1 h 15 min", "0 h 45 min"]
    assert 'name="threshold_value" value="8"' in answer.partition('id="alertrule_form"')[2]  # waits to be saved
    take_over = page.links["Put the tried values into the form, to be saved there"]
    assert take_over == "?metric=risk_critical&threshold_type=above&threshold_value=8#alertrule_form"
    rule.refresh_from_db()
    assert rule.threshold_value == 5
    assert "Critical risk is 9, which is above 5." in page.text  # the state is the saved rule's


def test_another_metric_may_be_tried(viewer: Client, slot: datetime, rule: AlertRule) -> None:
    page = read(viewer, url_of(rule), metric="risk_ok", threshold_type="below", threshold_value="1")
    assert list_figures(page)["Metric"] == ["Critical risk", "No risk"]
    assert list_figures(page)["Now"] == ["breached", "breached"]
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
    form = TrialForm({"metric": "risk_ok", "threshold_type": "above", "threshold_value": value})
    assert form.errors == {"threshold_value": [words]}


def test_a_new_rule_is_tried_alone(planner: Client, slot: datetime) -> None:
    before = read(planner, f"{PREFIX}/add/")
    assert "Try it before saving" not in before.tables
    page = read(planner, f"{PREFIX}/add/", metric="risk_critical", threshold_type="above", threshold_value="5")
    assert list_figures(page)["Breaches"] == ["2"]
    assert any(label.startswith("Critical risk with the tried threshold.") for label in page.labels)
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
    assert list_figures(page)["Share of the observed time"] == ["–", "–"]


def test_a_rule_on_a_metric_of_old_says_that_it_is_never_breached(planner: Client, slot: datetime) -> None:
    rule = make_row(AlertRule, metric="metric_of_old", threshold_type="above", severity="warning")
    page = read(planner, url_of(rule))
    assert "Snapshots have no metric of this name, so the rule is never breached." in page.text


def test_an_old_snapshot_is_said_to_be_old(viewer: Client, rule: AlertRule) -> None:
    at = find_slot() - timedelta(days=2)
    make_row(MonitoringSnapshot, slot=at, created_at=at, **dict.fromkeys(METRIC_NAMES, 9))
    page = read(viewer, url_of(rule))
    assert "monitoring has stopped" in page.text
    assert "Critical risk is 9, which is above 5." in page.text


def test_the_versions_of_a_rule_say_who_changed_what(client: Client, slot: datetime, rule: AlertRule) -> None:
    planner = log_in(client, "planner")
    given = {"name": "Too many", "metric": "risk_critical", "threshold_type": "above", "threshold_value": "6"}
    planner.post(url_of(rule), given | {"severity": "critical", "is_active": "on"})
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
    assert (2, "Breached") in page.headings
    assert "What the value is made of" not in page.text


def test_the_page_costs_the_same_whatever_there_is(planner: Client, slot: datetime, rule: AlertRule) -> None:
    read(planner, url_of(rule))
    # session, user, 2 permissions, rule; snapshot, clock, 2 histories; changes and what they name
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
