"""One way in for every kind of channel."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from monitoring.channels import email, telegram, webhook
from monitoring.domain.letter import Letter
from monitoring.models import ChannelKind, NotificationChannel

LONGEST_SEND = timedelta(seconds=60)
"""No send takes longer, whatever the receiver does. What nothing can interrupt is looking up the name of a host."""


class Send(Protocol):
    """What every kind of channel has."""

    def __call__(self, channel: NotificationChannel, letter: Letter, *, key: UUID) -> None:
        """Send a letter."""


SENDERS: Mapping[str, Send] = {
    ChannelKind.EMAIL: email.send,
    ChannelKind.WEBHOOK: webhook.send,
    ChannelKind.TELEGRAM: telegram.send,
}


def send(channel: NotificationChannel, letter: Letter, *, key: UUID) -> None:
    """Hand a letter to the receiver of a channel. When this returns, the receiver has taken it.

    Call it outside any transaction: it waits for somebody else's machine.

    Args:
        channel: Where to.
        letter: What.
        key: Tells repeats from letters: the same for every attempt of one notification.

    Raises:
        TemporaryError: If it may arrive later. It may also have arrived already: the answer was lost.
        PermanentError: If it will not arrive until somebody changes the channel.
    """
    SENDERS[channel.kind](channel, letter, key=key)
