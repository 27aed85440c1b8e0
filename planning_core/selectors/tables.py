"""The tables that a planning run reads besides the sales, in one statement."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from psycopg import sql

from planning_core.domain.arrays import IntArray
from planning_core.domain.assembly import Columns
from planning_core.domain.inputs import Articles, Labels
from planning_core.selectors.columns import Query, Table, read_tables
from planning_core.selectors.scope import Scope

LABELS = (
    "SELECT 0, id, inner_code FROM planning_core_color",
    "SELECT 1, id, label FROM planning_core_size",
    "SELECT 2, id, COALESCE(NULLIF(name, ''), code) FROM planning_core_bundletype",
    "SELECT 3, id, COALESCE(NULLIF(name, ''), code) FROM planning_core_elastictype",
)
COLOR, SIZE, BUNDLE_TYPE, ELASTIC_TYPE = range(len(LABELS))

ROWS = {
    "skus": (
        """SELECT sku.id, article_id, color_id, size_id, size.sort_order FROM planning_core_sku AS sku
        JOIN planning_core_size AS size ON size.id = size_id WHERE {article}""",
        ["id", "article_id", "color_id", "size_id", "size_order"],
    ),
    "balances": (
        "SELECT sku_id, warehouse_id, quantity FROM planning_core_stockbalance WHERE {sku}",
        ["sku_id", "warehouse_id", "quantity"],
    ),
    "listings": (
        """SELECT article_id, wb_sku_id, COALESCE(bundle_type_id, -1), COALESCE(size_id, -1)
        FROM planning_core_listing WHERE {article}""",
        ["article_id", "wb_sku_id", "bundle_type_id", "size_id"],
    ),
    "wb_stocks": (
        "SELECT wb_sku_id, quantity FROM planning_core_wbstock WHERE {wb_sku}",
        ["wb_sku_id", "quantity"],
    ),
    "recipes": (
        "SELECT article_id, bundle_type_id, color_id FROM planning_core_bundlerecipe WHERE {article}",
        ["article_id", "bundle_type_id", "color_id"],
    ),
    "color_minimums": (
        """SELECT article_id, color_id, COALESCE(fabric_min_batch_qty, 0)
        FROM planning_core_colorplanningsettings WHERE {article}""",
        ["article_id", "color_id", "quantity"],
    ),
    "elastic_minimums": (
        """SELECT id, article_id, elastic_type_id, COALESCE(elastic_min_batch_qty, 0)
        FROM planning_core_elasticplanningsettings WHERE {article}""",
        ["id", "article_id", "elastic_type_id", "quantity"],
    ),
}
"""By name: the rows that hang on the articles in scope, under which condition, and the names of their columns."""


@dataclass(frozen=True)
class PlanningTables:
    """The rows of a run, as the domain assembles them."""

    latest_sales_date: date | None
    """Of all codes."""
    default_target_coverage_days: int | None
    """Of the global settings; None without such a row."""
    internal_warehouse_ids: IntArray
    """Ascending."""
    labels: Labels
    articles: Articles
    """Those in scope, by ascending id."""
    skus: Columns
    balances: Columns
    """Of at least all SKUs in scope."""
    listings: Columns
    """An empty bundle type or size is `NO_ID`."""
    wb_stocks: Columns
    """By code and warehouse, of at least all codes in scope."""
    recipes: Columns
    color_minimums: Columns
    """0 where empty."""
    elastic_minimums: Columns
    """0 where empty."""


def load_tables(scope: Scope) -> PlanningTables:
    """Return the rows of the articles in scope, and what is not a matter of one article, in one statement."""
    tables = read_tables({**_query_company(), "articles": _query_articles(scope), **_query_rows(scope)})
    latest = tables["sales"].integers["latest_day"].tolist()
    coverage = tables["company"].integers["default_target_coverage_days"].tolist()
    return PlanningTables(
        latest_sales_date=date.fromordinal(latest[0]) if latest else None,
        default_target_coverage_days=coverage[0] if coverage else None,
        internal_warehouse_ids=np.sort(tables["internal_warehouses"].integers["id"]),
        labels=_build_labels(tables["labels"]),
        articles=_build_articles(tables["articles"]),
        skus=tables["skus"].integers,
        balances=tables["balances"].integers,
        listings=tables["listings"].integers,
        wb_stocks=tables["wb_stocks"].integers,
        recipes=tables["recipes"].integers,
        color_minimums=tables["color_minimums"].integers,
        elastic_minimums=tables["elastic_minimums"].integers,
    )


def _query_company() -> dict[str, Query]:
    """Return the queries of what is not a matter of one article."""
    latest = "SELECT max(date) - (DATE '0001-01-01' - 1) FROM planning_core_wbdailysales HAVING max(date) IS NOT NULL"
    coverage = "SELECT default_target_coverage_days FROM planning_core_globalplanningsettings"
    warehouses = "SELECT id FROM planning_core_warehouse WHERE type = 'internal'"
    return {
        "sales": Query(sql.SQL(latest), ["latest_day"]),
        "company": Query(sql.SQL(coverage), ["default_target_coverage_days"]),
        "internal_warehouses": Query(sql.SQL(warehouses), ["id"]),
        "labels": Query(sql.SQL(" UNION ALL ").join(map(sql.SQL, LABELS)), ["kind", "id"], ["label"]),
    }


def _query_articles(scope: Scope) -> Query:
    """Return the query of the articles in scope with their settings; `has_settings` and its like are 0 or 1."""
    select = sql.SQL(
        "SELECT article.id, (policy.id IS NOT NULL)::int, COALESCE(policy.is_active, FALSE)::int,"
        " COALESCE(policy.safety_stock_days, 0), COALESCE(policy.alert_threshold_days, 0),"
        " COALESCE(policy.min_fabric_batch, 0), COALESCE(policy.min_elastic_batch, 0),"
        " (target.target_coverage_days IS NOT NULL)::int, COALESCE(target.target_coverage_days, 0),"
        " article.code, COALESCE(policy.strictness, 0)"
        " FROM planning_core_article AS article"
        " LEFT JOIN planning_core_planningsettings AS policy ON policy.article_id = article.id"
        " LEFT JOIN planning_core_articleplanningsettings AS target ON target.article_id = article.id"
        " WHERE {scope}"
    ).format(scope=scope.where_article("article.id"))
    integers = ["id", "has_settings", "is_active", "safety_stock_days", "alert_threshold_days", "min_fabric_batch"]
    integers += ["min_elastic_batch", "has_target_coverage", "target_coverage_days"]
    return Query(select, integers, ["code", "strictness"])


def _query_rows(scope: Scope) -> dict[str, Query]:
    """Return the queries of what hangs on the articles in scope."""
    conditions = {
        "article": scope.where_article("article_id"),
        "sku": scope.where_sku("sku_id"),
        "wb_sku": scope.where_wb_sku("wb_sku_id"),
    }
    return {name: Query(sql.SQL(text).format(**conditions), columns) for name, (text, columns) in ROWS.items()}


def _build_labels(table: Table) -> Labels:
    names: list[dict[int, str]] = [{} for _ in LABELS]
    rows = zip(table.integers["kind"].tolist(), table.integers["id"].tolist(), table.values["label"], strict=True)
    for kind, row_id, label in rows:
        names[kind][row_id] = label
    return Labels(
        bundle_type_names=names[BUNDLE_TYPE],
        color_codes=names[COLOR],
        size_labels=names[SIZE],
        elastic_type_names=names[ELASTIC_TYPE],
    )


def _build_articles(table: Table) -> Articles:
    order = np.argsort(table.integers["id"])
    rows = {name: column[order] for name, column in table.integers.items()}
    return Articles(
        id=rows["id"],
        code=[table.values["code"][row] for row in order.tolist()],
        has_settings=rows["has_settings"] == 1,
        is_active=rows["is_active"] == 1,
        safety_stock_days=rows["safety_stock_days"],
        alert_threshold_days=rows["alert_threshold_days"],
        min_fabric_batch=rows["min_fabric_batch"],
        min_elastic_batch=rows["min_elastic_batch"],
        strictness=np.array(table.values["strictness"], dtype=np.float64)[order],
        has_target_coverage=rows["has_target_coverage"] == 1,
        target_coverage_days=rows["target_coverage_days"],
    )
