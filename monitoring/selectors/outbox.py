"""Reads of channels and of the outbox."""

from django.db.models import Prefetch, QuerySet

from monitoring.models import Notification, NotificationChannel, WithheldMessage
from monitoring.selectors.pages import Page, Position, load_page


def list_channels() -> QuerySet[NotificationChannel]:
    """Return all channels by name."""
    return NotificationChannel.objects.order_by("name", "id")


def list_notifications(*, state: str | None = None, channel_id: int | None = None) -> QuerySet[Notification]:
    """Return notifications in no order, each with its channel and what was withheld from it. Addresses stay behind.

    Args:
        state: One of `NotificationState`; any if left out.
        channel_id: The channel; any if left out.
    """
    withheld = Prefetch("withheld", WithheldMessage.objects.order_by("id"))
    wanted = {"state": state, "channel": channel_id}
    return (
        Notification.objects.filter(**{name: value for name, value in wanted.items() if value is not None})
        .select_related("channel")
        .defer("channel__url", "channel__secret")
        .prefetch_related(withheld)
    )


def load_notification_page(
    *, limit: int, state: str | None = None, channel_id: int | None = None, position: Position | None = None
) -> Page[Notification]:
    """Return a page of notifications, newest first, in two statements.

    Args:
        limit: How many at most, positive.
        state: One of `NotificationState`; any if left out.
        channel_id: The channel; any if left out.
        position: Where the page begins; at the newest one if left out.
    """
    rows = list_notifications(state=state, channel_id=channel_id)
    return load_page(rows, at="created_at", limit=limit, position=position)
