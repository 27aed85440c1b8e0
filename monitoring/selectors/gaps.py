"""Slots that nobody filled, and why, as the run log tells it."""

from datetime import datetime

from monitoring.models import MonitoringGap
from monitoring.selectors.pages import Page, Position, load_page

# Over the runs of one slot (rows `attempt`, none of them matched by a LEFT JOIN). An attempt says more than a refusal:
# somebody who failed had the lock, somebody who found it taken was at least there. A run of a slot that is over and
# still called running was killed.
REASON_OF_ATTEMPTS = """CASE
    WHEN bool_or(attempt.state IN ('failed', 'running')) THEN 'failed'
    WHEN bool_or(attempt.state IN ('skipped_locked', 'lost_race')) THEN 'lock_held'
    WHEN bool_or(attempt.state = 'disabled') THEN 'disabled'
    ELSE 'no_worker'
END"""


def load_gap_page(
    *,
    limit: int,
    reason: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    position: Position | None = None,
) -> Page[MonitoringGap]:
    """Return a page of gaps, newest slot first, in one statement.

    Args:
        limit: How many at most, positive.
        reason: One of `GapReason`; all if left out.
        start: Leave out slots before this moment.
        end: Leave out slots at this moment or later.
        position: Where the page begins; at the newest gap if left out.
    """
    conditions = {"reason": reason, "slot__gte": start, "slot__lt": end}
    wanted = MonitoringGap.objects.filter(**{name: value for name, value in conditions.items() if value is not None})
    return load_page(wanted, at="slot", limit=limit, position=position)
