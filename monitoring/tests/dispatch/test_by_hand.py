"""What people do with the outbox: try again, try a channel out, send without a worker."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from monitoring import tasks
from monitoring.models import AlertMessage, Notification, NotificationChannel
from monitoring.services.dispatch import (
    DispatchReport,
    dispatch_notifications,
    retry_notification,
    send_test_message,
)
from monitoring.services.dispatch.claims import claim_next
from monitoring.services.dispatch.retrying import (
    ChannelSwitchedOffError,
    NotificationBeingSentError,
    NotificationNotFoundError,
    NotificationSettledError,
)
from monitoring.services.dispatch.trial import ChannelNotFoundError
from monitoring.tests.outbox import make_due, make_episode, make_webhook, post
from monitoring.tests.receivers.http_receiver import HttpReceiver
from supplybrain.errors import SupplyBrainError

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24)


def test_what_was_given_up_can_be_tried_again_under_the_same_key(receiver: HttpReceiver) -> None:
    post(make_episode(), make_webhook(receiver.do("500", "ok")), age=DAY)
    assert dispatch_notifications() == DispatchReport(dead=1)
    retried = retry_notification(notification_id=Notification.objects.get().pk)
    assert (retried.state, retried.attempts) == ("pending", 1)
    assert dispatch_notifications() == DispatchReport(sent=1)
    assert len({(request["key"], request["body"]) for request in receiver.list_requests()}) == 1


def test_what_was_given_up_long_ago_gets_one_attempt_and_is_told_to_have_failed_again(receiver: HttpReceiver) -> None:
    down, other = make_webhook(receiver.do("500"), "Down"), make_webhook(receiver.do("ok"), "Other")
    post(make_episode(), down, age=DAY)
    for times in (1, 2):
        assert dispatch_notifications() == DispatchReport(dead=1, sent=1)
        assert Notification.objects.filter(channel=other, state="sent").count() == times
        retry_notification(notification_id=Notification.objects.get(channel=down).pk)


def test_what_waits_can_be_tried_at_once(receiver: HttpReceiver) -> None:
    post(make_episode(), make_webhook(receiver.do("500", "ok")))
    assert dispatch_notifications() == DispatchReport(postponed=1)
    assert dispatch_notifications() == DispatchReport()
    retry_notification(notification_id=Notification.objects.get().pk)
    assert dispatch_notifications() == DispatchReport(sent=1)


def refuse(error: type[SupplyBrainError], notification_id: int) -> None:
    before = list(Notification.objects.values())
    with pytest.raises(error):
        retry_notification(notification_id=notification_id)
    assert list(Notification.objects.values()) == before


def test_nothing_else_can_be_tried_again(receiver: HttpReceiver) -> None:
    post(make_episode(), make_webhook(receiver.do("ok")))
    claimed = claim_next()
    assert claimed is not None
    refuse(NotificationBeingSentError, claimed.notification.pk)
    make_due()
    NotificationChannel.objects.update(is_active=False)
    refuse(ChannelSwitchedOffError, claimed.notification.pk)
    NotificationChannel.objects.update(is_active=True)
    dispatch_notifications()
    refuse(NotificationSettledError, claimed.notification.pk)
    refuse(NotificationNotFoundError, claimed.notification.pk + 1)


@pytest.mark.parametrize("is_active", [True, False])
def test_a_test_reaches_its_channel_alone_and_at_once(receiver: HttpReceiver, *, is_active: bool) -> None:
    channel = make_webhook(receiver.do("ok"), is_active=is_active, min_severity="critical")
    make_webhook(receiver.do("ok"), "Other")
    result = send_test_message(channel_id=channel.pk)
    assert (result.is_sent, result.error, result.notification.state) == (True, "", "sent")
    [request] = receiver.list_requests()
    assert request["key"] == str(Notification.objects.get().key)
    assert AlertMessage.objects.get().kind == "test"
    channel.refresh_from_db()
    assert channel.is_active is is_active
    assert channel.last_success_at is not None


@pytest.mark.parametrize("word", ["500", "404", "429:60"])
def test_a_test_that_fails_is_over_and_switches_nothing_off(receiver: HttpReceiver, word: str) -> None:
    channel = make_webhook(receiver.do(word))
    make_webhook(receiver.do("ok"), "Other")
    result = send_test_message(channel_id=channel.pk)
    assert not result.is_sent
    assert word[:3] in result.error
    assert result.notification.state == "dead"
    channel.refresh_from_db()
    assert channel.is_active
    assert channel.last_error == result.error
    assert dispatch_notifications() == DispatchReport()
    assert Notification.objects.count() == 1


def test_a_test_of_no_channel_is_refused() -> None:
    with pytest.raises(ChannelNotFoundError):
        send_test_message(channel_id=1)


def test_a_command_sends_what_waits_and_says_so(receiver: HttpReceiver) -> None:
    post(make_episode(), make_webhook(receiver.do("ok")))
    output = StringIO()
    call_command("dispatch_notifications", stdout=output)
    assert output.getvalue() == "1 sent, 0 withheld, 0 to be tried again, 0 given up.\n"


def test_the_task_sends_what_waits(receiver: HttpReceiver) -> None:
    post(make_episode(), make_webhook(receiver.do("ok")))
    tasks.dispatch_notifications()
    assert Notification.objects.get().sent_at <= timezone.now()  # type: ignore[operator]  # sent, so it has one
