"""Order proposal of the classic policy: an article's deficit, raised to minimums, split over colours and sizes."""

from dataclasses import dataclass

import numpy as np

from planning_core.domain.arrays import (
    FloatArray,
    IntArray,
    find_group_starts,
    locate,
    number_groups,
    split_evenly,
    sum_by_group,
)
from planning_core.domain.demand import QUANTITY_LIMIT, Demands, truncate_quantities
from planning_core.domain.inputs import Articles, ColorMinimums, ElasticMinimums, PlanningInputs, Skus


@dataclass(frozen=True, eq=False)
class OrderPlans:
    """What is planned per article before it is split, in the order of the run's articles; shape (n_articles,)."""

    factor: FloatArray
    """Strictness where it is positive, else 1."""
    adjusted_deficit: FloatArray
    """Deficit x factor, at most `QUANTITY_LIMIT`."""
    proposed: IntArray
    """Pieces before minimums."""
    with_fabric_minimum: IntArray
    """Pieces after the article's fabric minimum."""
    planned: IntArray
    """Pieces after the article's elastic minimum too; 0 where nothing is proposed."""
    elastic_row: IntArray
    """Row of `ElasticMinimums` with the largest minimum of the article, -1 without a positive one."""
    elastic_type_minimum: IntArray
    """That minimum, 0 without one."""


@dataclass(frozen=True, eq=False)
class ColorOrders:
    """One row per article and colour that is ordered, by article, then colour id; shape (n_colors,)."""

    article: IntArray
    color_id: IntArray
    minimum: IntArray
    """The colour's positive minimum, else 0."""
    split: IntArray
    """The colour's share of what is planned for the article."""
    with_minimum: IntArray
    """Pieces after the colour's minimum."""
    quantity: IntArray
    """Pieces after the minimum of the article's elastic type too."""


@dataclass(frozen=True, eq=False)
class SkuOrders:
    """One row per SKU that is ordered, by article, colour id, size order and SKU id; shape (n_lines,)."""

    sku: IntArray
    quantity: IntArray


@dataclass(frozen=True, eq=False)
class Orders:
    """The proposal of a run."""

    plans: OrderPlans
    colors: ColorOrders
    lines: SkuOrders


def compute_orders(inputs: PlanningInputs, demands: Demands) -> Orders:
    """Return what to order for every active article that has SKUs and a deficit."""
    plans = plan_articles(inputs.articles, inputs.elastic_minimums, demands)
    ordered = _sort_ordered_skus(inputs.skus, plans)
    article, color_id = inputs.skus.article[ordered], inputs.skus.color_id[ordered]
    starts = find_group_starts(article, color_id)
    color_article, color_ids = article[starts], color_id[starts]
    minimum = _find_color_minimums(inputs.color_minimums, color_article, color_ids)
    split = _sum_first_split(inputs.skus, plans, ordered, number_groups(starts, len(ordered)), len(starts))
    with_minimum = np.maximum(split, minimum)
    quantity = _share_elastic_gap(with_minimum, color_article, plans.elastic_type_minimum)
    pieces = split_evenly(quantity, starts, len(ordered))
    return Orders(
        plans=plans,
        colors=_drop_empty_colors(ColorOrders(color_article, color_ids, minimum, split, with_minimum, quantity)),
        lines=SkuOrders(ordered[pieces > 0], pieces[pieces > 0]),
    )


def plan_articles(articles: Articles, elastic: ElasticMinimums, demands: Demands) -> OrderPlans:
    """Return what each article needs before it is split: deficit, strictness and the article's own minimums."""
    factor = np.where(articles.has_settings & (articles.strictness > 0), articles.strictness, 1.0)
    with np.errstate(over="ignore"):  # a strictness of 1e300 ends at the limit all the same
        adjusted = np.minimum(demands.deficit * factor, float(QUANTITY_LIMIT))
    proposed = np.maximum(truncate_quantities(adjusted), demands.deficit)
    with_fabric_minimum = np.maximum(proposed, articles.min_fabric_batch)
    with_minimums = np.maximum(with_fabric_minimum, articles.min_elastic_batch)
    is_planned = articles.has_settings & articles.is_active & (demands.deficit > 0)
    elastic_row = _find_largest_elastic_rows(elastic, len(articles.id))
    has_elastic = elastic_row >= 0
    minimum = np.zeros(len(articles.id), dtype=np.int64)
    minimum[has_elastic] = elastic.quantity[elastic_row[has_elastic]]
    return OrderPlans(
        factor=factor,
        adjusted_deficit=adjusted,
        proposed=proposed,
        with_fabric_minimum=with_fabric_minimum,
        planned=np.where(is_planned, with_minimums, 0),
        elastic_row=elastic_row,
        elastic_type_minimum=minimum,
    )


def _find_largest_elastic_rows(elastic: ElasticMinimums, n_articles: int) -> IntArray:
    """Return each article's row with the largest positive minimum, the first one on a tie, -1 for none."""
    positive = np.flatnonzero(elastic.quantity > 0)
    order = positive[np.lexsort((positive, -elastic.quantity[positive], elastic.article[positive]))]
    firsts = order[find_group_starts(elastic.article[order])]
    rows = np.full(n_articles, -1, dtype=np.int64)
    rows[elastic.article[firsts]] = firsts
    return rows


def _sort_ordered_skus(skus: Skus, plans: OrderPlans) -> IntArray:
    """Return the SKUs of the planned articles by article, colour id, size order and SKU id."""
    planned = np.flatnonzero(plans.planned[skus.article] > 0)
    keys = (skus.id[planned], skus.size_order[planned], skus.color_id[planned], skus.article[planned])
    return planned[np.lexsort(keys)]


def _sum_first_split(skus: Skus, plans: OrderPlans, ordered: IntArray, color: IntArray, n_colors: int) -> IntArray:
    """Return the pieces per colour when each article's plan is split evenly over all its SKUs, sizes first."""
    by_size = np.lexsort((skus.id[ordered], skus.size_order[ordered], skus.article[ordered]))
    article = skus.article[ordered][by_size]
    starts = find_group_starts(article)
    pieces = split_evenly(plans.planned[article[starts]], starts, len(ordered))
    return sum_by_group(color[by_size], pieces, n_colors)


def _find_color_minimums(minimums: ColorMinimums, article: IntArray, color_id: IntArray) -> IntArray:
    """Return the positive minimum of each article and colour, 0 where there is none."""
    color_ids, color = np.unique(np.concatenate([minimums.color_id, color_id]), return_inverse=True)
    key = minimums.article * len(color_ids) + color[: len(minimums.color_id)]
    order = np.argsort(key)
    row, found = locate(key[order], article * len(color_ids) + color[len(minimums.color_id) :])
    found_minimums = np.zeros(len(article), dtype=np.int64)
    found_minimums[found] = np.maximum(minimums.quantity[order][row[found]], 0)
    return found_minimums


def _share_elastic_gap(colors: IntArray, article: IntArray, minimum_of_article: IntArray) -> IntArray:
    """Return the colours' pieces, raised in proportion where an article's sum is below its elastic minimum.

    Args:
        colors: Pieces per article and colour, by article, then colour id.
        article: The article of each.
        minimum_of_article: The elastic minimum per article, 0 for none.
    """
    starts = find_group_starts(article)
    group = number_groups(starts, len(colors))
    total = sum_by_group(group, colors, len(starts))
    gap = np.maximum(minimum_of_article[article[starts]] - total, 0)
    share = np.divide(colors, total[group], out=np.zeros(len(colors)), where=total[group] > 0)
    shared = truncate_quantities(gap[group] * share)
    # Rounding leaves less than one piece per colour over; the whole gap where there is nothing to be in proportion to.
    left_over = np.maximum(gap - sum_by_group(group, shared, len(starts)), 0)
    return colors + shared + split_evenly(left_over, starts, len(colors))


def _drop_empty_colors(colors: ColorOrders) -> ColorOrders:
    """Return the colours of which anything is ordered; the others were empty all along, no step takes pieces away."""
    kept = colors.quantity > 0
    return ColorOrders(**{name: column[kept] for name, column in vars(colors).items()})
