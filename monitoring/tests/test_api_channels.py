"""Channels and the outbox over REST: addresses that are secrets go in and never come out."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from monitoring.models import Notification, NotificationChannel, WithheldMessage
from monitoring.services.channels import list_address_problems
from monitoring.tests.alerts import add_message, add_notification, make_alert, make_channel, make_rule, open_episode
from monitoring.tests.channels.conftest import use_smtp
from monitoring.tests.past import NOON, QUARTER
from monitoring.tests.receivers.smtp_receiver import running_smtp_receiver
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

PREFIX = "/api/v1/planning/monitoring"
CHANNELS = f"{PREFIX}/notification-channels"
NOTIFICATIONS = f"{PREFIX}/notifications"
LOGIN_STATEMENTS = 2  # session and user of a superuser, who needs no permissions
TOKEN = "123456789:AAExampleExampleExampleExampleExample"
EMAIL = {"name": "Buyers", "kind": "email", "recipients": "buyer@example.com, Second <second@example.com>"}
WEBHOOK = {
    "name": "Hook",
    "kind": "webhook",
    "url": "https://user:key@hooks.example.com:8443/T0/path-is-secret?key=1",
    "secret": "signed-with-this",
}
TELEGRAM = {"name": "Chat", "kind": "telegram", "chat_id": "-1001234", "secret": TOKEN}
SECRETS = ("path-is-secret", "signed-with-this", "user:key", TOKEN)


def send(api: Client, method: str, path: str, body: Any = None) -> Any:
    return getattr(api, method)(path, body or {}, "application/json")


@pytest.mark.parametrize(
    ("body", "address"),
    [
        (EMAIL, "buyer@example.com, Second <second@example.com>"),
        (WEBHOOK, "https://hooks.example.com:8443"),
        (TELEGRAM, "-1001234"),
    ],
)
def test_a_channel_shows_of_its_address_what_is_harmless(api: Client, body: dict[str, str], address: str) -> None:
    answer = send(api, "post", CHANNELS, body)
    row = NotificationChannel.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": row.pk,
        "name": body["name"],
        "kind": body["kind"],
        "language": "ru",
        "min_severity": "warning",
        "is_active": True,
        "address": address,
        "has_secret": "secret" in body,
        "disabled_at": None,
        "disabled_reason": "",
        "last_success_at": None,
        "last_failure_at": None,
        "last_error": "",
    }
    assert {name: getattr(row, name) for name in body} == body
    for shown in (answer, api.get(CHANNELS), api.get(f"{CHANNELS}/{row.pk}"), api.get("/api/v1/planning/changes")):
        assert not [secret for secret in SECRETS if secret in shown.content.decode()]


def test_bad_addresses_are_refused_by_name(api: Client) -> None:
    for body, fields in (
        ({**EMAIL, "recipients": ""}, {"recipients"}),
        ({**EMAIL, "recipients": "buyer@example.com, nobody"}, {"recipients"}),
        ({**EMAIL, "url": "https://example.com"}, {"url"}),
        ({**EMAIL, "recipients": "x", "chat_id": "7"}, {"recipients", "chat_id"}),
        ({"name": "Hook", "kind": "webhook"}, {"url"}),
        ({**WEBHOOK, "url": "ftp://example.com/"}, {"url"}),
        ({**WEBHOOK, "url": "https:///path"}, {"url"}),
        ({**WEBHOOK, "url": "https://exa mple.com"}, {"url"}),
        ({**WEBHOOK, "url": "https://example.com:99999/"}, {"url"}),
        ({**WEBHOOK, "url": ["https://example.com"]}, {"url"}),
        ({**TELEGRAM, "secret": "123:short"}, {"secret"}),
        ({**TELEGRAM, "secret": None, "chat_id": ""}, {"secret", "chat_id"}),
        ({**TELEGRAM, "chat_id": "some chat"}, {"chat_id"}),
        ({**EMAIL, "kind": "pigeon"}, {"kind"}),
        ({**EMAIL, "language": "de"}, {"language"}),
        ({**EMAIL, "min_severity": "info"}, {"min_severity"}),
        ({**EMAIL, "name": ""}, {"name"}),
    ):
        problem = assert_problem(send(api, "post", CHANNELS, body), 400, "invalid_input", fields=fields)
        assert "short" not in str(problem)  # nothing of a token is repeated
    assert not NotificationChannel.objects.exists()


def test_a_host_without_a_dot_can_be_posted_to() -> None:
    for url in ("http://receiver:8080/hook", "http://127.0.0.1/", "http://[::1]:9000/x", "https://пример.рф/"):
        assert not list_address_problems(NotificationChannel(kind="webhook", url=url)), url


def test_a_change_without_a_secret_keeps_it_and_null_forgets_it(api: Client) -> None:
    number = send(api, "post", CHANNELS, WEBHOOK).json()["id"]
    path = f"{CHANNELS}/{number}"
    assert send(api, "patch", path, {"name": "Other"}).json()["has_secret"] is True
    assert NotificationChannel.objects.get().url == WEBHOOK["url"]
    assert send(api, "patch", path, {"secret": None}).json()["has_secret"] is False
    assert_problem(send(api, "patch", path, {"url": None}), 400, fields={"url"})
    assert_problem(send(api, "patch", path, {"kind": "email", "recipients": "a@example.com"}), 400, fields={"kind"})
    row = NotificationChannel.objects.get()
    assert (row.name, row.kind, row.url, row.secret) == ("Other", "webhook", WEBHOOK["url"], None)


def test_a_name_belongs_to_one_channel(api: Client) -> None:
    send(api, "post", CHANNELS, EMAIL)
    assert_problem(send(api, "post", CHANNELS, EMAIL), 400, fields={"name"})
    other = send(api, "post", CHANNELS, TELEGRAM).json()
    assert [one["name"] for one in api.get(CHANNELS).json()["items"]] == ["Buyers", "Chat"]
    assert_problem(send(api, "patch", f"{CHANNELS}/{other['id']}", {"name": "Buyers"}), 400, fields={"name"})


def test_a_channel_that_failed_is_switched_on_again(api: Client) -> None:
    row = make_channel(
        is_active=False, disabled_at=NOON, disabled_reason="Refused", last_failure_at=NOON, last_error="550"
    )
    path = f"{CHANNELS}/{row.pk}"
    renamed = send(api, "patch", path, {"name": "Same"}).json()
    assert (renamed["disabled_at"], renamed["disabled_reason"]) == ("2026-03-01T12:00:00Z", "Refused")
    active = send(api, "patch", path, {"is_active": True}).json()
    assert [active[name] for name in ("is_active", "disabled_at", "disabled_reason")] == [True, None, ""]
    assert active["last_error"] == "550"  # what happened stays known
    written = send(api, "patch", path, {"disabled_reason": "x", "last_error": "y"}).json()
    assert (written["disabled_reason"], written["last_error"]) == ("", "550")


@pytest.fixture
def notification() -> Notification:
    """A digest that waits."""
    return tell(0)


def tell(number: int, **values: Any) -> Notification:
    slot = NOON + number * QUARTER
    channel = NotificationChannel.objects.filter(name="Buyers").first() or make_channel()
    alert = make_alert(make_rule(f"Rule {number}"))
    return add_notification(add_message(open_episode(alert, slot), slot), channel, **values)


def test_a_channel_with_a_history_is_switched_off_rather_than_deleted(api: Client, notification: Notification) -> None:
    unused = make_channel("Unused")
    assert send(api, "delete", f"{CHANNELS}/{unused.pk}").status_code == 204
    path = f"{CHANNELS}/{notification.channel_id}"
    problem = assert_problem(send(api, "delete", path), 409, "in_use")
    assert "Switch the channel off instead." in problem["detail"]
    assert send(api, "patch", path, {"is_active": False}).json()["is_active"] is False


def test_a_channel_that_is_not_there_is_not_found(api: Client) -> None:
    for unknown in ("1", str(2**63), "abc"):
        for method in ("get", "patch", "delete"):
            assert_problem(send(api, method, f"{CHANNELS}/{unknown}"), 404)
        assert_problem(send(api, "post", f"{CHANNELS}/{unknown}/test"), 404)


@pytest.mark.django_db(transaction=True)
def test_a_test_message_arrives_or_says_why_not(api: Client, settings: Settings) -> None:
    channel = make_channel()
    with running_smtp_receiver() as receiver:
        use_smtp(settings, receiver.port)
        arrived = send(api, "post", f"{CHANNELS}/{channel.pk}/test").json()
        assert len(receiver.letters) == 1
    row = Notification.objects.get()
    assert arrived == {"is_sent": True, "error": "", "notification_id": row.pk}
    failed = send(api, "post", f"{CHANNELS}/{channel.pk}/test").json()
    assert failed["is_sent"] is False
    assert failed["error"]
    assert api.get(f"{CHANNELS}/{channel.pk}").json()["last_error"] == failed["error"]


def test_the_outbox_shows_what_was_told_and_what_not(api: Client, notification: Notification) -> None:
    letter = {"subject": "Critical", "text": "Nine", "html": "<p>Nine", "chat": "<b>Nine", "data": {"messages": [1]}}
    message = add_message(open_episode(make_alert(), NOON), NOON)
    held = WithheldMessage.objects.create(
        message=message, notification=notification, reason="silenced", detail="Stocktaking", created_at=NOON
    )
    Notification.objects.update(content=letter, attempts=3, last_error="The receiver answered 500.")
    (item,) = api.get(NOTIFICATIONS).json()["items"]
    assert item == {
        "id": notification.pk,
        "key": str(notification.key),
        "channel_id": notification.channel_id,
        "channel_name": "Buyers",
        "batch": f"slot:{NOON.isoformat()}",
        "state": "pending",
        "attempts": 3,
        "created_at": "2026-03-01T12:00:00Z",
        "next_attempt_at": "2026-03-01T12:00:00Z",
        "sent_at": None,
        "last_error": "The receiver answered 500.",
        "content": {"subject": "Critical", "text": "Nine", "data": {"messages": [1]}},
        "withheld": [
            {
                "message_id": held.message_id,
                "reason": "silenced",
                "detail": "Stocktaking",
                "created_at": "2026-03-01T12:00:00Z",
            }
        ],
    }


def test_the_outbox_is_filtered_and_paged_at_a_fixed_price(api: Client) -> None:
    rows = [tell(n, state="dead" if n == 2 else "pending") for n in range(5)]
    other = add_notification(add_message(open_episode(make_alert(), NOON), NOON), make_channel("Other"))

    def find(query: str, statements: int = 2) -> list[int]:
        with CaptureQueriesContext(connection) as queries:
            items = api.get(f"{NOTIFICATIONS}?{query}").json()["items"]
        assert len(queries) == LOGIN_STATEMENTS + statements  # notifications, what was withheld
        return [item["id"] for item in items]

    newest = [row.pk for row in reversed(rows)]
    assert find("") == [*newest[:-1], other.pk, newest[-1]]
    assert find("state=dead") == [rows[2].pk]
    assert find(f"channel={other.channel_id}") == [other.pk]
    assert find("state=sent", statements=1) == []
    first = api.get(f"{NOTIFICATIONS}?limit=4").json()
    assert find(f"limit=4&cursor={first['next']}") == [other.pk, newest[-1]]
    assert_problem(api.get(f"{NOTIFICATIONS}?state=lost"), 400, fields={"state"})


def test_what_was_given_up_is_tried_again(api: Client, notification: Notification) -> None:
    later = timezone.now() + timedelta(hours=1)
    Notification.objects.update(state="dead", next_attempt_at=later)
    answer = send(api, "post", f"{NOTIFICATIONS}/{notification.pk}/retry")
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["key"]) == ("pending", str(notification.key))
    assert answer.json()["next_attempt_at"] < later.isoformat()
    Notification.objects.update(state="sent", sent_at=NOON)
    assert_problem(send(api, "post", f"{NOTIFICATIONS}/{notification.pk}/retry"), 409, "notification_settled")
    assert_problem(send(api, "post", f"{NOTIFICATIONS}/{2**63}/retry"), 404, "notification_not_found")
