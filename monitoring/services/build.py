"""Building a snapshot: its values, and what explains them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from integrations.selectors.accounts import AccountCounts, AccountState, count_accounts, list_account_states
from monitoring.domain.facts import MOYSKLAD, WB, AccountRow, Facts
from monitoring.domain.metrics import MetricValues
from planning_core.domain.fact_hashes import hash_settings
from planning_core.domain.facts import build_planning_facts
from planning_core.domain.portfolio import Portfolio
from planning_core.models import DataSource
from planning_core.selectors.source_syncs import SourceState, list_source_syncs
from planning_core.services.portfolio import compute_portfolio

VENDOR_SOURCES: Mapping[str, Collection[DataSource]] = {
    WB: (DataSource.LISTINGS, DataSource.SALES, DataSource.PRICES, DataSource.WB_STOCK),
    MOYSKLAD: (DataSource.CATALOGUE, DataSource.OWN_STOCK, DataSource.IN_TRANSIT),
}

SourceTimes = Mapping[str, datetime | None]
"""When each source last came [UTC], by its name; None where it never did."""


@dataclass(frozen=True)
class SnapshotBuild:
    """A snapshot that is not stored yet.

    Attributes:
        values: Value by metric name.
        facts: What the values are the sums of.
        settings_hash: Of the settings that the plan was made with.
        sources: How old the data were.
    """

    values: MetricValues
    facts: Facts
    settings_hash: str
    sources: SourceTimes


def build_snapshot(*, as_of: date) -> SnapshotBuild:
    """Return every metric as of a business day, and its facts.

    The number of statements does not depend on the number of articles. What is read is consistent if the caller runs
    this inside `consistent_view`.

    Args:
        as_of: The business day to plan as of.
    """
    return combine_build(
        compute_portfolio(as_of=as_of), accounts=list_account_states(), sources=describe_sources(list_source_syncs())
    )


def combine_build(portfolio: Portfolio, *, accounts: Sequence[AccountState], sources: SourceTimes) -> SnapshotBuild:
    """Return the snapshot that a portfolio of all active articles, the accounts and their sources make."""
    rows = [
        AccountRow(
            vendor=account.vendor,
            account_id=account.account_id,
            name=account.name,
            is_active=account.is_active,
            last_good_sync_at=find_oldest_sync(account.vendor, sources) if account.is_active else None,
        )
        for account in accounts
    ]
    return SnapshotBuild(
        values=combine_values(portfolio, _count(accounts)),
        facts=Facts(build_planning_facts(portfolio), rows),
        settings_hash=hash_settings(portfolio.inputs),
        sources=sources,
    )


def describe_sources(states: Sequence[SourceState]) -> SourceTimes:
    """Return when each source last came."""
    return {state.source.value: state.last_good_at for state in states}


def find_oldest_sync(vendor: str, sources: SourceTimes) -> datetime | None:
    """Return when the oldest of a vendor's sources came: an account is as fresh as what it brings least often."""
    times = [at for source in VENDOR_SOURCES[vendor] if (at := sources.get(source.value)) is not None]
    return min(times, default=None)


def build_values(*, as_of: date) -> MetricValues:
    """Return every metric as of a business day, without what explains it.

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


def _count(accounts: Sequence[AccountState]) -> AccountCounts:
    counts = {
        f"{vendor}_accounts_{kind}": sum(
            account.vendor == vendor and (kind == "total" or account.is_active) for account in accounts
        )
        for vendor in VENDOR_SOURCES
        for kind in ("total", "active")
    }
    return AccountCounts(**counts)
