"""The dispatcher against a real receiver that misbehaves: told at least once, with one key and the same words."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitoring.domain.alerting.backoff import MOST_ATTEMPTS
from monitoring.models import AlertMessage, AlertRule, Notification, NotificationChannel
from monitoring.services.dispatch import DispatchReport, content, dispatch_notifications
from monitoring.services.notices import load_notices
from monitoring.tests.outbox import SECRET, dispatch_all, make_due, make_episode, make_webhook, post
from monitoring.tests.receivers.http_receiver import HttpReceiver
from supplybrain.models import Change

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24)


def get_pairs(receiver: HttpReceiver) -> list[tuple[str, str]]:
    return [(request["key"], request["body"]) for request in receiver.list_requests()]


def test_a_batch_arrives_as_one_and_is_marked(receiver: HttpReceiver) -> None:
    channel = make_webhook(receiver.do("ok"))
    first, second = make_episode("First"), make_episode("Second", "risk_warning")
    post(first, channel)
    post(second, channel)

    assert dispatch_notifications() == DispatchReport(sent=1)
    notification = Notification.objects.get()
    [(key, body)] = get_pairs(receiver)
    assert key == str(notification.key)
    assert {one["alert"]["rule_name"] for one in json.loads(body)["messages"]} == {"First", "Second"}
    assert notification.state == "sent"
    assert notification.attempts == 1
    assert notification.sent_at is not None
    assert notification.sending_until is None
    channel.refresh_from_db()
    assert channel.last_success_at == notification.sent_at
    assert channel.last_failure_at is None
    assert dispatch_notifications() == DispatchReport()


def test_a_repeat_has_the_same_key_and_the_same_words_whatever_was_changed_meanwhile(receiver: HttpReceiver) -> None:
    channel = make_webhook(receiver.do("500", "reset", "ok"))
    post(make_episode(), channel)
    assert dispatch_notifications() == DispatchReport(postponed=1)
    AlertMessage.objects.update(data={"value": 1_000_000})
    AlertRule.objects.update(name="Renamed", description="Do something else.")
    NotificationChannel.objects.update(language="ru", name="Renamed")
    assert dispatch_all() == DispatchReport(postponed=1)
    assert dispatch_all() == DispatchReport(sent=1)

    pairs = get_pairs(receiver)
    assert len(pairs) == 3
    assert len(set(pairs)) == 1


def test_a_failure_is_noted_and_tried_again_after_a_while(receiver: HttpReceiver) -> None:
    channel = make_webhook(receiver.do("503"))
    post(make_episode(), channel)
    for attempt, longest in enumerate((10, 20, 40), start=1):
        make_due()
        failed_at = timezone.now()
        assert dispatch_notifications() == DispatchReport(postponed=1)
        notification = Notification.objects.get()
        wait = (notification.next_attempt_at - failed_at).total_seconds()
        assert longest * 0.8 <= wait <= longest + 1
        assert (notification.state, notification.attempts, notification.sending_until) == ("pending", attempt, None)
        assert "503" in notification.last_error
        channel.refresh_from_db()
        assert channel.last_error == notification.last_error
        assert channel.last_failure_at is not None
        assert dispatch_notifications() == DispatchReport()
    assert channel.is_active


def test_a_receiver_that_asks_for_peace_has_it_for_everything(receiver: HttpReceiver) -> None:
    busy, free = make_webhook(receiver.do("429:600"), "Busy"), make_webhook(receiver.do("ok"), "Free")
    episode = make_episode()
    for number in range(3):
        post(episode, busy, free, batch=f"slot:{number}")
    before = timezone.now()

    assert dispatch_notifications() == DispatchReport(sent=3, postponed=1)
    waiting = Notification.objects.filter(channel=busy)
    waits = {round((one.next_attempt_at - before).total_seconds() / 10) for one in waiting}
    assert waits == {60}
    assert sorted(waiting.values_list("attempts", flat=True)) == [0, 0, 1]
    assert dispatch_notifications() == DispatchReport()


def test_a_channel_that_is_down_keeps_no_other_waiting(receiver: HttpReceiver) -> None:
    down, up = make_webhook(receiver.do("500"), "Down"), make_webhook(receiver.do("ok"), "Up")
    episode = make_episode()
    for number in range(4):
        post(episode, down, batch=f"slot:{number}", age=timedelta(minutes=1))
    post(episode, up, batch="slot:4")

    assert dispatch_notifications() == DispatchReport(postponed=1, sent=1)
    assert dispatch_notifications() == DispatchReport(postponed=1)  # the next of those that are due


def test_a_permanent_error_switches_the_channel_off_and_says_so_elsewhere(receiver: HttpReceiver) -> None:
    wrong = make_webhook(receiver.do("404", "404", "ok"), "Wrong")
    make_webhook(receiver.do("ok"), "Other")
    make_webhook(receiver.do("ok"), "Strict", min_severity="critical")
    episode = make_episode(severity="warning")
    post(episode, wrong)
    post(episode, wrong, batch="slot:2")

    assert dispatch_notifications() == DispatchReport(dead=1, sent=2)
    wrong.refresh_from_db()
    assert not wrong.is_active
    assert wrong.disabled_at is not None
    assert "404" in wrong.disabled_reason == wrong.last_error
    dead = Notification.objects.get(channel=wrong, batch="slot:1")
    assert (dead.state, dead.last_error) == ("dead", wrong.disabled_reason)
    told = AlertMessage.objects.get(kind="channel_disabled")
    assert told.data == {
        "channel": "Wrong",
        "channel_id": dead.channel_id,
        "error": dead.last_error,
        "notification_id": dead.pk,
        "attempts": 1,
    }
    assert set(Notification.objects.filter(batch=told.batch).values_list("channel__name", "state")) == {
        ("Other", "sent"),
        ("Strict", "sent"),
    }
    assert not AlertMessage.objects.filter(kind="delivery_dead").exists()
    change = Change.objects.filter(model="monitoring.notificationchannel", object_id=wrong.pk).latest("id")
    assert (change.channel, change.actor) == ("command", "dispatch_notifications")


def test_what_waits_for_a_channel_goes_on_when_it_is_switched_on_again(receiver: HttpReceiver) -> None:
    channel = make_webhook(receiver.do("ok"), is_active=False)
    post(make_episode(), channel)
    assert dispatch_notifications() == DispatchReport()
    NotificationChannel.objects.update(is_active=True)
    assert dispatch_notifications() == DispatchReport(sent=1)


def test_what_waits_for_a_channel_that_stays_off_dies_of_age_without_an_attempt(receiver: HttpReceiver) -> None:
    channel, other = make_webhook(receiver.do("ok"), is_active=False), make_webhook(receiver.do("ok"), "Other")
    episode = make_episode()
    post(episode, channel, age=DAY)
    post(episode, channel, batch="slot:2", age=DAY / 2)

    assert dispatch_notifications() == DispatchReport(forgotten=1)
    states = Notification.objects.order_by("id").values_list("state", "attempts")
    assert list(states) == [("dead", 0), ("pending", 0)]
    assert not Notification.objects.filter(channel=other).exists()
    assert receiver.list_requests() == []


def test_age_alone_kills_nothing_that_can_be_told(receiver: HttpReceiver) -> None:
    post(make_episode(), make_webhook(receiver.do("ok")), age=30 * DAY)
    assert dispatch_notifications() == DispatchReport(sent=1)


def test_after_a_day_of_failures_it_is_given_up_and_the_others_hear_of_it(receiver: HttpReceiver) -> None:
    down, other = make_webhook(receiver.do("500"), "Down"), make_webhook(receiver.do("ok"), "Other")
    post(make_episode(), down, age=DAY)

    assert dispatch_notifications() == DispatchReport(dead=1, sent=1)
    down.refresh_from_db()
    assert down.is_active
    dead = Notification.objects.get(channel=down)
    assert dead.state == "dead"
    told = AlertMessage.objects.get(kind="delivery_dead")
    assert told.data == {
        "channel": "Down",
        "channel_id": dead.channel_id,
        "error": dead.last_error,
        "notification_id": dead.pk,
        "attempts": 1,
    }
    assert Notification.objects.get(batch=told.batch).channel_id == other.pk
    assert dispatch_notifications() == DispatchReport()


def test_messages_about_messages_come_to_an_end(receiver: HttpReceiver) -> None:
    """Everybody refuses, and what is about to be told of that dies as well."""
    channels = [make_webhook(receiver.do("400"), f"Wrong {number}") for number in range(3)]
    down = make_webhook(receiver.do("500"), "Down")
    post(make_episode(), *channels, down, age=DAY)
    runs = 0
    while Notification.objects.filter(state="pending").exists():
        runs += 1
        Notification.objects.filter(state="pending").update(created_at=timezone.now() - DAY)
        dispatch_all()
        assert runs < 10

    assert set(Notification.objects.values_list("state", flat=True)) == {"dead"}
    assert AlertMessage.objects.filter(kind="channel_disabled").count() == len(channels)
    assert AlertMessage.objects.filter(kind="delivery_dead").count() == 1
    assert set(NotificationChannel.objects.values_list("name", "is_active")) == {
        ("Wrong 0", False),
        ("Wrong 1", False),
        ("Wrong 2", False),
        ("Down", True),
    }


def test_what_kills_every_sender_is_given_up_in_the_end_without_another_attempt(receiver: HttpReceiver) -> None:
    post(make_episode(), make_webhook(receiver.do("ok")), age=DAY)
    Notification.objects.update(attempts=MOST_ATTEMPTS)
    assert dispatch_notifications() == DispatchReport(dead=1)
    assert receiver.list_requests() == []


def test_a_letter_that_cannot_be_written_keeps_nobody_waiting_and_tells_no_secret(
    receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    channel = make_webhook(receiver.do("ok"))
    first, second = make_episode("First"), make_episode("Second", "risk_warning")
    broken = post(first, channel)
    post(second, channel, batch="slot:2")

    def load_or_fail(messages: list[AlertMessage]) -> Any:
        if broken in messages:
            raise RuntimeError(f"{SECRET} {channel.url}")
        return load_notices(messages)

    monkeypatch.setattr(content, "load_notices", load_or_fail)
    assert dispatch_notifications() == DispatchReport(postponed=1)
    assert dispatch_notifications() == DispatchReport(sent=1)
    waiting = Notification.objects.get(state="pending")
    assert waiting.last_error == "Unexpected error: RuntimeError."
    assert waiting.content is None
    assert "notification_failed" in caplog.text
    for secret in (SECRET, receiver.url):
        assert secret not in caplog.text


def test_a_run_stops_at_its_limits(receiver: HttpReceiver) -> None:
    channel, episode = make_webhook(receiver.do("ok")), make_episode()
    for number in range(3):
        post(episode, channel, batch=f"slot:{number}")
    assert dispatch_notifications(limit=2) == DispatchReport(sent=2)
    assert dispatch_notifications(time_limit=timedelta(0)) == DispatchReport()
    assert dispatch_notifications() == DispatchReport(sent=1)


def test_an_attempt_takes_the_same_statements_however_much_there_is_to_tell(receiver: HttpReceiver) -> None:
    channel, counts = make_webhook(receiver.do("ok")), []
    episodes = [make_episode(f"Rule {number}") for number in range(12)]
    for number, told in enumerate((episodes[:1], episodes)):
        for episode in told:
            post(episode, channel, batch=f"slot:{number}")
            post(episode, channel, batch=f"slot:{number}", kind="resolved")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert dispatch_notifications(limit=1) == DispatchReport(sent=1)
        counts.append(len(queries))
    # forgotten ones; claim (2); messages; circumstances (4); the letter's; freeze (held, stored, read back, and its
    # transaction); mark (held, notification, channel, and its transaction)
    assert counts[0] == counts[1]
