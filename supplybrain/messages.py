"""How workers treat messages whose age they can only guess."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from celery.worker.request import Request

CLOCK_SKEW = timedelta(minutes=3)
"""How far apart the clocks of two hosts may be."""


class SkewTolerantRequest(Request):
    """A message that lives longer than its sender said, by as much as clocks may differ.

    `expires` is a moment by the sender's clock, compared with the worker's. A beat two minutes behind its workers would
    otherwise send nothing but messages that are dead on arrival, and nobody would capture.
    """

    def maybe_expire(self) -> Literal[True] | None:
        """Return True if the message is too old, and remember it as revoked then."""
        expires_at: datetime | None = self.expires
        if expires_at is None or datetime.now(UTC) <= expires_at + CLOCK_SKEW:
            return None
        return super().maybe_expire()
