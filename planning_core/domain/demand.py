"""Demand of the classic policy: average daily sales up to a target date, what they need, and what is missing."""

from dataclasses import dataclass

import numpy as np

from planning_core.domain.arrays import FloatArray, IntArray, find_group_starts, sum_by_group
from planning_core.domain.inputs import Articles, Listings, PlanningInputs

DEFAULT_HORIZON_DAYS = 60
NO_SALES_COVERAGE_DAYS = 9999.0
"""Cover of an article that does not sell: a sentinel of the version 1 contract."""

QUANTITY_LIMIT = 2**53
"""No article needs more pieces than this: beyond it a double no longer tells one piece from the next."""


@dataclass(frozen=True, eq=False)
class Demands:
    """One row per article of the run, in its order; shape (n_articles,)."""

    units: IntArray
    """Units in the window."""
    days: IntArray
    """Distinct days of the window that have a row."""
    wb_skus: IntArray
    """Distinct codes."""
    average_per_day: FloatArray
    horizon_days: IntArray
    forecast: FloatArray
    stock: IntArray
    coverage_days: FloatArray
    deficit: IntArray


def compute_demands(inputs: PlanningInputs, *, horizon_days: int | None = None) -> Demands:
    """Return the demand of every article on the target date of the inputs.

    Args:
        inputs: The run's inputs; their demand window is the days that the average looks at.
        horizon_days: Days to cover, for all articles; by default each article's own target coverage.
    """
    count = len(inputs.articles.id)
    article, wb_sku = _list_article_codes(inputs.listings)
    sales = inputs.wb_skus.sales
    units = sum_by_group(article, sales.window_units[wb_sku], count)
    stock = sum_by_group(article, inputs.wb_skus.stock[wb_sku], count)
    days = np.zeros(count, dtype=np.int64)
    starts = find_group_starts(article)
    if len(starts):
        union = np.bitwise_or.reduceat(sales.window_days[wb_sku], starts, axis=0)
        days[article[starts]] = np.bitwise_count(union).sum(axis=1, dtype=np.int64)
    horizon = (
        choose_horizon_days(inputs.articles, inputs.default_target_coverage_days)
        if horizon_days is None
        else np.full(count, horizon_days, dtype=np.int64)
    )
    return judge_demands(
        units=units,
        days=days,
        wb_skus=np.bincount(article, minlength=count).astype(np.int64),
        horizon_days=horizon,
        stock=stock,
        window_days=inputs.window_days,
    )


def judge_demands(
    *,
    units: IntArray,
    days: IntArray,
    wb_skus: IntArray,
    horizon_days: IntArray,
    stock: IntArray,
    window_days: int,
) -> Demands:
    """Return the demand of articles whose inputs are known; all arrays have one row per article.

    Args:
        units: Units sold in the window.
        days: Distinct days of the window that have a row.
        wb_skus: Distinct Wildberries codes.
        horizon_days: Days to cover.
        stock: Stock at Wildberries.
        window_days: Length of the window: the average divides by no more days.
    """
    count = len(units)
    sells = (units > 0) & (days > 0)
    average = np.divide(units, np.minimum(window_days, days), out=np.zeros(count), where=sells)
    forecast: FloatArray = average * horizon_days
    return Demands(
        units=units,
        days=days,
        wb_skus=wb_skus,
        average_per_day=average,
        horizon_days=horizon_days,
        forecast=forecast,
        stock=stock,
        coverage_days=np.divide(stock, average, out=np.full(count, NO_SALES_COVERAGE_DAYS), where=average != 0),
        deficit=truncate_quantities(np.subtract(forecast, stock, dtype=np.float64)),
    )


def choose_horizon_days(articles: Articles, default_target_coverage_days: int | None) -> IntArray:
    """Return how many days each article's order should cover: its own setting, else the global default, else 60."""
    default = DEFAULT_HORIZON_DAYS if default_target_coverage_days is None else default_target_coverage_days
    return np.where(articles.has_target_coverage, articles.target_coverage_days, default)


def truncate_quantities(quantities: FloatArray) -> IntArray:
    """Return quantities truncated toward zero, within 0 and `QUANTITY_LIMIT`.

    Example:
        >>> truncate_quantities(np.array([2.999, -3.5, 1e300])).tolist()
        [2, 0, 9007199254740992]
    """
    return np.clip(quantities, 0, QUANTITY_LIMIT).astype(np.int64)


def _list_article_codes(listings: Listings) -> tuple[IntArray, IntArray]:
    """Return the distinct pairs (article, Wildberries code) by article."""
    order = np.lexsort((listings.wb_sku, listings.article))
    article, wb_sku = listings.article[order], listings.wb_sku[order]
    firsts = find_group_starts(article, wb_sku)
    return article[firsts], wb_sku[firsts]
