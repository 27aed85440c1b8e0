"""When a message that could not be sent is tried again, and when it is given up."""

from datetime import datetime, timedelta

LONGEST_DELAY = timedelta(hours=1)
JITTER_RATIO = 0.2
MOST_ATTEMPTS = 100
"""More than any series of failures makes in a day: these attempts ended without a word, and killed who made them."""


def compute_delay(attempts: int, *, first: timedelta, chance: float) -> timedelta:
    """Return how long to wait after an attempt that failed: doubled with every attempt, up to an hour.

    Chance makes it up to a fifth shorter, lest all that failed together come back together.

    Args:
        attempts: How many were made, at least 1.
        first: The wait after the first one.
        chance: A random number [0, 1).

    Example:
        >>> [compute_delay(n, first=timedelta(seconds=10), chance=0).seconds for n in (1, 2, 3, 9, 10, 99)]
        [10, 20, 40, 2560, 3600, 3600]
        >>> compute_delay(1, first=timedelta(seconds=10), chance=0.5).seconds
        9
    """
    doublings = min(attempts - 1, 30)  # far beyond the longest delay, and no overflow
    return min(LONGEST_DELAY, first * (1 << doublings)) * (1 - JITTER_RATIO * chance)


def plan_retry(
    *, now: datetime, created_at: datetime, delay: timedelta, give_up_after: timedelta, retry_after: timedelta | None
) -> datetime | None:
    """Return when to try again; None if it is time to give up.

    The last attempt is made at the end of the time that there is, however long the receiver asks to be left alone.

    Args:
        now: The time of the failure.
        created_at: When the message was posted.
        delay: The wait by our own rule.
        give_up_after: How long a message is tried.
        retry_after: How long the receiver asks to be left alone; None if it does not say.
    """
    end = created_at + give_up_after
    if now >= end:
        return None
    return min(now + max(delay, retry_after or delay), end)


def is_exhausted(*, attempts: int, now: datetime, created_at: datetime, give_up_after: timedelta) -> bool:
    """Return whether a message is not worth another attempt: it is too old, and had more than failures explain.

    Age alone is no reason: after a night without workers everything is old, and still wants to be told.

    Args:
        attempts: How many were made.
        now: The time.
        created_at: When it was posted.
        give_up_after: How long a message is tried.
    """
    return attempts > MOST_ATTEMPTS and now - created_at >= give_up_after
