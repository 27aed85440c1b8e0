"""Why a letter did not arrive. The messages are kept and shown: no URL, token, secret or letter is ever in them."""

from datetime import timedelta


class DeliveryError(Exception):
    """A letter did not arrive.

    Args:
        message: What happened and what to do, for people.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TemporaryError(DeliveryError):
    """It may arrive later as it is.

    Args:
        message: What happened.
        retry_after: How long the receiver asks to be left alone; None if it does not say.
    """

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentError(DeliveryError):
    """It will never arrive until somebody changes the channel."""
