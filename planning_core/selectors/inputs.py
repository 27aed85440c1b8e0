"""Load everything that a planning run needs in a fixed number of SQL statements."""

from collections.abc import Sequence
from datetime import date

from planning_core.domain.assembly import (
    assemble_color_minimums,
    assemble_elastic_minimums,
    assemble_listings,
    assemble_recipes,
    assemble_skus,
    assemble_wb_stock,
)
from planning_core.domain.inputs import OBSERVATION_DAYS, PlanningInputs, WbSkus
from planning_core.selectors.sales import load_sales
from planning_core.selectors.scope import Scope
from planning_core.selectors.tables import load_tables


def load_planning_inputs(
    *,
    target_date: date,
    article_ids: Sequence[int] | None = None,
    window_days: int = OBSERVATION_DAYS,
    packing_warehouse_id: int | None = None,
) -> PlanningInputs:
    """Return the inputs of a run, in three statements whatever the number of articles.

    Args:
        target_date: Last day of the demand window. Stock and settings are those of now, whatever the date.
        article_ids: Exactly these articles: duplicates once, unknown ids dropped, inactive ones included. None means
            all active articles.
        window_days: Length of the demand window.
        packing_warehouse_id: Where single pieces are packed into bundles; by default the internal warehouse with the
            lowest id.
    """
    scope = Scope(article_ids)
    tables = load_tables(scope)
    ids = tables.articles.id
    listings, wb_sku_ids = assemble_listings(article_ids=ids, listings=tables.listings)
    sales = load_sales(
        scope=scope,
        wb_sku_ids=wb_sku_ids,
        listings=listings,
        target_date=target_date,
        window_days=window_days,
        latest_sales_date=tables.latest_sales_date,
    )
    stock = assemble_wb_stock(wb_sku_ids=wb_sku_ids, stocks=tables.wb_stocks)
    packing_id = next(iter(tables.internal_warehouse_ids.tolist()), None)
    packing_id = packing_id if packing_warehouse_id is None else packing_warehouse_id
    return PlanningInputs(
        target_day=target_date.toordinal(),
        window_days=window_days,
        default_target_coverage_days=tables.default_target_coverage_days,
        has_packing_warehouse=packing_id is not None,
        articles=tables.articles,
        skus=assemble_skus(
            article_ids=ids,
            skus=tables.skus,
            balances=tables.balances,
            internal_warehouse_ids=tables.internal_warehouse_ids,
            packing_warehouse_id=packing_id,
        ),
        listings=listings,
        wb_skus=WbSkus(id=wb_sku_ids, stock=stock, sales=sales),
        recipes=assemble_recipes(article_ids=ids, recipes=tables.recipes),
        color_minimums=assemble_color_minimums(article_ids=ids, minimums=tables.color_minimums),
        elastic_minimums=assemble_elastic_minimums(article_ids=ids, minimums=tables.elastic_minimums),
        labels=tables.labels,
    )
