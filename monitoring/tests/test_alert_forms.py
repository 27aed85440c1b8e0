"""Silences, channels and the outbox in the admin: what can be entered, who may, and what is never shown."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from monitoring.models import Notification, NotificationChannel, Silence, WithheldMessage
from monitoring.tests.alerts import add_message, add_notification, make_alert, make_channel, make_rule, open_episode
from monitoring.tests.pages import Page, find_slot
from monitoring.tests.receivers.http_receiver import HttpReceiver, running_http_receiver
from supplybrain.tests.people import log_in
from supplybrain.tests.rows import make_row

SILENCES = "/admin/monitoring/silence/"
CHANNELS = "/admin/monitoring/notificationchannel/"
OUTBOX = "/admin/monitoring/notification/"
URL, TOKEN = "https://hooks.example.com/services/T0/very-private", "123456789:AAE-very-private-token-of-a-bot-0123456"
HOUR = timedelta(hours=1)


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[HttpReceiver]:
    with running_http_receiver(tmp_path / "received") as receiver:
        yield receiver


def read(client: Client, url: str) -> Page:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return Page(answer.content.decode())


def fill_silence(**given: str) -> dict[str, str]:
    now = timezone.now()
    begin, end = now - timedelta(minutes=1), now + 8 * HOUR
    usual = {"rule": "", "metric": "", "reason": "Stocktaking"}
    times = {"starts_at_0": f"{begin:%Y-%m-%d}", "starts_at_1": f"{begin:%H:%M:%S}"}
    return usual | times | {"ends_at_0": f"{end:%Y-%m-%d}", "ends_at_1": f"{end:%H:%M:%S}"} | given


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["planner", "operator"])
def test_a_silence_belongs_to_who_entered_it(client: Client, role: str) -> None:
    staff, rule = log_in(client, role), make_rule()
    page = staff.get(f"{SILENCES}add/?rule={rule.pk}").content.decode()
    assert f'<option value="{rule.pk}" selected>Too many</option>' in page
    assert staff.post(f"{SILENCES}add/", fill_silence(rule=str(rule.pk))).status_code == 302
    assert staff.post(f"{SILENCES}add/", fill_silence(metric="risk_ok")).status_code == 302
    about_rule, about_metric = Silence.objects.order_by("id")
    assert (about_rule.rule_id, about_rule.author_name, about_rule.reason) == (rule.pk, role, "Stocktaking")
    assert (about_metric.rule, about_metric.metric) == (None, "risk_ok")
    text = read(staff, SILENCES).text
    assert "Too many holds" in text
    assert "all rules on “No risk” holds" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"metric": ""}, "Name either a rule or a metric."),
        ({"ends_at_0": "2020-01-01"}, "A silence must end after it starts. Choose a later end."),
        ({"ends_at_0": "2099-01-01"}, "A silence lasts 366 days at most."),
        (
            {"starts_at_0": "2019-01-01", "ends_at_0": "2020-01-01"},
            "That is over already. Choose an end in the future.",
        ),
        ({"reason": ""}, "This field is required."),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field(client: Client, given: dict[str, str], words: str) -> None:
    staff = log_in(client, "planner")
    answer = staff.post(f"{SILENCES}add/", fill_silence(metric="risk_ok") | given)
    assert words in answer.content.decode()
    assert not Silence.objects.exists()


@pytest.mark.django_db
def test_a_silence_can_be_prolonged_and_ended_but_not_moved(client: Client) -> None:
    staff, now = log_in(client, "planner"), timezone.now()
    row = make_row(Silence, metric="risk_ok", starts_at=now - HOUR, ends_at=now + HOUR)
    url = f"{SILENCES}{row.pk}"
    later = fill_silence(metric="risk_critical", starts_at_0="2020-01-01", reason="Still counting")
    assert staff.post(f"{url}/change/", later).status_code == 302
    row.refresh_from_db()
    assert (row.metric, row.starts_at, row.reason) == ("risk_ok", now - HOUR, "Still counting")
    assert row.ends_at > now + 7 * HOUR
    assert "This silence: holds End it now" in read(staff, f"{url}/change/").text
    assert staff.get(f"{url}/end/").status_code == 403
    assert staff.post(f"{url}/end/").status_code == 302
    row.refresh_from_db()
    assert row.ends_at < now + HOUR
    page = read(staff, f"{url}/change/")
    assert "This silence: over" in page.text
    assert "End it now" not in page.text
    assert staff.post(f"{url}/change/", later).status_code == 403  # it is history


@pytest.mark.django_db
def test_chosen_silences_end_together(client: Client) -> None:
    staff, now = log_in(client, "operator"), timezone.now()
    rows = [make_row(Silence, starts_at=now - HOUR, ends_at=now + at * HOUR) for at in range(3)]
    chosen = {"action": "end_selected", "_selected_action": [str(row.pk) for row in rows]}
    assert "2 silences ended." in staff.post(SILENCES, chosen, follow=True).content.decode()
    assert not Silence.objects.filter(ends_at__gt=timezone.now()).exists()
    states = {"active": 0, "over": 3, "planned": 0}
    for state, count in states.items():
        assert len(staff.get(f"{SILENCES}?standing={state}").context["cl"].result_list) == count


@pytest.mark.django_db
def test_a_viewer_silences_nothing(client: Client) -> None:
    viewer, now = log_in(client, "viewer"), timezone.now()
    row = make_row(Silence, metric="risk_ok", starts_at=now - HOUR, ends_at=now + HOUR)
    assert "End it now" not in read(viewer, f"{SILENCES}{row.pk}/change/").text
    assert viewer.post(f"{SILENCES}{row.pk}/end/").status_code == 403
    assert viewer.post(f"{SILENCES}add/", fill_silence(metric="risk_ok")).status_code == 403
    viewer.post(SILENCES, {"action": "end_selected", "_selected_action": [str(row.pk)]})
    assert Silence.objects.get().ends_at == now + HOUR


def fill_channel(kind: str, **given: str) -> dict[str, str]:
    usual = {"name": "Buyers", "kind": kind, "language": "en", "min_severity": "warning", "is_active": "on"}
    address = {
        "email": {"recipients": "a@example.com, b@example.com"},
        "webhook": {"new_url": URL, "new_secret": "signed"},
        "telegram": {"chat_id": "-100123", "new_secret": TOKEN},
    }
    return usual | address[kind] | given


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        ("email", ("a@example.com, b@example.com", None, "", None)),
        ("webhook", ("", URL, "", "signed")),
        ("telegram", ("", None, "-100123", TOKEN)),
    ],
)
def test_an_operator_enters_a_channel_whose_secrets_never_come_out(client: Client, kind: str, stored: Any) -> None:
    staff = log_in(client, "operator")
    every = {"recipients": "a@example.com, b@example.com", "new_url": URL, "chat_id": "-100123"}
    form = every | fill_channel(kind)  # what was entered before the kind was changed is forgotten
    assert staff.post(f"{CHANNELS}add/", form).status_code == 302
    channel = NotificationChannel.objects.get()
    assert (channel.recipients, channel.url, channel.chat_id, channel.secret) == stored
    page = f"{CHANNELS}{channel.pk}/change/"
    assert (
        staff.post(page, {"name": "Renamed", "language": "ru", "min_severity": "critical", **form}).status_code == 302
    )
    kept = fill_channel(kind, name="Renamed", new_url="", new_secret="")
    assert staff.post(page, kept).status_code == 302
    channel.refresh_from_db()
    assert (channel.name, channel.kind, channel.url, channel.secret) == ("Renamed", kind, stored[1], stored[3])
    shown = "".join(
        staff.get(url).content.decode() for url in (CHANNELS, page, f"{CHANNELS}{channel.pk}/history/", "/admin/")
    )
    assert "Renamed" in shown
    assert "very-private" not in shown
    assert "signed" not in shown.replace("messages are signed with", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("email", {"recipients": ""}, "Say who gets the e-mails: addresses, separated by commas."),
        ("email", {"recipients": "a@example.com; nobody"}, "One of the recipients is no e-mail address."),
        ("webhook", {"new_url": ""}, "Say where to post to: a URL that begins with https:// or http://."),
        ("webhook", {"new_url": "ftp://example.com"}, "This is no URL to post to."),
        ("telegram", {"new_secret": ""}, "Give the bot&#x27;s token as BotFather wrote it"),
        ("telegram", {"chat_id": "my chat"}, "Name the chat"),
    ],
)
def test_a_channel_that_reaches_nobody_is_refused(client: Client, kind: str, given: dict[str, str], words: str) -> None:
    staff = log_in(client, "operator")
    answer = staff.post(f"{CHANNELS}add/", fill_channel(kind, **given))
    assert words in answer.content.decode()
    assert not NotificationChannel.objects.exists()


@pytest.mark.django_db
def test_a_webhook_can_stop_signing(client: Client) -> None:
    channel = make_channel(kind="webhook", recipients="", url=URL, secret="signed")
    form = fill_channel("webhook", new_url="", new_secret="", drops_secret="on")
    assert log_in(client, "operator").post(f"{CHANNELS}{channel.pk}/change/", form).status_code == 302
    channel.refresh_from_db()
    assert (channel.url, channel.secret) == (URL, None)


@pytest.mark.django_db
def test_switching_on_again_forgets_what_was_wrong(client: Client) -> None:
    staff, now = log_in(client, "operator"), timezone.now()
    wrong: dict[str, Any] = {
        "is_active": False,
        "disabled_at": now,
        "disabled_reason": "The receiver refused with 410.",
    }
    channel = make_channel(**wrong)
    page = f"{CHANNELS}{channel.pk}/change/"
    text = read(staff, page).text
    assert "Switched off by an error" in text
    assert "UTC: The receiver refused with 410." in text
    off = {name: value for name, value in fill_channel("email").items() if name != "is_active"}
    assert staff.post(page, off).status_code == 302
    channel.refresh_from_db()
    assert channel.disabled_reason == "The receiver refused with 410."
    assert staff.post(page, fill_channel("email")).status_code == 302
    channel.refresh_from_db()
    assert (channel.is_active, channel.disabled_at, channel.disabled_reason) == (True, None, "")


@pytest.mark.django_db(transaction=True)
def test_a_test_says_what_became_of_it(client: Client, receiver: HttpReceiver) -> None:
    client.force_login(User.objects.create_superuser("root"))  # the roles go with the rows of earlier tests
    staff = client
    good = make_channel("Good", kind="webhook", recipients="", url=receiver.do("ok"))
    bad = make_channel("Bad", kind="webhook", recipients="", url=receiver.do("410"))
    answer = staff.post(f"{CHANNELS}{good.pk}/test/", follow=True)
    assert "The receiver took the test message." in answer.content.decode()
    answer = staff.post(f"{CHANNELS}{bad.pk}/test/", follow=True)
    page = Page(answer.content.decode())
    assert "The test message did not arrive: The receiver refused with 410. Check its address." in page.text
    assert page.tables["Last notifications"][1][1:] == [
        "given up",
        "1",
        "The receiver refused with 410. Check its address.",
    ]
    assert len(receiver.list_requests()) == 2
    assert NotificationChannel.objects.filter(is_active=True).count() == 2  # a test switches nothing off


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["viewer", "planner"])
def test_who_keeps_no_channels_tests_and_changes_none(client: Client, role: str) -> None:
    staff = log_in(client, role)
    channel = make_channel(kind="webhook", recipients="", url=URL, secret="signed")
    page = read(staff, f"{CHANNELS}{channel.pk}/change/")
    assert "Nothing was sent yet" in page.text
    assert "https://hooks.example.com" in page.text
    for hidden in ("very-private", "Send a test message", "Secret", "Sign no longer"):
        assert hidden not in page.text
    assert staff.post(f"{CHANNELS}{channel.pk}/test/").status_code == 403
    assert staff.post(f"{CHANNELS}{channel.pk}/change/", fill_channel("webhook", name="Mine")).status_code == 403
    assert staff.post(f"{CHANNELS}add/", fill_channel("email")).status_code == 403
    assert [row.name for row in NotificationChannel.objects.all()] == ["Buyers"]
    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_the_outbox_shows_what_was_written_and_what_was_left_out(client: Client) -> None:
    slot = find_slot()
    told, kept = [open_episode(make_alert(make_rule(name)), slot) for name in ("Told", "Kept back")]
    message, other = add_message(told, slot), add_message(kept, slot)
    letter = {"subject": "Critical: Told", "text": "9 is above 5\n<b>", "html": "<p>9</p>", "chat": "9", "data": {}}
    row = add_notification(message, make_channel(), state="sent", sent_at=slot, attempts=1, content=letter)
    make_row(WithheldMessage, message=other, notification=row, reason="silenced", detail="Stocktaking")
    staff = log_in(client, "viewer")
    assert "Critical: Told" in read(staff, OUTBOX).text
    page = read(staff, f"{OUTBOX}{row.pk}/change/")
    assert page.tables["What it tells"] == [
        ["Message", "Alert", "Episode", "Left out because"],
        ["Firing", "Told", f"{slot:%Y-%m-%d %H:%M} UTC", "–"],
        ["Firing", "Kept back", f"{slot:%Y-%m-%d %H:%M} UTC", "silenced (Stocktaking)"],
    ]
    assert "As it was written Critical: Told 9 is above 5 <b>" in page.text


@pytest.mark.django_db
def test_an_operator_tries_a_dead_notification_again(client: Client) -> None:
    slot = find_slot()
    message = add_message(open_episode(make_alert(make_rule()), slot), slot)
    row = add_notification(message, make_channel(), state="dead", attempts=9, last_error="No mail server.")
    staff = log_in(client, "operator")
    page = f"{OUTBOX}{row.pk}"
    assert "Try again now" in read(staff, f"{page}/change/").text
    assert staff.get(f"{page}/retry/").status_code == 403
    assert "It will be tried again within seconds." in staff.post(f"{page}/retry/", follow=True).content.decode()
    row.refresh_from_db()
    assert row.state == "pending"
    Notification.objects.update(state="sent", sent_at=slot)
    assert "Try again now" not in read(staff, f"{page}/change/").text
    assert "there is nothing left to send" in staff.post(f"{page}/retry/", follow=True).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["viewer", "planner"])
def test_others_do_not(client: Client, role: str) -> None:
    slot = find_slot()
    message = add_message(open_episode(make_alert(make_rule()), slot), slot)
    row = add_notification(message, make_channel(), state="dead")
    staff = log_in(client, role)
    assert "Try again now" not in read(staff, f"{OUTBOX}{row.pk}/change/").text
    assert staff.post(f"{OUTBOX}{row.pk}/retry/").status_code == 403
    row.refresh_from_db()
    assert row.state == "dead"
