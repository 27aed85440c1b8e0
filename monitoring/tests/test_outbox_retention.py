"""What was told is kept for a while; what waits, and what an open episode has to say, for as long as it takes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from monitoring.models import AlertEpisode, AlertMessage, AlertTransition, Notification, WithheldMessage
from monitoring.services import outbox_retention
from monitoring.services.outbox_retention import delete_old_notifications
from monitoring.services.retention import thin_history_as_configured
from monitoring.tests.alerts import make_channel
from monitoring.tests.outbox import end_episode, make_episode, post

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
KEEP_DAYS = 30
OLD, RECENT = 31 * DAY, 29 * DAY


def settle(batch: str, state: str) -> Notification:
    notification = Notification.objects.get(batch=batch)
    notification.state, notification.sent_at = state, timezone.now() if state == "sent" else None
    notification.save()
    return notification


def list_batches() -> tuple[list[str], list[str]]:
    return (
        sorted(Notification.objects.values_list("batch", flat=True)),
        sorted(AlertMessage.objects.values_list("batch", flat=True)),
    )


def fill() -> None:
    """Store settled and waiting notifications, old and recent, of an open and of a closed episode."""
    channel, is_open, is_over = make_channel(), make_episode("Open"), make_episode("Over")
    end_episode(is_over)
    for state in ("sent", "withheld", "dead", "pending"):
        for age, name in ((OLD, "old"), (RECENT, "recent")):
            message = post(is_over, channel, batch=f"{name} {state}", age=age)
            notification = settle(f"{name} {state}", state)
            if state == "withheld":
                WithheldMessage.objects.create(
                    message=message, notification=notification, reason="silenced", created_at=message.created_at
                )
    post(is_open, channel, batch="old open", age=OLD)
    settle("old open", "sent")
    post(is_over, batch="old untold", age=OLD)


@pytest.mark.parametrize("portion", [1, 10_000])
def test_what_is_old_and_settled_goes(monkeypatch: pytest.MonkeyPatch, portion: int) -> None:
    monkeypatch.setattr(outbox_retention, "ROWS_PER_PORTION", portion)
    fill()
    deleted = delete_old_notifications(now=timezone.now(), keep_days=KEEP_DAYS)
    kept = ["old open", "old pending", "recent dead", "recent pending", "recent sent", "recent withheld"]
    assert list_batches() == (kept, kept)
    assert list(WithheldMessage.objects.values_list("notification__batch", flat=True)) == ["recent withheld"]
    assert deleted == 3 + 4
    assert (AlertEpisode.objects.count(), AlertTransition.objects.count()) == (2, 3)


def test_the_schedule_deletes_as_the_setting_says(settings: Settings) -> None:
    fill()
    before = list_batches()
    settings.NOTIFICATIONS_KEEP_DAYS = 0
    thin_history_as_configured(now=timezone.now())
    assert list_batches() == before
    settings.NOTIFICATIONS_KEEP_DAYS = KEEP_DAYS
    thin_history_as_configured(now=timezone.now())
    assert "old sent" not in list_batches()[0]
