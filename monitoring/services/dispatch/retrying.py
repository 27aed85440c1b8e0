"""Trying again at once, because somebody says so."""

from django.db import transaction
from django.utils.translation import gettext as _

from monitoring.models import Notification, NotificationState
from monitoring.selectors.clock import get_database_clock
from monitoring.services.interval import get_interval
from supplybrain.errors import ConflictError, NotFoundError


class NotificationNotFoundError(NotFoundError):
    """There is no such notification."""

    code = "notification_not_found"


class NotificationSettledError(ConflictError):
    """It was sent, or there was nothing to send."""

    code = "notification_settled"


class NotificationBeingSentError(ConflictError):
    """Somebody is sending it at this moment."""

    code = "notification_being_sent"


class ChannelSwitchedOffError(ConflictError):
    """Nothing is sent to a channel that is switched off."""

    code = "channel_switched_off"


@transaction.atomic
def retry_notification(*, notification_id: int) -> Notification:
    """Let a notification that waits or was given up be due now; the next run of the dispatcher sends it.

    It keeps its key and its content. One that is older than NOTIFICATION_GIVE_UP_HOURS gets one attempt.

    Args:
        notification_id: Its id.

    Returns:
        The notification as it is then.

    Raises:
        NotificationNotFoundError: If there is none.
        NotificationSettledError: If it was sent or withheld.
        NotificationBeingSentError: If somebody is sending it now: a second attempt would arrive beside the first.
        ChannelSwitchedOffError: If its channel is switched off.
    """
    notifications = Notification.objects.select_for_update(of=("self",)).select_related("channel")
    notification = notifications.filter(pk=notification_id).first()
    if notification is None:
        raise NotificationNotFoundError(_("There is no notification %(id)s.") % {"id": notification_id})
    now = get_database_clock(interval=get_interval()).now
    if notification.state not in {NotificationState.PENDING, NotificationState.DEAD}:
        raise NotificationSettledError(_("This notification is settled: there is nothing left to send."))
    if notification.sending_until and notification.sending_until > now:
        raise NotificationBeingSentError(_("This notification is being sent. Look again in a minute."))
    if not notification.channel.is_active:
        raise ChannelSwitchedOffError(_("The channel is switched off. Switch it on first."))
    notification.state = NotificationState.PENDING
    notification.next_attempt_at, notification.sending_until = now, None
    notification.save(update_fields=["state", "next_attempt_at", "sending_until"])
    return notification
