"""What made a metric change between two slots: who, from what to what, and why."""

from monitoring.domain.diff.accounts import compare_accounts, list_counted, pair_accounts
from monitoring.domain.diff.bundles import compare_bundles, pair_bundles
from monitoring.domain.diff.orders import compare_orders, pair_orders
from monitoring.domain.diff.pairs import Pairs
from monitoring.domain.diff.result import ABSENT, CauseTotal, Diff, DiffContributor, Transition
from monitoring.domain.facts import Facts
from monitoring.domain.metrics import METRIC_BY_NAME, Explanation

__all__ = ["ABSENT", "CauseTotal", "Diff", "DiffContributor", "Pairs", "Transition", "compare_facts", "pair_facts"]


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


def pair_facts(before: Facts, after: Facts, *, metric: str) -> Pairs:
    """Return everybody who is in one of two slots with his part of the metric, then and now, without asking why.

    Args:
        before: The facts of the earlier slot, with the parts that explain the metric.
        after: Those of the later slot.
        metric: Name of the metric.
    """
    kind = METRIC_BY_NAME[metric].explained_by
    if kind is Explanation.BUNDLE_RISK_LEVELS:
        return pair_bundles(before.planning.bundles, after.planning.bundles, metric=metric)
    if kind is Explanation.ORDER_REASONS:
        return pair_orders(before.planning.orders, after.planning.orders, metric=metric)
    old, new = (list_counted(facts.accounts, metric) for facts in (before, after))
    return pair_accounts(old, new, metric=metric)
