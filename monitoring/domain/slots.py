"""Slot arithmetic: which period of the grid a moment belongs to."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def compute_slot(moment: datetime, *, interval: timedelta) -> datetime:
    """Return the start of the slot that holds a moment: floor(epoch / interval) * interval.

    The capture itself asks PostgreSQL, whose clock decides; this is for times that are already known, such as those of
    imported snapshots. A test holds the two equal.

    Args:
        moment: A time with a zone; the slot's start belongs to the slot.
        interval: Length of a slot, positive.

    Returns:
        The slot's start in UTC.

    Raises:
        ValueError: If the interval is not positive or the moment has no time zone.

    Example:
        >>> str(compute_slot(datetime(2026, 1, 5, 10, 44, 59, tzinfo=UTC), interval=timedelta(minutes=15)))
        '2026-01-05 10:30:00+00:00'
    """
    if interval <= timedelta(0):
        raise ValueError(f"interval must be positive, not {interval}.")
    if moment.tzinfo is None:
        raise ValueError(f"moment must have a time zone: {moment.isoformat()}.")
    return EPOCH + (moment - EPOCH) // interval * interval
