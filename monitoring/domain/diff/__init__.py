"""What made a metric change between two slots: who, from what to what, and why."""

from monitoring.domain.diff.accounts import compare_accounts
from monitoring.domain.diff.bundles import compare_bundles
from monitoring.domain.diff.orders import compare_orders
from monitoring.domain.diff.result import ABSENT, CauseTotal, Diff, DiffContributor, Transition
from monitoring.domain.facts import Facts
from monitoring.domain.metrics import METRIC_BY_NAME, Explanation

__all__ = ["ABSENT", "CauseTotal", "Diff", "DiffContributor", "Transition", "compare_facts"]


def compare_facts(before: Facts, after: Facts, *, metric: str, top: int) -> Diff:
    """Return what made a metric change.

    Args:
        before: The facts of the earlier slot, with the parts that explain the metric.
        after: Those of the later slot.
        metric: Name of the metric.
        top: How many contributors to describe, the largest changes first.
    """
    kind = METRIC_BY_NAME[metric].explained_by
    if kind is Explanation.BUNDLE_RISK_LEVELS:
        return compare_bundles(before, after, metric=metric, top=top)
    if kind is Explanation.ORDER_REASONS:
        return compare_orders(before, after, metric=metric, top=top)
    return compare_accounts(before.accounts, after.accounts, metric=metric, top=top)
