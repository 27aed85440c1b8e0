"""The numbers behind one article's order, stage by stage, read from the result of a run."""

from dataclasses import dataclass

import numpy as np

from planning_core.domain.order_entries import find_elastic_type_name
from planning_core.domain.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class ArticlePlan:
    """The numbers of one article, stage by stage."""

    units: int
    days: int
    window_days: int
    average: float
    horizon_days: int
    forecast: float
    stock: int
    deficit: int
    has_settings: bool
    is_active: bool
    factor: float
    proposed: int
    fabric_minimum: int
    with_fabric_minimum: int
    elastic_minimum: int
    planned: int
    n_skus: int
    n_colors: int
    n_color_minimums: int
    n_colors_raised: int
    with_color_minimums: int
    elastic_type: str
    elastic_type_minimum: int
    final: int


def read_article_plan(portfolio: Portfolio, row: int) -> ArticlePlan:
    """Return the numbers of one article.

    Args:
        portfolio: The result of a run.
        row: The article's place in it.
    """
    inputs, demands, orders = portfolio.inputs, portfolio.demands, portfolio.orders
    articles, plans, colors = inputs.articles, orders.plans, orders.colors
    own = colors.article == row
    return ArticlePlan(
        units=int(demands.units[row]),
        days=int(demands.days[row]),
        window_days=inputs.window_days,
        average=float(demands.average_per_day[row]),
        horizon_days=int(demands.horizon_days[row]),
        forecast=float(demands.forecast[row]),
        stock=int(demands.stock[row]),
        deficit=int(demands.deficit[row]),
        has_settings=bool(articles.has_settings[row]),
        is_active=bool(articles.is_active[row]),
        factor=float(plans.factor[row]),
        proposed=int(plans.proposed[row]),
        fabric_minimum=int(articles.min_fabric_batch[row]),
        with_fabric_minimum=int(plans.with_fabric_minimum[row]),
        elastic_minimum=int(articles.min_elastic_batch[row]),
        planned=int(plans.planned[row]),
        n_skus=int(np.count_nonzero(inputs.skus.article == row)),
        n_colors=int(np.count_nonzero(own)),
        n_color_minimums=int(np.count_nonzero(colors.minimum[own])),
        n_colors_raised=int(np.count_nonzero(colors.with_minimum[own] > colors.split[own])),
        with_color_minimums=int(colors.with_minimum[own].sum()),
        elastic_type=find_elastic_type_name(inputs, orders, row) or "",
        elastic_type_minimum=int(plans.elastic_type_minimum[row]),
        final=int(colors.quantity[own].sum()),
    )
