"""Run the classic policy over the stored data."""

from collections.abc import Sequence
from datetime import date

from planning_core.domain.portfolio import Portfolio, compute_classic_portfolio
from planning_core.domain.risk_entries import RiskFocusEntry
from planning_core.selectors.inputs import load_planning_inputs


def compute_portfolio(*, as_of: date, article_ids: Sequence[int] | None = None) -> Portfolio:
    """Return bundle risk, demand and orders of articles as of a business day (metrics version 1).

    Args:
        as_of: Last day of the demand window. Stock and settings are those of now.
        article_ids: Exactly these articles (duplicates once, unknown ids dropped, inactive ones included); by default
            all active ones.

    Returns:
        The result, by article id; everything in it is computed in memory from three SQL statements.
    """
    return compute_classic_portfolio(load_planning_inputs(target_date=as_of, article_ids=article_ids))


def list_risk_focus(*, as_of: date, limit: int) -> list[RiskFocusEntry]:
    """Return the first `limit` bundle types of active articles by urgency, each with what its article orders."""
    return compute_portfolio(as_of=as_of).list_risk_focus(limit)
