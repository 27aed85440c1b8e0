"""What is said about a metric, about those who make it, and about what moved them."""

from collections.abc import Mapping

from monitoring.domain.causes import Cause, CauseShare
from monitoring.domain.contributors import AccountDetails, BundleDetails, Contributor, Details, OrderDetails
from monitoring.domain.diff import DiffContributor
from planning_core.domain.explanations import explain_demand, explain_risk
from planning_core.domain.messages import Message

STOCK_CAUSES = (Cause.STOCK_FELL, Cause.STOCK_ARRIVED)
SALES_CAUSES = (Cause.SALES_RATE_UP, Cause.SALES_RATE_DOWN)
BEFORE_AND_AFTER = frozenset({"before", "after"})

CODES: Mapping[str, frozenset[str]] = {
    **{
        f"cause.{cause}": BEFORE_AND_AFTER if cause in (*STOCK_CAUSES, *SALES_CAUSES) else frozenset()
        for cause in Cause
    },
    "account.active": frozenset(),
    "account.inactive": frozenset(),
}
"""Every code of monitoring, and the names of the parameters that it always comes with."""


def explain_contributor(contributor: Contributor) -> Message:
    """Return why somebody contributes to a metric."""
    return explain_details(contributor.details)


def explain_details(details: Details) -> Message:
    """Return what follows from what, for a bundle, an order or an account."""
    if isinstance(details, BundleDetails):
        return explain_risk(
            level=details.risk_level,
            average=details.avg_daily_sales,
            total=details.total_available_bundles,
            cover=details.days_of_cover,
            thresholds=(
                details.safety_stock_days,
                details.alert_threshold_days,
                details.overstock_threshold_days,
            ),
        )
    if isinstance(details, OrderDetails):
        return explain_demand(
            units=details.units,
            days=details.sales_days,
            average=details.avg_daily_sales,
            horizon=details.target_coverage_days,
            forecast=details.avg_daily_sales * details.target_coverage_days,
            stock=details.current_stock,
            deficit=details.base_deficit,
        )
    return Message("account.active" if details.is_active else "account.inactive", {})


def explain_cause(share: CauseShare, contributor: DiffContributor) -> Message:
    """Return what changed, with the numbers of then and of now where it is a number."""
    code = f"cause.{share.cause}"
    before, after = contributor.details_before, contributor.details_after
    if before is None or after is None or isinstance(before, AccountDetails) or isinstance(after, AccountDetails):
        return Message(code, {})
    if share.cause in STOCK_CAUSES:
        return Message(code, {"before": _count_stock(before), "after": _count_stock(after)})
    if share.cause in SALES_CAUSES:
        return Message(code, {"before": before.avg_daily_sales, "after": after.avg_daily_sales})
    return Message(code, {})


def _count_stock(details: BundleDetails | OrderDetails) -> int:
    if isinstance(details, BundleDetails):
        return details.total_available_bundles
    return details.current_stock
