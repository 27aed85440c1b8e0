"""Report whether the plan can be trusted."""

from datetime import date, datetime

from planning_core.domain.planning_health import PlanningHealth, judge_planning
from planning_core.selectors.planning_health import load_planning_facts


def evaluate_planning_health(*, as_of: date, now: datetime) -> PlanningHealth:
    """Return the age of each input and the issues found, the worst first, in 3 SQL statements.

    Args:
        as_of: The business day planned as of.
        now: The moment from which the age of stock counts.
    """
    return judge_planning(load_planning_facts(as_of=as_of), as_of=as_of, now=now)
