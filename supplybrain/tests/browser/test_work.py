"""What people do in the admin: try and save a rule, capture, take care of an alert, open a channel; what is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from monitoring.tests.receivers.http_receiver import running_http_receiver
from supplybrain.tests.browser.figures import look_up
from supplybrain.tests.browser.installation import Installation
from supplybrain.tests.browser.people import BY_ROLE
from supplybrain.tests.browser.visitor import Visitor, visiting

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

RULE = "/admin/monitoring/alertrule/2/change/"
SNAPSHOTS = "/admin/monitoring/monitoringsnapshot/"
EPISODES = "/admin/monitoring/alertepisode/"
CHANNELS = "/admin/monitoring/notificationchannel/"
TRIED_THRESHOLD = 3
expect.set_options(timeout=20_000)  # ms; a busy machine is no failure
FORGET_TESTS = (  # for whoever looks at the dashboard after us
    "DELETE FROM monitoring_notifications RETURNING 1",
    "DELETE FROM monitoring_alert_messages WHERE kind = 'test' RETURNING 1",
    "UPDATE monitoring_notification_channels SET last_failure_at = NULL, last_error = '' RETURNING 1",
)


@pytest.fixture
def visitor(browser: Browser, installation: Installation) -> Iterator[Visitor]:
    """Somebody who speaks English and has not logged in."""
    with visiting(browser, installation.url, language="en") as visitor:
        yield visitor
        visitor.require_calm()


def fetch_threshold(installation: Installation) -> int:
    [(threshold,)] = installation.fetch("SELECT threshold_value FROM monitoring_alert_rules WHERE id = 2")
    return int(threshold)


def test_a_planner_tries_a_threshold_and_then_saves_it(installation: Installation, visitor: Visitor) -> None:
    saved = fetch_threshold(installation)
    visitor.log_in(BY_ROLE["planner"])
    visitor.open(RULE)
    trial = visitor.page.locator("#sb-try")
    trial.get_by_label("Threshold", exact=True).fill(str(TRIED_THRESHOLD))
    trial.get_by_role("button", name="Try it").click()
    expect(trial.get_by_role("columnheader", name="Tried, not saved")).to_be_visible()
    expect(trial.get_by_role("row", name="Breached when")).to_contain_text(f"above {saved}above {TRIED_THRESHOLD}")
    assert fetch_threshold(installation) == saved  # trying saves nothing

    trial.get_by_role("link", name="Put the tried values into the form").click()
    form_field = visitor.page.locator("#id_threshold_value")
    expect(form_field).to_have_value(str(TRIED_THRESHOLD))
    visitor.page.get_by_role("button", name="Save and continue editing").click()
    versions = visitor.page.locator("section", has=visitor.page.locator("#sb-versions"))
    newest = versions.get_by_role("row").nth(1)
    expect(newest).to_contain_text("pavel (admin)")
    expect(newest).to_contain_text(f"{saved} → {TRIED_THRESHOLD}")
    assert fetch_threshold(installation) == TRIED_THRESHOLD


def test_an_operator_captures_by_the_button(installation: Installation, visitor: Visitor) -> None:
    visitor.log_in(BY_ROLE["operator"])
    for answer in ("Captured the slot 2026-11-20 09:", "has its snapshot already."):
        visitor.open(SNAPSHOTS)
        visitor.page.get_by_text("Capture now").first.click()
        visitor.page.get_by_role("button", name="Capture", exact=True).click()
        expect(visitor.page.get_by_text(answer)).to_be_visible()
    newest = look_up(installation)
    assert newest.slot.startswith("2026-11-20 09:")
    visitor.open(f"{SNAPSHOTS}{newest.snapshot_id}/change/")
    assert "This is the newest snapshot." in visitor.look().text


def test_a_planner_acknowledges_and_silences_an_alert_with_a_click_each(
    installation: Installation, visitor: Visitor
) -> None:
    figures = look_up(installation)
    visitor.log_in(BY_ROLE["planner"])
    row = visitor.page.locator("section:has(> div > #sb-alerts)").get_by_role("row", name=figures.alert)
    try:
        row.get_by_role("button", name=f"Acknowledge: {figures.alert}").click()
        expect(row).to_contain_text("acknowledged by pavel")
        row.get_by_role("button", name="8 h").click()
        expect(row).to_contain_text("silenced until 2026-11-20 17:")
        expect(row.get_by_role("button")).to_have_count(0)
        row.get_by_role("link", name=figures.alert).click()
        story = visitor.page.locator("section:has(> #sb-timeline)")
        expect(story).to_contain_text("pavel looks after it.")
        expect(story).to_contain_text("pavel silenced it until 2026-11-20 17:")
        visitor.page.get_by_role("button", name="Withdraw the acknowledgement").click()
        expect(story).to_contain_text("pavel withdrew the acknowledgement of pavel.")
        visitor.wait_until_drawn()
        [(author, withdrawn)] = installation.fetch(
            "SELECT author_name, withdrawn_at IS NOT NULL FROM monitoring_alert_acknowledgements"
        )
        assert (author, withdrawn) == ("pavel", True)
    finally:
        installation.fetch("DELETE FROM monitoring_alert_acknowledgements RETURNING 1")
        installation.fetch("DELETE FROM monitoring_silences RETURNING 1")


def test_an_operator_opens_a_channel_and_tests_it(installation: Installation, visitor: Visitor, tmp_path: Path) -> None:
    visitor.log_in(BY_ROLE["operator"])
    page = visitor.page
    with running_http_receiver(tmp_path / "received") as receiver:
        visitor.open(f"{CHANNELS}add/")
        page.get_by_label("Name").fill("Hook")
        expect(page.get_by_label("URL")).to_be_hidden()  # it begins as e-mail
        page.get_by_label("Kind").select_option("webhook")
        expect(page.get_by_label("Recipients")).to_be_hidden()
        page.get_by_label("URL").fill(receiver.do("ok"))
        page.get_by_role("button", name="Save and continue editing").click()
        page.get_by_role("button", name="Send a test message").click()
        expect(page.get_by_text("The receiver took the test message.")).to_be_visible()
        assert len(receiver.list_requests()) == 1
    expect(page.get_by_role("heading", name="Works")).to_be_visible()
    page.get_by_role("button", name="Send a test message").click()  # nobody is there any more
    expect(page.get_by_text("The test message did not arrive: The connection failed")).to_be_visible()
    expect(page.get_by_role("heading", name="The last attempt failed")).to_be_visible()
    for statement in FORGET_TESTS:
        installation.fetch(statement)


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_who_may_not_save_a_rule_is_offered_nothing_and_refused(
    installation: Installation, visitor: Visitor, role: str
) -> None:
    before = installation.fetch("SELECT to_jsonb(r) FROM monitoring_alert_rules r ORDER BY id")
    visitor.log_in(BY_ROLE[role])
    visitor.open(f"{RULE}?threshold_value={TRIED_THRESHOLD + 1}")
    expect(visitor.page.get_by_role("button", name="Try it")).to_be_visible()
    for offer in ("Save", "Delete"):
        assert visitor.page.get_by_role("button", name=offer).count() == 0
        assert visitor.page.get_by_role("link", name=offer).count() == 0
    terms = {"name": "Mine", "metric": "risk_ok", "threshold_type": "above", "threshold_value": "9"}
    assert forge(visitor, RULE, {**terms, "severity": "warning"}) == 403
    assert forge(visitor, "/admin/monitoring/alertrule/2/delete/", {"post": "yes"}) == 403
    assert installation.fetch("SELECT to_jsonb(r) FROM monitoring_alert_rules r ORDER BY id") == before


def test_a_viewer_takes_care_of_nothing(installation: Installation, visitor: Visitor) -> None:
    figures = look_up(installation)
    visitor.log_in(BY_ROLE["viewer"])
    visitor.open(f"{EPISODES}{figures.episode_id}/change/")
    assert "Take care of it" not in visitor.look().text
    for deed in ("acknowledge", "withdraw", "silence"):
        assert forge(visitor, f"{EPISODES}{figures.episode_id}/{deed}/", {"hours": "8"}) == 403
    assert forge(visitor, f"{CHANNELS}1/test/", {}) == 403
    noticed = "SELECT id FROM monitoring_alert_acknowledgements UNION SELECT id FROM monitoring_silences"
    assert installation.fetch(noticed) == []


def test_a_viewers_capture_is_refused(installation: Installation, visitor: Visitor) -> None:
    before = installation.fetch("SELECT count(*) FROM monitoring_snapshots")
    visitor.log_in(BY_ROLE["viewer"])
    visitor.open(SNAPSHOTS)
    assert "Capture now" not in visitor.look().text
    assert forge(visitor, f"{SNAPSHOTS}capture-now/", {}) == 403
    assert installation.fetch("SELECT count(*) FROM monitoring_snapshots") == before


def test_a_chosen_language_holds_on_every_device(browser: Browser, installation: Installation) -> None:
    person = BY_ROLE["superuser"]
    with visiting(browser, installation.url, language="en") as visitor:
        visitor.log_in(person)
        assert visitor.look().language == "en"
        visitor.page.get_by_role("button", name=person.name).click()
        visitor.page.get_by_role("button", name="Русский").click()
        expect(visitor.page.locator("html")).to_have_attribute("lang", "ru")
    try:
        with visiting(browser, installation.url, language="en") as visitor:  # another browser that asks for English
            visitor.log_in(person)
            look = visitor.look()
            assert look.language == "ru"
            assert "Обзор" in look.text
            visitor.require_calm()
    finally:
        installation.fetch("DELETE FROM supplybrain_languagechoice RETURNING 1")


def forge(visitor: Visitor, path: str, fields: dict[str, str]) -> int:
    """Return the status of a POST that no page offers, with the session and a right token."""
    [token] = [cookie["value"] for cookie in visitor.page.context.cookies() if cookie["name"] == "csrftoken"]
    form: dict[str, str | float | bool] = {**fields, "csrfmiddlewaretoken": token}
    answer = visitor.page.request.post(f"{visitor.url}{path}", form=form, max_redirects=0)
    return answer.status
