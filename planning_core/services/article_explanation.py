"""Explain one article."""

from datetime import date

from planning_core.domain.article_explanation import ArticleExplanation, build_article_explanation
from planning_core.services.articles import check_found
from planning_core.services.portfolio import compute_portfolio
from planning_core.services.proposals import POLICY_VERSION


def explain_article(*, article_id: int, as_of: date) -> ArticleExplanation:
    """Return why an article is ordered in its quantity and has its risk levels, active or not, in three SQL statements.

    Args:
        article_id: Which article.
        as_of: Last day of the demand window. Stock and settings are those of now.

    Raises:
        NotFoundError: If there is no such article.
    """
    portfolio = compute_portfolio(as_of=as_of, article_ids=[article_id])
    check_found(portfolio.inputs, article_id)
    return build_article_explanation(portfolio, policy_version=POLICY_VERSION)
