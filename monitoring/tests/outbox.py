"""An outbox with something in it, and what came out."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from monitoring.domain.slots import compute_slot
from monitoring.models import (
    AlertEpisode,
    AlertMessage,
    ChannelKind,
    Notification,
    NotificationChannel,
    WithheldMessage,
)
from monitoring.services.dispatch import DispatchReport, dispatch_notifications
from monitoring.tests.alerts import close_episode, make_alert, make_channel, make_rule, open_episode
from monitoring.tests.past import QUARTER

SECRET = "hook-secret"


def get_slot() -> datetime:
    """Return the slot that is running."""
    return compute_slot(timezone.now(), interval=QUARTER)


def make_webhook(url: str, name: str = "Hook", **values: Any) -> NotificationChannel:
    """Store a webhook."""
    return make_channel(name, kind=ChannelKind.WEBHOOK, url=url, secret=SECRET, recipients="", **values)


def make_episode(name: str = "Too many", metric: str = "risk_critical", **values: Any) -> AlertEpisode:
    """Store a rule whose alert fires in the running slot."""
    return open_episode(make_alert(make_rule(name, metric, **values)), get_slot())


def end_episode(episode: AlertEpisode) -> None:
    """Let an episode be over one slot later."""
    close_episode(episode, episode.fired_slot + QUARTER)


def post(
    episode: AlertEpisode,
    *channels: NotificationChannel,
    kind: str = "firing",
    batch: str = "slot:1",
    age: timedelta = timedelta(0),
    **values: Any,
) -> AlertMessage:
    """Store a message and, where the batch has none yet, a notification for each channel, due now.

    Args:
        episode: What it is about.
        channels: Who is to be told.
        kind: What it says.
        batch: What is told together.
        age: How long ago it was posted.
        values: Columns of `AlertMessage`.
    """
    now = timezone.now() - age
    name = episode.rule_version.name if episode.rule_version else ""
    data = {"rule_name": name, "value": 9, "threshold_value": 5, "threshold_type": "above"}
    given = {"severity": episode.severity, "data": data, "slot": get_slot(), "created_at": now} | values
    message = AlertMessage.objects.create(alert=episode.alert, episode=episode, kind=kind, batch=batch, **given)
    for channel in channels:
        Notification.objects.get_or_create(
            channel=channel, batch=batch, defaults={"created_at": now, "next_attempt_at": now}
        )
    return message


def make_due() -> None:
    """Let everything that waits be due: time has passed."""
    past = timezone.now() - timedelta(seconds=1)
    waiting = Notification.objects.filter(state="pending")
    waiting.update(next_attempt_at=past)
    waiting.exclude(sending_until=None).update(sending_until=past)


def dispatch_all() -> DispatchReport:
    """Let time pass and dispatch what waits."""
    make_due()
    return dispatch_notifications()


def read_withheld() -> list[tuple[str, str]]:
    """Return kind and reason of every message that was withheld, in their order."""
    rows = WithheldMessage.objects.order_by("message_id", "notification_id")
    return list(rows.values_list("message__kind", "reason"))
