"""How old the data of a source may be before they are called old, by the limits that planning health has for stock."""

from datetime import timedelta
from enum import StrEnum

from planning_core.domain.planning_health import STOCK_DEAD_DAYS, STOCK_LATE_DAYS

OLD_AFTER = timedelta(days=STOCK_LATE_DAYS)
DEAD_AFTER = timedelta(days=STOCK_DEAD_DAYS)


class SourceGrade(StrEnum):
    """From good to bad; `never` means that nothing ever came."""

    RECENT = "recent"
    OLD = "old"
    DEAD = "dead"
    NEVER = "never"


def grade_age(age_seconds: int | None) -> SourceGrade:
    """Return how bad the age of a source is; every limit belongs to the better side.

    Args:
        age_seconds: Seconds since its last good sync; None if there was none.

    Example:
        >>> [grade_age(hours * 3600).value for hours in (24, 25, 73)]
        ['recent', 'old', 'dead']
    """
    if age_seconds is None:
        return SourceGrade.NEVER
    age = timedelta(seconds=age_seconds)
    if age > DEAD_AFTER:
        return SourceGrade.DEAD
    return SourceGrade.OLD if age > OLD_AFTER else SourceGrade.RECENT
