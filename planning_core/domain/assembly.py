"""Join rows as they were read, by id, into tables that refer to each other by position."""

from collections.abc import Mapping

import numpy as np

from planning_core.domain.arrays import IntArray, locate, sum_by_group
from planning_core.domain.inputs import NO_ID, ColorMinimums, ElasticMinimums, Listings, Recipes, Skus

Columns = Mapping[str, IntArray]
"""Rows of a table, column by column, in any order. Rows that refer to an article out of scope are dropped."""


def assemble_skus(
    *,
    article_ids: IntArray,
    skus: Columns,
    balances: Columns,
    internal_warehouse_ids: IntArray,
    packing_warehouse_id: int | None,
) -> Skus:
    """Return the SKUs of the articles with what is on hand.

    Args:
        article_ids: Ascending.
        skus: id, article_id, color_id, size_id, size_order.
        balances: sku_id, warehouse_id, quantity.
        internal_warehouse_ids: Ascending.
        packing_warehouse_id: Where single pieces are packed into bundles, None for nowhere.
    """
    rows, article = _keep_known(article_ids, skus)
    order = np.argsort(rows["id"])
    rows, article = {name: column[order] for name, column in rows.items()}, article[order]
    sku, known = locate(rows["id"], balances["sku_id"])
    sku, warehouse, quantity = sku[known], balances["warehouse_id"][known], balances["quantity"][known]
    _, internal = locate(internal_warehouse_ids, warehouse)
    packing = warehouse == (NO_ID if packing_warehouse_id is None else packing_warehouse_id)
    count = len(order)
    has_internal_balance = np.zeros(count, dtype=np.bool_)
    has_internal_balance[sku[internal]] = True
    return Skus(
        id=rows["id"],
        article=article,
        color_id=rows["color_id"],
        size_id=rows["size_id"],
        size_order=rows["size_order"],
        packing_on_hand=sum_by_group(sku[packing], quantity[packing], count),
        internal_on_hand=sum_by_group(sku[internal], quantity[internal], count),
        has_internal_balance=has_internal_balance,
        total_on_hand=sum_by_group(sku, quantity, count),
    )


def assemble_listings(*, article_ids: IntArray, listings: Columns) -> tuple[Listings, IntArray]:
    """Return the mappings of the articles, and the ascending ids of the Wildberries codes that they name.

    Args:
        article_ids: Ascending.
        listings: article_id, wb_sku_id, bundle_type_id, size_id; `NO_ID` where the last two are empty.
    """
    rows, article = _keep_known(article_ids, listings)
    wb_sku_ids, wb_sku = np.unique(rows["wb_sku_id"], return_inverse=True)
    table = Listings(
        article=article,
        wb_sku=wb_sku.astype(np.int64),
        bundle_type_id=rows["bundle_type_id"],
        size_id=rows["size_id"],
    )
    return table, wb_sku_ids


def assemble_recipes(*, article_ids: IntArray, recipes: Columns) -> Recipes:
    """Return the recipe lines of the articles.

    Args:
        article_ids: Ascending.
        recipes: article_id, bundle_type_id, color_id.
    """
    rows, article = _keep_known(article_ids, recipes)
    return Recipes(article=article, bundle_type_id=rows["bundle_type_id"], color_id=rows["color_id"])


def assemble_color_minimums(*, article_ids: IntArray, minimums: Columns) -> ColorMinimums:
    """Return the colour minimums of the articles.

    Args:
        article_ids: Ascending.
        minimums: article_id, color_id, quantity.
    """
    rows, article = _keep_known(article_ids, minimums)
    return ColorMinimums(article=article, color_id=rows["color_id"], quantity=rows["quantity"])


def assemble_elastic_minimums(*, article_ids: IntArray, minimums: Columns) -> ElasticMinimums:
    """Return the elastic minimums of the articles, by row id.

    Args:
        article_ids: Ascending.
        minimums: id, article_id, elastic_type_id, quantity.
    """
    rows, article = _keep_known(article_ids, minimums)
    order = np.argsort(rows["id"])
    return ElasticMinimums(
        article=article[order], elastic_type_id=rows["elastic_type_id"][order], quantity=rows["quantity"][order]
    )


def assemble_wb_stock(*, wb_sku_ids: IntArray, stocks: Columns) -> IntArray:
    """Return the stock per Wildberries code over all warehouses.

    Args:
        wb_sku_ids: Ascending.
        stocks: wb_sku_id, quantity.
    """
    wb_sku, known = locate(wb_sku_ids, stocks["wb_sku_id"])
    return sum_by_group(wb_sku[known], stocks["quantity"][known], len(wb_sku_ids))


def _keep_known(article_ids: IntArray, rows: Columns) -> tuple[dict[str, IntArray], IntArray]:
    """Return the rows whose article is in scope, and the article's position for each."""
    article, known = locate(article_ids, rows["article_id"])
    if known.all():
        return dict(rows), article
    return {name: column[known] for name, column in rows.items()}, article[known]
