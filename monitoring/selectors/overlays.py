"""Messages that are about to leave, and what keeps them from being told at that moment."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from monitoring.domain.alerting.overlays import ENDINGS, ActiveSilence, Circumstances, Outgoing
from monitoring.domain.alerting.words import MessageKind
from monitoring.models import (
    AlertAcknowledgement,
    AlertEpisode,
    AlertKind,
    AlertMessage,
    Notification,
    NotificationChannel,
    Severity,
    Silence,
    WithheldMessage,
)


def list_outgoing(*, channel: NotificationChannel, batch: str) -> list[AlertMessage]:
    """Return the messages of a batch that are severe enough for a channel, in the order of posting; one statement.

    Each comes with its alert, the version of the rule, and its episode.
    """
    messages = AlertMessage.objects.filter(batch=batch, severity__in=_list_severities(channel))
    return list(messages.select_related("alert__rule_version", "episode").order_by("id"))


def load_circumstances(
    messages: Sequence[AlertMessage], *, channel: NotificationChannel, now: datetime
) -> Circumstances:
    """Return what holds for messages that are about to leave, in at most four statements.

    Args:
        messages: As `list_outgoing` gives them.
        channel: Where to.
        now: The time.
    """
    episodes = [message.episode_id for message in messages if message.episode_id]
    ended = [message.episode_id for message in messages if message.episode_id and message.kind in ENDINGS]
    acknowledgements: dict[int, list[AlertAcknowledgement]] = defaultdict(list)
    for one in AlertAcknowledgement.objects.filter(episode__in=episodes).order_by("id"):
        acknowledgements[one.episode_id].append(one)
    silences = Silence.objects.filter(starts_at__lte=now, ends_at__gt=now).order_by("id")
    open_sources = AlertEpisode.objects.filter(closed_slot=None, alert__kind=AlertKind.SOURCE)
    return Circumstances(
        silences=[ActiveSilence(*row) for row in silences.values_list("rule_id", "metric", "reason")],
        acknowledgements=acknowledgements,
        old_sources=frozenset(open_sources.values_list("alert__source", flat=True)),
        untold_episodes=_find_untold(ended, channel),
    )


def describe_outgoing(message: AlertMessage) -> Outgoing:
    """Return what the overlays need to know of a message that `list_outgoing` gave, in no statement."""
    alert, episode = message.alert, message.episode
    return Outgoing(
        kind=MessageKind(message.kind),
        is_quiet=message.is_quiet,
        rule_id=alert.rule_id if alert else None,
        metric=alert.rule_version.metric if alert and alert.rule_version else "",
        episode_id=message.episode_id,
        severity=episode.severity if episode else message.severity,
        is_over=bool(episode and episode.closed_slot),
    )


def _find_untold(episodes: Sequence[int], channel: NotificationChannel) -> frozenset[int]:
    """Return those of the episodes of which nothing was told on a channel: it was withheld, or never posted there.

    The latter are those that fired before there was the channel, or while it was switched off.
    """
    if not episodes:
        return frozenset()
    here = Notification.objects.filter(channel=channel, batch=OuterRef("batch"))
    withheld = WithheldMessage.objects.filter(message=OuterRef("id"), notification__channel=channel)
    news: QuerySet[AlertMessage] = AlertMessage.objects.filter(
        Exists(here), episode__in=episodes, severity__in=_list_severities(channel)
    ).exclude(kind__in=[kind.value for kind in ENDINGS])
    is_told: dict[int, bool] = {}
    for episode_id, is_withheld in news.annotate(is_withheld=Exists(withheld)).values_list("episode_id", "is_withheld"):
        is_told[episode_id] = is_told.get(episode_id, False) or not is_withheld
    return frozenset(episode for episode in episodes if not is_told.get(episode, False))


def _list_severities(channel: NotificationChannel) -> list[str]:
    return list(Severity.values) if channel.min_severity == Severity.WARNING else [Severity.CRITICAL.value]
