"""Buckets of a time series: which periods a range of time falls into."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from monitoring.domain.slots import EPOCH

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
FIRST_MONDAY = date(1970, 1, 5)  # days are counted from a Monday, so that a step of 7 days is a calendar week

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}

# What people call round. A series nobody chose a step for takes the first that keeps it short.
ROUND_STEPS = tuple(
    timedelta(seconds=count * UNITS[unit])
    for unit, counts in {"m": (1, 5, 10, 15, 20, 30), "h": (1, 2, 3, 4, 6, 8, 12), "d": (1, 2, 7, 14, 28)}.items()
    for count in counts
)


@dataclass(frozen=True, slots=True)
class Grid:
    """Periods of equal length without end in either direction, each numbered by its place.

    A step of whole days follows the business days: every bucket begins at midnight in the zone, and steps of several
    days are counted from a Monday. Any other step follows the epoch, as slots do. So the same moment always falls into
    the same bucket, whatever range is asked for.

    Args:
        step: Length of a bucket, whole seconds, positive.
        zone: Where a business day begins.
    """

    step: timedelta
    zone: tzinfo

    def find_place(self, moment: datetime) -> int:
        """Return the place of the bucket that holds a moment; a bucket's start belongs to the bucket.

        Args:
            moment: A time with a zone.
        """
        if self._days:
            return (moment.astimezone(self.zone).date() - FIRST_MONDAY).days // self._days
        return (moment - EPOCH) // self.step

    def compute_start(self, place: int) -> datetime:
        """Return when the bucket of a place begins, which is when the one before it ends [UTC]."""
        if self._days:
            day = FIRST_MONDAY + place * self.step
            return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)
        return EPOCH + place * self.step

    def count_buckets(self, start: datetime, end: datetime) -> int:
        """Return how many buckets a half-open range touches.

        Args:
            start: The first moment of the range.
            end: The first moment after it, later than `start`.
        """
        return self.find_place(end - MOMENT) - self.find_place(start) + 1

    def list_edges(self, start: datetime, end: datetime) -> list[datetime]:
        """Return the starts of all buckets that a half-open range touches, and the end of the last one [UTC].

        Args:
            start: The first moment of the range.
            end: The first moment after it, later than `start`.

        Returns:
            One edge more than `count_buckets`, strictly increasing.

        Example:
            >>> start = datetime(2026, 1, 5, 7, tzinfo=UTC)
            >>> edges = Grid(timedelta(hours=6), UTC).list_edges(start, start + timedelta(hours=6))
            >>> [f"{edge:%H:%M}" for edge in edges]
            ['06:00', '12:00', '18:00']
        """
        first = self.find_place(start)
        return [self.compute_start(first + n) for n in range(self.count_buckets(start, end) + 1)]

    @property
    def _days(self) -> int:
        """Whole days in a step, 0 if the step is not made of days."""
        return 0 if self.step % DAY else self.step // DAY


def choose_step(start: datetime, end: datetime, *, interval: timedelta, zone: tzinfo, max_points: int) -> timedelta:
    """Return the shortest round step that keeps a range short, at least one slot.

    Args:
        start: The first moment of the range.
        end: The first moment after it, later than `start`.
        interval: Length of a slot; the step is a whole multiple of it.
        zone: Where a business day begins.
        max_points: How many buckets at most, positive.
    """
    round_steps = sorted({interval, *(step for step in ROUND_STEPS if not step % interval)})
    fitting = (step for step in round_steps if Grid(step, zone).count_buckets(start, end) <= max_points)
    return next(fitting, None) or find_smallest_step(start, end, interval=interval, zone=zone, max_points=max_points)


def find_smallest_step(
    start: datetime, end: datetime, *, interval: timedelta, zone: tzinfo, max_points: int
) -> timedelta:
    """Return the smallest whole number of slots that divides a range into few enough buckets.

    Args:
        start: The first moment of the range.
        end: The first moment after it, later than `start`.
        interval: Length of a slot.
        zone: Where a business day begins.
        max_points: How many buckets at most, at least 2: a range that crosses an edge touches two, however long the
            step is.
    """
    slots = max(-(-(end - start) // (max_points * interval)), 1)
    # a range that does not begin at an edge touches one bucket more than its length says
    while Grid(slots * interval, zone).count_buckets(start, end) > max_points:
        slots += 1
    return slots * interval


def format_step(step: timedelta) -> str:
    """Return a step as it is written in a query, in the largest unit that fits.

    Args:
        step: Whole seconds, positive.

    Example:
        >>> format_step(timedelta(minutes=90)), format_step(timedelta(days=2)), format_step(timedelta(seconds=100))
        ('90m', '2d', '100s')
    """
    seconds = step // timedelta(seconds=1)
    unit = next(unit for unit in ("d", "h", "m", "s") if seconds % UNITS[unit] == 0)
    return f"{seconds // UNITS[unit]}{unit}"
