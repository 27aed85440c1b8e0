"""Load everything that a planning run needs in a fixed number of SQL statements."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from planning_core.domain.assembly import (
    assemble_color_minimums,
    assemble_elastic_minimums,
    assemble_listings,
    assemble_recipes,
    assemble_skus,
    assemble_wb_stock,
)
from planning_core.domain.inputs import OBSERVATION_DAYS, Articles, Labels, PlanningInputs, WbSkus
from planning_core.selectors import tables
from planning_core.selectors.sales import load_sales
from planning_core.selectors.scope import Scope


def load_planning_inputs(
    *,
    target_date: date,
    article_ids: Sequence[int] | None = None,
    window_days: int = OBSERVATION_DAYS,
    packing_warehouse_id: int | None = None,
) -> PlanningInputs:
    """Return the inputs of a run, in 12 statements whatever the number of articles.

    Args:
        target_date: Last day of the demand window. Stock and settings are those of now, whatever the date.
        article_ids: Exactly these articles: duplicates once, unknown ids dropped, inactive ones included. None means
            all active articles.
        window_days: Length of the demand window.
        packing_warehouse_id: Where single pieces are packed into bundles; by default the internal warehouse with the
            lowest id.
    """
    scope = Scope(article_ids)
    company = tables.load_company()
    articles, labels = _load_articles(scope)
    listings, wb_sku_ids = assemble_listings(article_ids=articles.id, listings=tables.read_listings(scope))
    sales = load_sales(
        scope=scope,
        wb_sku_ids=wb_sku_ids,
        listings=listings,
        target_date=target_date,
        window_days=window_days,
        latest_sales_date=company.latest_sales_date,
    )
    stock = assemble_wb_stock(wb_sku_ids=wb_sku_ids, stocks=tables.read_wb_stocks(scope))
    internal_ids = company.internal_warehouse_ids
    packing_id = (internal_ids[0] if internal_ids else None) if packing_warehouse_id is None else packing_warehouse_id
    skus = assemble_skus(
        article_ids=articles.id,
        skus=tables.read_skus(scope),
        balances=tables.read_balances(scope),
        internal_warehouse_ids=np.array(internal_ids, dtype=np.int64),
        packing_warehouse_id=packing_id,
    )
    return PlanningInputs(
        target_day=target_date.toordinal(),
        window_days=window_days,
        default_target_coverage_days=company.default_target_coverage_days,
        has_packing_warehouse=packing_id is not None,
        articles=articles,
        skus=skus,
        listings=listings,
        wb_skus=WbSkus(id=wb_sku_ids, stock=stock, sales=sales),
        recipes=assemble_recipes(article_ids=articles.id, recipes=tables.read_recipes(scope)),
        color_minimums=assemble_color_minimums(article_ids=articles.id, minimums=tables.read_color_minimums(scope)),
        elastic_minimums=assemble_elastic_minimums(
            article_ids=articles.id, minimums=tables.read_elastic_minimums(scope)
        ),
        labels=labels,
    )


def _load_articles(scope: Scope) -> tuple[Articles, Labels]:
    rows = tables.read_articles(scope)
    labels = tables.load_labels(scope)
    order = np.argsort(rows["id"])
    ids = rows["id"][order]
    codes = labels["article"]
    articles = Articles(
        id=ids,
        code=[codes.get(article_id, str(article_id)) for article_id in ids.tolist()],
        has_settings=rows["has_settings"][order] == 1,
        is_active=rows["is_active"][order] == 1,
        safety_stock_days=rows["safety_stock_days"][order],
        alert_threshold_days=rows["alert_threshold_days"][order],
        min_fabric_batch=rows["min_fabric_batch"][order],
        min_elastic_batch=rows["min_elastic_batch"][order],
        strictness=rows["strictness"][order].astype(np.float64),
        has_target_coverage=rows["has_target_coverage"][order] == 1,
        target_coverage_days=rows["target_coverage_days"][order],
    )
    return articles, Labels(
        bundle_type_names=labels["bundle_type"],
        color_codes=labels["color"],
        size_labels=labels["size"],
        elastic_type_names=labels["elastic_type"],
    )
