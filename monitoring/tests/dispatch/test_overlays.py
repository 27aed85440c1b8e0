"""What is kept from a channel when a message would leave, why, and what people are told instead."""

from datetime import timedelta

import pytest
from django.utils import timezone

from monitoring.models import (
    Alert,
    AlertAcknowledgement,
    AlertEpisode,
    Notification,
    NotificationChannel,
    Severity,
    Silence,
    WithheldMessage,
)
from monitoring.selectors.alerts import find_untold_episodes
from monitoring.services.dispatch import DispatchReport, dispatch_notifications
from monitoring.tests.alerts import make_alert, open_episode
from monitoring.tests.outbox import dispatch_all, end_episode, get_slot, make_episode, make_webhook, post, read_withheld
from monitoring.tests.receivers.http_receiver import HttpReceiver

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def channel(receiver: HttpReceiver) -> NotificationChannel:
    return make_webhook(receiver.do("ok"))


def silence(episode: AlertEpisode, *, by_metric: bool = False, starts: timedelta = -MINUTE) -> Silence:
    """Silence the rule of an episode, or its metric, for two minutes."""
    version = episode.rule_version
    assert version is not None
    about = {"metric": version.metric} if by_metric else {"rule_id": version.rule_id}
    starts_at = timezone.now() + starts
    return Silence.objects.create(starts_at=starts_at, ends_at=starts_at + 2 * MINUTE, reason="moving house", **about)


def acknowledge(episode: AlertEpisode) -> AlertAcknowledgement:
    return AlertAcknowledgement.objects.create(
        episode=episode, author_name="anna", severity=episode.severity, created_at=timezone.now()
    )


@pytest.mark.parametrize("by_metric", [False, True])
def test_a_silence_keeps_a_message_back_and_leaves_the_alert_alone(
    channel: NotificationChannel, receiver: HttpReceiver, *, by_metric: bool
) -> None:
    episode = make_episode()
    silence(episode, by_metric=by_metric)
    before = list(Alert.objects.values()), list(AlertEpisode.objects.values())
    post(episode, channel)

    assert dispatch_notifications() == DispatchReport(withheld=1)
    assert receiver.list_requests() == []
    row = WithheldMessage.objects.get()
    assert (row.reason, row.detail, row.message.kind) == ("silenced", "moving house", "firing")
    notification = Notification.objects.get()
    assert (notification.state, notification.content, notification.sending_until) == ("withheld", None, None)
    assert (list(Alert.objects.values()), list(AlertEpisode.objects.values())) == before
    assert dispatch_all() == DispatchReport()


def test_what_was_silenced_is_to_be_told_once_the_silence_is_over(channel: NotificationChannel) -> None:
    episode = make_episode()
    row = silence(episode)
    post(episode, channel)
    dispatch_notifications()
    assert find_untold_episodes([episode.pk], now=timezone.now()) == set()
    assert find_untold_episodes([episode.pk], now=row.ends_at) == {episode.pk}


@pytest.mark.parametrize("starts", [-3 * MINUTE, MINUTE])
def test_a_silence_that_is_over_or_yet_to_come_silences_nothing(
    channel: NotificationChannel, starts: timedelta
) -> None:
    episode = make_episode()
    silence(episode, starts=starts)
    post(episode, channel)
    assert dispatch_notifications() == DispatchReport(sent=1)


def test_of_a_digest_only_what_may_be_told_is_told(channel: NotificationChannel, receiver: HttpReceiver) -> None:
    loud, silent = make_episode("Loud"), make_episode("Silent", "risk_warning")
    silence(silent)
    post(loud, channel)
    post(silent, channel)
    assert dispatch_notifications() == DispatchReport(sent=1)
    [request] = receiver.list_requests()
    assert "Loud" in request["body"]
    assert "Silent" not in request["body"]
    assert read_withheld() == [("firing", "silenced")]


def test_what_was_written_is_sent_although_a_silence_came_in_between(receiver: HttpReceiver) -> None:
    """The first attempt may have arrived: whoever got it and lost the answer must get the same again."""
    episode = make_episode()
    post(episode, make_webhook(receiver.do("500", "ok")))
    assert dispatch_notifications() == DispatchReport(postponed=1)
    silence(episode)
    assert dispatch_all() == DispatchReport(sent=1)
    assert read_withheld() == []


def test_an_acknowledged_episode_is_not_brought_up_again_until_it_grows_worse(channel: NotificationChannel) -> None:
    episode = make_episode(severity="warning")
    given = acknowledge(episode)
    post(episode, channel, kind="reminder")
    assert dispatch_notifications() == DispatchReport(withheld=1)
    assert read_withheld() == [("reminder", "acknowledged")]

    AlertEpisode.objects.update(severity=Severity.CRITICAL)
    post(episode, channel, kind="reminder", batch="slot:2")
    assert dispatch_notifications() == DispatchReport(sent=1)
    AlertEpisode.objects.update(severity=Severity.WARNING)
    given.withdrawn_at = timezone.now()
    given.save()
    post(episode, channel, kind="reminder", batch="slot:3")
    assert dispatch_notifications() == DispatchReport(sent=1)


def test_an_acknowledged_episode_is_told_to_be_over(channel: NotificationChannel) -> None:
    episode = make_episode()
    post(episode, channel)
    assert dispatch_notifications() == DispatchReport(sent=1)
    acknowledge(episode)
    end_episode(episode)
    post(episode, channel, kind="resolved", batch="slot:2")
    assert dispatch_notifications() == DispatchReport(sent=1)


def test_quiet_messages_stay_in_the_house(channel: NotificationChannel) -> None:
    episode = make_episode()
    post(episode, channel, is_quiet=True)
    post(episode, channel, kind="flapping")
    assert dispatch_notifications() == DispatchReport(sent=1)
    assert read_withheld() == [("firing", "flapping")]


def test_the_alert_of_a_source_speaks_for_what_is_built_on_it(channel: NotificationChannel) -> None:
    source = open_episode(make_alert(source="sales"), get_slot())
    built_on_it, other = make_episode(), make_episode("Accounts", "wb_accounts_total")
    for episode in (source, built_on_it, other):
        post(episode, channel)
    assert dispatch_notifications() == DispatchReport(sent=1)
    row = WithheldMessage.objects.get()
    assert (row.message.episode_id, row.reason, row.detail) == (built_on_it.pk, "inhibited", "sales")

    end_episode(source)
    post(built_on_it, channel, kind="reminder", batch="slot:2")
    assert dispatch_notifications() == DispatchReport(sent=1)


def test_a_beginning_that_is_over_is_not_told_and_neither_is_its_end(channel: NotificationChannel) -> None:
    NotificationChannel.objects.update(is_active=False)
    episode = make_episode()
    post(episode, channel)
    post(episode, channel, kind="reminder", batch="slot:2")
    end_episode(episode)
    post(episode, channel, kind="resolved", batch="slot:3")
    NotificationChannel.objects.update(is_active=True)
    assert dispatch_notifications() == DispatchReport(withheld=3)
    assert read_withheld() == [("firing", "outdated"), ("reminder", "outdated"), ("resolved", "outdated")]


def test_the_end_is_told_where_the_beginning_may_have_been(receiver: HttpReceiver) -> None:
    """Whatever a channel was told, may have been told, or is still to be told has an end, and nothing else."""
    told, late = make_webhook(receiver.do("ok"), "Told"), make_webhook(receiver.do("500", "ok"), "Late")
    new = make_webhook(receiver.do("ok"), "New")
    episode = make_episode()
    post(episode, told, late)
    assert dispatch_notifications() == DispatchReport(sent=1, postponed=1)
    end_episode(episode)
    post(episode, told, late, new, kind="resolved", batch="slot:2")
    Notification.objects.filter(channel=late, batch="slot:1").update(
        state="dead", last_error="Given up in the meantime."
    )
    assert dispatch_notifications() == DispatchReport(sent=1, withheld=1, postponed=1)
    assert read_withheld() == [("resolved", "outdated")]
    assert WithheldMessage.objects.get().notification.channel == new


def test_an_end_is_withheld_only_from_the_channel_that_was_kept_from_the_beginning(
    channel: NotificationChannel, receiver: HttpReceiver
) -> None:
    silenced, episode = make_webhook(receiver.do("ok"), "Silenced"), make_episode()
    post(episode, channel)
    assert dispatch_notifications() == DispatchReport(sent=1)
    row = silence(episode)
    post(episode, silenced, kind="reminder", batch="slot:2")
    assert dispatch_notifications() == DispatchReport(withheld=1)
    row.delete()
    end_episode(episode)
    post(episode, channel, silenced, kind="resolved", batch="slot:3")
    assert dispatch_notifications() == DispatchReport(sent=1, withheld=1)
    ends = WithheldMessage.objects.filter(message__kind="resolved")
    assert list(ends.values_list("notification__channel__name", "reason")) == [("Silenced", "outdated")]


def test_a_channel_hears_of_nothing_below_its_severity(receiver: HttpReceiver) -> None:
    strict = make_webhook(receiver.do("ok"), min_severity="critical")
    post(make_episode("Bad"), strict)
    post(make_episode("Less so", "risk_warning", severity="warning"), strict)
    assert dispatch_notifications() == DispatchReport(sent=1)
    [request] = receiver.list_requests()
    assert "Bad" in request["body"]
    assert "Less so" not in request["body"]


def test_a_channel_that_has_become_too_strict_meanwhile_is_told_nothing(channel: NotificationChannel) -> None:
    post(make_episode(severity="warning"), channel)
    NotificationChannel.objects.update(min_severity="critical")
    assert dispatch_notifications() == DispatchReport(withheld=1)
