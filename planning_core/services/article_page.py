"""Everything that an article's page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from planning_core.domain.article_explanation import ArticleExplanation, build_article_explanation
from planning_core.domain.inputs import Labels
from planning_core.domain.order_entries import ProposalLine, list_proposal_lines
from planning_core.domain.projection import Arrival, Projection, project_stock
from planning_core.selectors.article_page import (
    BundleStockAt,
    PieceStock,
    SalesDay,
    SupplyLine,
    list_bundle_stock,
    list_piece_stock,
    list_sales_days,
    list_supplies,
)
from planning_core.services.articles import check_found
from planning_core.services.portfolio import compute_portfolio
from planning_core.services.proposals import POLICY_VERSION

SALES_DAYS = 90
PROJECTION_DAYS = 90


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article: the plan explained, its stock by place, its sales, and what is to come."""

    explanation: ArticleExplanation
    labels: Labels
    size_order: Sequence[int]
    """Ids of the article's sizes, in the order of the size run."""
    lines: list[ProposalLine]
    pieces: list[PieceStock]
    bundles: list[BundleStockAt]
    supplies: list[SupplyLine]
    sales_from: date
    sales: list[SalesDay]
    projections: list[Projection]
    has_listings: bool
    has_recipes: bool
    has_skus: bool


def get_article_view(*, article_id: int, as_of: date) -> ArticleView:
    """Return an article as its page shows it, in seven SQL statements.

    Args:
        article_id: Which article.
        as_of: Last day of the sales shown; the projection begins on it. Stock is that of now.

    Raises:
        NotFoundError: If there is no such article.
    """
    portfolio = compute_portfolio(as_of=as_of, article_ids=[article_id])
    inputs = portfolio.inputs
    check_found(inputs, article_id)
    supplies = list_supplies(article_id)
    arrivals = [Arrival(line.sku_id, line.eta_date.toordinal(), line.quantity) for line in supplies]
    sales_from = as_of - timedelta(days=SALES_DAYS - 1)
    sizes = zip(inputs.skus.size_order.tolist(), inputs.skus.size_id.tolist(), strict=True)
    return ArticleView(
        explanation=build_article_explanation(portfolio, policy_version=POLICY_VERSION),
        labels=inputs.labels,
        size_order=[size_id for _order, size_id in sorted(set(sizes))],
        lines=list_proposal_lines(inputs, portfolio.orders),
        pieces=list_piece_stock(article_id),
        bundles=list_bundle_stock(article_id),
        supplies=supplies,
        sales_from=sales_from,
        sales=list_sales_days(article_id, start=sales_from, end=as_of),
        projections=project_stock(inputs, portfolio.risks, arrivals, days=PROJECTION_DAYS),
        has_listings=len(inputs.listings.article) > 0,
        has_recipes=len(inputs.recipes.article) > 0,
        has_skus=len(inputs.skus.id) > 0,
    )
