"""The tables that a planning run reads, one statement each, in no particular order."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from psycopg import sql

from planning_core.domain.assembly import Columns
from planning_core.selectors.columns import read_columns
from planning_core.selectors.scope import Scope


@dataclass(frozen=True)
class Company:
    """What is not a matter of one article."""

    latest_sales_date: date | None
    default_target_coverage_days: int | None
    internal_warehouse_ids: list[int]
    """Ascending."""


def load_company() -> Company:
    """Return the latest sales date, the global coverage target and the internal warehouses."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(date) FROM planning_core_wbdailysales),"
            " (SELECT default_target_coverage_days FROM planning_core_globalplanningsettings),"
            " ARRAY(SELECT id FROM planning_core_warehouse WHERE type = 'internal' ORDER BY id)"
        )
        return Company(*cursor.fetchone())


def load_labels(scope: Scope) -> dict[str, dict[int, str]]:
    """Return what people call the articles in scope, colours, sizes, bundle and elastic types, by kind and id."""
    query = sql.SQL(
        "SELECT 'article', id, code FROM planning_core_article WHERE {scope}"
        " UNION ALL SELECT 'color', id, inner_code FROM planning_core_color"
        " UNION ALL SELECT 'size', id, label FROM planning_core_size"
        " UNION ALL SELECT 'bundle_type', id, COALESCE(NULLIF(name, ''), code) FROM planning_core_bundletype"
        " UNION ALL SELECT 'elastic_type', id, COALESCE(NULLIF(name, ''), code) FROM planning_core_elastictype"
    ).format(scope=scope.where_article("id"))
    labels: dict[str, dict[int, str]] = {
        kind: {} for kind in ("article", "color", "size", "bundle_type", "elastic_type")
    }
    with connection.cursor() as cursor:
        cursor.execute(query)
        for kind, row_id, label in cursor.fetchall():
            labels[kind][row_id] = label
    return labels


def read_articles(scope: Scope) -> Columns:
    """Return the articles in scope with their settings; `has_settings` and its like are 0 or 1."""
    query = sql.SQL(
        "SELECT article.id, (policy.id IS NOT NULL)::int, COALESCE(policy.is_active, FALSE)::int,"
        " COALESCE(policy.safety_stock_days, 0), COALESCE(policy.alert_threshold_days, 0),"
        " COALESCE(policy.min_fabric_batch, 0), COALESCE(policy.min_elastic_batch, 0), COALESCE(policy.strictness, 0),"
        " (target.target_coverage_days IS NOT NULL)::int, COALESCE(target.target_coverage_days, 0)"
        " FROM planning_core_article AS article"
        " LEFT JOIN planning_core_planningsettings AS policy ON policy.article_id = article.id"
        " LEFT JOIN planning_core_articleplanningsettings AS target ON target.article_id = article.id"
        " WHERE {scope}"
    ).format(scope=scope.where_article("article.id"))
    names = ["id", "has_settings", "is_active", "safety_stock_days", "alert_threshold_days", "min_fabric_batch"]
    names += ["min_elastic_batch", "strictness", "has_target_coverage", "target_coverage_days"]
    return read_columns(query, names)


def read_skus(scope: Scope) -> Columns:
    """Return the SKUs of the articles in scope with their sizes' sort order."""
    query = sql.SQL(
        "SELECT sku.id, sku.article_id, sku.color_id, sku.size_id, size.sort_order FROM planning_core_sku AS sku"
        " JOIN planning_core_size AS size ON size.id = sku.size_id WHERE {scope}"
    ).format(scope=scope.where_article("sku.article_id"))
    return read_columns(query, ["id", "article_id", "color_id", "size_id", "size_order"])


def read_balances(scope: Scope) -> Columns:
    """Return what is on hand of at least all SKUs of the articles in scope."""
    query = sql.SQL("SELECT sku_id, warehouse_id, quantity FROM planning_core_stockbalance WHERE {scope}")
    return read_columns(query.format(scope=scope.where_sku("sku_id")), ["sku_id", "warehouse_id", "quantity"])


def read_listings(scope: Scope) -> Columns:
    """Return the mappings of the articles in scope; an empty bundle type or size is `NO_ID`."""
    query = sql.SQL(
        "SELECT article_id, wb_sku_id, COALESCE(bundle_type_id, -1), COALESCE(size_id, -1)"
        " FROM planning_core_listing WHERE {scope}"
    ).format(scope=scope.where_article("article_id"))
    return read_columns(query, ["article_id", "wb_sku_id", "bundle_type_id", "size_id"])


def read_wb_stocks(scope: Scope) -> Columns:
    """Return the Wildberries stock, by warehouse, of at least all codes of the articles in scope."""
    query = sql.SQL("SELECT wb_sku_id, quantity FROM planning_core_wbstock WHERE {scope}")
    return read_columns(query.format(scope=scope.where_wb_sku("wb_sku_id")), ["wb_sku_id", "quantity"])


def read_recipes(scope: Scope) -> Columns:
    """Return the recipe lines of the articles in scope."""
    query = sql.SQL("SELECT article_id, bundle_type_id, color_id FROM planning_core_bundlerecipe WHERE {scope}")
    return read_columns(
        query.format(scope=scope.where_article("article_id")), ["article_id", "bundle_type_id", "color_id"]
    )


def read_color_minimums(scope: Scope) -> Columns:
    """Return the colour minimums of the articles in scope, 0 where empty."""
    query = sql.SQL(
        "SELECT article_id, color_id, COALESCE(fabric_min_batch_qty, 0)"
        " FROM planning_core_colorplanningsettings WHERE {scope}"
    )
    return read_columns(query.format(scope=scope.where_article("article_id")), ["article_id", "color_id", "quantity"])


def read_elastic_minimums(scope: Scope) -> Columns:
    """Return the elastic minimums of the articles in scope, 0 where empty."""
    query = sql.SQL(
        "SELECT id, article_id, elastic_type_id, COALESCE(elastic_min_batch_qty, 0)"
        " FROM planning_core_elasticplanningsettings WHERE {scope}"
    )
    return read_columns(
        query.format(scope=scope.where_article("article_id")), ["id", "article_id", "elastic_type_id", "quantity"]
    )
