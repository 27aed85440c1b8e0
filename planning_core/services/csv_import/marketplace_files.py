"""listings.csv, sales.csv and prices.csv."""

from psycopg import sql

from planning_core.models import WbDailySales, WbPrice, WbSku
from planning_core.services.csv_import import checks
from planning_core.services.csv_import.staging import CsvStage
from planning_core.services.csv_import.writes import Shared, Upsert, settle_shared, upsert_main
from planning_core.services.statements import execute, fetch_value, join_names

TO_WB_SKU = "JOIN {wb_skus} k ON k.code = s.wb_sku"
# Column of a listing -> the file's column that gives it. A listing's key, article and code, is not unique in the
# database: the previous backend and the admin may map a code to an article more than once.
LISTING_COLUMNS = {
    "bundle_type_id": "bundle_code",
    "color_id": "color_code",
    "size_id": "size_label",
    "listed_from": "listed_from",
}
# The file's rows with the ids of what they name, and how many listings each key has already.
RESOLVED_LISTINGS = """(
    SELECT s.line, a.id AS article_id, k.id AS wb_sku_id, b.id AS bundle_type_id, c.id AS color_id, z.id AS size_id,
           s.listed_from,
           (SELECT count(*) FROM {listings} l WHERE l.article_id = a.id AND l.wb_sku_id = k.id) AS existing
    FROM {stage} s JOIN {articles} a ON a.code = s.article_code LEFT JOIN {wb_skus} k ON k.code = s.wb_sku
    LEFT JOIN {bundle_types} b ON b.code = s.bundle_code LEFT JOIN {colors} c ON c.inner_code = s.color_code
    LEFT JOIN {sizes} z ON z.label = s.size_label WHERE s.reason IS NULL
)"""


def check_listings(stage: CsvStage) -> None:
    """Find rows that name what does not exist, or a listing that is there more than once and differs."""
    checks.reject_unknown_article(stage)
    _reject_unknown(stage, "bundle_code", "{bundle_types}", "code", "is no bundle type; add it to bundles.csv")
    checks.reject_unknown_color(stage)
    _reject_unknown(stage, "size_label", "{sizes}", "label", "is no size; add a SKU in it to skus.csv")
    _reject_ambiguous(stage)


def write_listings(stage: CsvStage) -> None:
    """Write listings, and the Wildberries codes that they name."""
    settle_shared(stage, Shared(WbSku, ("code", "wb_sku")))
    stage.report.updated += _update_listings(stage)
    stage.report.inserted += _insert_listings(stage)
    execute("ANALYZE {listings}, {wb_skus}", **checks.TABLES)


def write_sales(stage: CsvStage) -> None:
    """Write daily sales."""
    upsert_main(
        stage,
        Upsert(
            WbDailySales,
            TO_WB_SKU,
            {"wb_sku_id": "k.id", "date": "s.date"},
            {"units": "units", "revenue": "revenue", "in_stock": "in_stock"},
        ),
    )


def write_prices(stage: CsvStage) -> None:
    """Write prices."""
    upsert_main(stage, Upsert(WbPrice, TO_WB_SKU, {"wb_sku_id": "k.id", "date": "s.date"}, {"price": "price"}))


def _reject_unknown(stage: CsvStage, column: str, table: str, code: str, reason: str) -> None:
    checks.reject_where(
        stage,
        column=column,
        condition=f"s.{column} IS NOT NULL AND NOT EXISTS (SELECT FROM {table} t WHERE t.{code} = s.{column})",
        reason="{text}",
        text=sql.Literal(reason),
    )


def _reject_ambiguous(stage: CsvStage) -> None:
    checks.reject_where(
        stage,
        column="wb_sku",
        condition="""s.line IN (
            SELECT r.line FROM {resolved} r WHERE r.existing > 1 AND NOT EXISTS (
                SELECT FROM {listings} l WHERE l.article_id = r.article_id AND l.wb_sku_id = r.wb_sku_id {same}))""",
        reason="'is mapped to this article more than once and never like this; change those listings by hand'",
        resolved=_resolve(stage),
        same=sql.SQL("").join(
            sql.SQL(" AND l.{0} IS NOT DISTINCT FROM r.{0}").format(sql.Identifier(column))
            for column in _list_given(stage)
        ),
    )


def _update_listings(stage: CsvStage) -> int:
    given = _list_given(stage)
    if not given:
        return 0
    count: int = fetch_value(
        """WITH written AS (
               UPDATE {listings} l SET {assignments} FROM {resolved} r
               WHERE r.existing = 1 AND l.article_id = r.article_id AND l.wb_sku_id = r.wb_sku_id
                   AND ({old}) IS DISTINCT FROM ({new}) RETURNING 1
           ) SELECT count(*) FROM written""",
        resolved=_resolve(stage),
        assignments=sql.SQL(", ").join(sql.SQL("{0} = r.{0}").format(sql.Identifier(name)) for name in given),
        old=sql.SQL(", ").join(sql.Identifier("l", name) for name in given),
        new=sql.SQL(", ").join(sql.Identifier("r", name) for name in given),
        **checks.TABLES,
    )
    return count


def _insert_listings(stage: CsvStage) -> int:
    count: int = fetch_value(
        """WITH written AS (
               INSERT INTO {listings} (article_id, wb_sku_id, {columns})
               SELECT r.article_id, r.wb_sku_id, {columns} FROM {resolved} r
               WHERE r.existing = 0 ORDER BY r.line RETURNING 1
           ) SELECT count(*) FROM written""",
        resolved=_resolve(stage),
        columns=join_names(list(LISTING_COLUMNS)),
        **checks.TABLES,
    )
    return count


def _resolve(stage: CsvStage) -> sql.Composed:
    return sql.SQL(RESOLVED_LISTINGS).format(stage=stage.table, **checks.TABLES)


def _list_given(stage: CsvStage) -> list[str]:
    return [column for column, cell in LISTING_COLUMNS.items() if stage.has(cell)]
