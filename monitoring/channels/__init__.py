"""Ways to tell people and machines. None of them touches the database; all of them end within `LONGEST_SEND`."""

from monitoring.channels.errors import DeliveryError, PermanentError, TemporaryError
from monitoring.channels.sending import LONGEST_SEND, send

__all__ = ["LONGEST_SEND", "DeliveryError", "PermanentError", "TemporaryError", "send"]
