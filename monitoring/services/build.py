"""Building the values of a snapshot."""

from dataclasses import asdict
from datetime import date

from integrations.selectors.accounts import AccountCounts, count_accounts
from monitoring.domain.metrics import MetricValues
from planning_core.domain.portfolio import Portfolio
from planning_core.services.portfolio import compute_portfolio


def build_values(*, as_of: date) -> MetricValues:
    """Return every metric as of a business day.

    The number of statements does not depend on the number of articles. What is read is consistent if the caller runs
    this inside `consistent_view`.

    Args:
        as_of: The business day to plan as of.
    """
    return combine_values(compute_portfolio(as_of=as_of), count_accounts())


def combine_values(portfolio: Portfolio, accounts: AccountCounts) -> MetricValues:
    """Return the metrics that a portfolio of all active articles and the accounts make."""
    return {
        **{f"risk_{level}": count for level, count in portfolio.risk_counts.items()},
        **asdict(accounts),
        "articles_with_orders": portfolio.articles_with_orders,
        "total_final_order_qty": portfolio.total_final_order_qty,
    }
