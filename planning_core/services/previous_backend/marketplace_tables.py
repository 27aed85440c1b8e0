"""How Wildberries codes, sales and stock of the previous backend become ours.

There they are texts and the vendor's own office numbers; here they are rows that this module creates on the way.
"""

from psycopg import sql

from planning_core.models import (
    BundleType,
    Color,
    DataSource,
    Listing,
    Size,
    Warehouse,
    WarehouseType,
    WbDailySales,
    WbSku,
    WbStock,
)
from planning_core.services.previous_backend.errors import PreviousBackendError
from planning_core.services.previous_backend.kinds import DAY, IDENTIFIER, INTEGER, MOMENT, MONEY, text
from planning_core.services.previous_backend.merging import note_merged
from planning_core.services.previous_backend.shared_columns import (
    ARTICLE_ID,
    BY_CODE,
    BY_INNER_CODE,
    BY_LABEL,
    TO_ARTICLE,
    keep_moment,
)
from planning_core.services.previous_backend.tables import Column, Reference, Stage, TableMove
from planning_core.services.statements import advance_sequence, execute, fetch_rows, name_table

WB_SKU = Column("wb_sku", text(128), required=True)
OFFICE_PREFIX = "WB-"
UNKNOWN_OFFICE_CODE = "WB-unknown"
# Wildberries' offices become warehouses that the previous backend did not have. Their ids start here, so that a
# warehouse added there later never meets one of them when the import is repeated.
FIRST_OFFICE_WAREHOUSE_ID = 1_000_000


def _create_wb_skus(stage: Stage) -> None:
    execute(
        "INSERT INTO {codes} (code) SELECT DISTINCT wb_sku FROM {read} ORDER BY wb_sku ON CONFLICT (code) DO NOTHING",
        codes=name_table(WbSku),
        read=stage.read,
    )


def _merge_mappings(stage: Stage) -> sql.Composable:
    _create_wb_skus(stage)
    key = sql.SQL("article_id, wb_sku, bundle_type_id, color_id, size_id")
    note_merged(stage, sql.SQL("SELECT min(id) FROM {} GROUP BY {}").format(stage.read, key))
    return sql.SQL(
        """SELECT min(s.id) AS id, s.article_id, c.id AS wb_sku_id, s.bundle_type_id, s.color_id, s.size_id
           FROM {} s JOIN {} c ON c.code = s.wb_sku
           GROUP BY s.article_id, c.id, s.bundle_type_id, s.color_id, s.size_id"""
    ).format(stage.read, name_table(WbSku))


def _resolve_sales(stage: Stage) -> sql.Composable:
    _create_wb_skus(stage)
    return sql.SQL(
        "SELECT s.id, c.id AS wb_sku_id, s.date, s.units, s.revenue FROM {} s JOIN {} c ON c.code = s.wb_sku"
    ).format(stage.read, name_table(WbSku))


def _resolve_stock(stage: Stage) -> sql.Composable:
    _create_wb_skus(stage)
    _create_office_warehouses(stage)
    _refuse_homeless(stage)
    note_merged(stage, sql.SQL("SELECT min(id) FROM {} GROUP BY wb_sku, office_id").format(stage.read))
    return sql.SQL(
        """SELECT min(s.id) AS id, c.id AS wb_sku_id, w.id AS warehouse_id, sum(s.quantity) AS quantity,
                  max(s.updated_at) AS updated_at
           FROM {} s JOIN {} c ON c.code = s.wb_sku JOIN {} w ON {} GROUP BY c.id, w.id"""
    ).format(stage.read, name_table(WbSku), name_table(Warehouse), _AT_OFFICE)


_AT_OFFICE = sql.SQL("w.type = {} AND (w.wb_office_id = s.office_id OR s.office_id IS NULL AND w.code = {})").format(
    sql.Literal(WarehouseType.WB.value), sql.Literal(UNKNOWN_OFFICE_CODE)
)


def _create_office_warehouses(stage: Stage) -> None:
    advance_sequence(name_table(Warehouse), at_least=FIRST_OFFICE_WAREHOUSE_ID)
    execute(
        """INSERT INTO {warehouses} AS w (code, name, type, wb_office_id)
           SELECT coalesce(%s || o.office_id, %s), o.name, %s, o.office_id FROM (
               SELECT DISTINCT ON (office_id) office_id, warehouse_name AS name FROM {read} ORDER BY office_id, id
           ) o
           WHERE NOT EXISTS (SELECT FROM {warehouses} t WHERE t.wb_office_id = o.office_id) ORDER BY o.office_id
           ON CONFLICT (code) DO UPDATE SET wb_office_id = EXCLUDED.wb_office_id
           WHERE w.type = EXCLUDED.type AND w.wb_office_id IS NULL AND EXCLUDED.wb_office_id IS NOT NULL""",
        [OFFICE_PREFIX, UNKNOWN_OFFICE_CODE, WarehouseType.WB.value],
        warehouses=name_table(Warehouse),
        read=stage.read,
    )


def _refuse_homeless(stage: Stage) -> None:
    found = fetch_rows(
        """WITH homeless AS MATERIALIZED (
               SELECT s.id, s.office_id FROM {read} s
               WHERE NOT EXISTS (SELECT FROM {warehouses} w WHERE {at_office})
           ) SELECT * FROM homeless ORDER BY id LIMIT 1""",
        read=stage.read,
        warehouses=name_table(Warehouse),
        at_office=_AT_OFFICE,
    )
    if found:
        row, office = found[0]
        code = UNKNOWN_OFFICE_CODE if office is None else f"{OFFICE_PREFIX}{office}"
        raise PreviousBackendError(
            f"wb_stock, row id {row}, column warehouse_id: {office} is a Wildberries office, but the warehouse with its"
            f" code {code} or office id is of another type or belongs to another office. Rename that warehouse and run"
            " again; nothing was written."
        )


LISTING = TableMove(
    source="article_wb_mapping",
    feed=DataSource.LISTINGS,
    model=Listing,
    columns=[
        ARTICLE_ID,
        WB_SKU,
        Column("bundle_type_id", IDENTIFIER),
        Column("color_id", IDENTIFIER),
        Column("size_id", IDENTIFIER),
    ],
    references=[
        TO_ARTICLE,
        Reference("bundle_type_id", BundleType, BY_CODE),
        Reference("color_id", Color, BY_INNER_CODE),
        Reference("size_id", Size, BY_LABEL),
    ],
    unique=["article_id", "wb_sku_id", "bundle_type_id", "color_id", "size_id"],
    identity=["article_id", "wb_sku_id"],  # a code may be given another bundle type or size
    prepare=_merge_mappings,
)
DAILY_SALES = TableMove(
    source="wb_sales_daily",
    feed=DataSource.SALES,
    model=WbDailySales,
    columns=[
        WB_SKU,
        Column("date", DAY, required=True),
        Column("sales_qty", INTEGER, target="units", default=0),
        Column("revenue", MONEY),
    ],
    unique=["wb_sku_id", "date"],
    prepare=_resolve_sales,
)
WB_STOCK = TableMove(
    source="wb_stock",
    feed=DataSource.WB_STOCK,
    model=WbStock,
    columns=[
        WB_SKU,
        Column("warehouse_id", INTEGER, target="office_id"),
        Column("warehouse_name", text(255), default=""),
        Column("stock_qty", INTEGER, target="quantity", default=0),
        Column("updated_at", MOMENT, default=keep_moment),
    ],
    unique=["wb_sku_id", "warehouse_id"],
    prepare=_resolve_stock,
)
MARKETPLACE_TABLES = (LISTING, DAILY_SALES, WB_STOCK)
