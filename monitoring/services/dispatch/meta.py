"""Messages about the delivery of messages. They never cause more of their own kind."""

from datetime import datetime

from monitoring.domain.alerting.words import MessageKind
from monitoring.models import Notification, Severity
from monitoring.services.dispatch.claims import Claim
from monitoring.services.messages import NewMessage, post_messages

META = "meta:"
TEST = "test:"


def is_test(notification: Notification) -> bool:
    """Return whether somebody is only trying the channel out, and looks at what becomes of it."""
    return notification.batch.startswith(TEST)


def tell_channel_disabled(claim: Claim, *, error: str, now: datetime) -> None:
    """Tell the other channels that one was switched off. It cannot be switched off twice, so this comes to an end."""
    _tell(MessageKind.CHANNEL_DISABLED, claim, error=error, now=now)


def tell_delivery_dead(claim: Claim, *, error: str, now: datetime) -> None:
    """Tell the other channels that a message was given up, unless it is a test or was about another message itself."""
    if not claim.notification.batch.startswith((META, TEST)):
        _tell(MessageKind.DELIVERY_DEAD, claim, error=error, now=now)


def _tell(kind: MessageKind, claim: Claim, *, error: str, now: datetime) -> None:
    """Post in the caller's transaction. Every channel hears of it: whom it concerns is not known."""
    channel = claim.notification.channel
    data = {
        "channel": channel.name,
        "channel_id": channel.pk,
        "error": error,
        "notification_id": claim.notification.pk,
        "attempts": claim.attempts,
    }
    # the attempt is part of the batch, since somebody may retry what was given up, and it may fail anew
    batch = f"{META}{claim.notification.pk}:{kind.value}:{claim.attempts}"
    message = NewMessage(kind=kind, severity=Severity.CRITICAL.value, data=data)
    post_messages([message], batch=batch, now=now, except_channel=channel.pk)
