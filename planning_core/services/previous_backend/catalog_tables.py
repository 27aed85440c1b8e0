"""How the catalogue and own stock of the previous backend become ours."""

from psycopg import sql

from planning_core.models import (
    Article,
    BundleRecipe,
    BundleType,
    Color,
    DataSource,
    ElasticType,
    Size,
    Sku,
    StockBalance,
    Warehouse,
    WarehouseType,
)
from planning_core.services.previous_backend.kinds import (
    IDENTIFIER,
    INTEGER,
    MOMENT,
    SMALL_INTEGER,
    integer,
    text,
)
from planning_core.services.previous_backend.merging import note_merged
from planning_core.services.previous_backend.references import list_ids
from planning_core.services.previous_backend.shared_columns import (
    ARTICLE_ID,
    BY_CODE,
    BY_INNER_CODE,
    BY_LABEL,
    CODE,
    COLOR_ID,
    NAME,
    TO_ARTICLE,
    TO_BUNDLE_TYPE,
    TO_COLOR,
    TO_SIZE,
    TRANSIT_BY_CODE,
    keep_moment,
)
from planning_core.services.previous_backend.tables import Column, Reference, Stage, TableMove
from planning_core.services.statements import fetch_rows


def _merge_recipes(stage: Stage) -> sql.Composable:
    note_merged(
        stage,
        sql.SQL("SELECT min(id) FROM {} GROUP BY article_id, bundle_type_id, color_id").format(stage.read),
    )
    return sql.SQL(
        """SELECT min(id) AS id, article_id, bundle_type_id, color_id, sum(quantity) AS quantity,
                  min(position) AS position
           FROM {} GROUP BY article_id, bundle_type_id, color_id"""
    ).format(stage.read)


def _settle_warehouse_types(stage: Stage) -> sql.Composable:
    known = sql.SQL(", ").join(map(sql.Literal, WarehouseType.values))
    unknown = fetch_rows("SELECT id FROM {read} WHERE type NOT IN ({known}) ORDER BY id", read=stage.read, known=known)
    if unknown:
        stage.report.notes.append(
            f"warehouse type unknown, taken as {WarehouseType.TRANSIT.value}: id {list_ids([i for (i,) in unknown])}"
        )
    return sql.SQL("SELECT id, code, name, CASE WHEN type IN ({}) THEN type ELSE {} END AS type FROM {}").format(
        known, sql.Literal(WarehouseType.TRANSIT.value), stage.read
    )


ARTICLE = TableMove(
    source="article",
    feed=DataSource.CATALOGUE,
    model=Article,
    columns=[Column("code", CODE, required=True), Column("name", NAME, default="")],
    unique=["code"],
)
COLOR = TableMove(
    source="color",
    model=Color,
    columns=[
        Column("inner_code", CODE, required=True),
        Column("pantone_code", CODE, default=""),
        Column("description", NAME, default=""),
    ],
    unique=["inner_code"],
    placeholder=BY_INNER_CODE,
)
SIZE = TableMove(
    source="size",
    model=Size,
    columns=[Column("label", CODE, required=True), Column("sort_order", INTEGER, default=0)],
    unique=["label"],
    placeholder=BY_LABEL,
)
SKU = TableMove(
    source="sku_unit",
    feed=DataSource.CATALOGUE,
    model=Sku,
    columns=[ARTICLE_ID, COLOR_ID, Column("size_id", IDENTIFIER, required=True)],
    references=[TO_ARTICLE, TO_COLOR, TO_SIZE],
    unique=["article_id", "color_id", "size_id"],
)
BUNDLE_TYPE = TableMove(
    source="bundle_type",
    model=BundleType,
    columns=[Column("code", CODE, required=True), Column("name", NAME, default="")],
    unique=["code"],
    placeholder=BY_CODE,
)
BUNDLE_RECIPE = TableMove(
    source="bundle_recipe",
    feed=DataSource.CATALOGUE,
    model=BundleRecipe,
    columns=[
        ARTICLE_ID,
        Column("bundle_type_id", IDENTIFIER, required=True),
        COLOR_ID,
        Column("position", SMALL_INTEGER, default=0),
        Column("quantity", integer(bits=16, minimum=1), default=1),
    ],
    references=[TO_ARTICLE, TO_BUNDLE_TYPE, TO_COLOR],
    unique=["article_id", "bundle_type_id", "color_id"],
    prepare=_merge_recipes,
)
WAREHOUSE = TableMove(
    source="warehouse",
    model=Warehouse,
    columns=[
        Column("code", CODE, required=True),
        Column("name", NAME, default=""),
        Column("type", text(), required=True),
    ],
    unique=["code"],
    placeholder=TRANSIT_BY_CODE,
    prepare=_settle_warehouse_types,
)
STOCK_BALANCE = TableMove(
    source="stock_balance",
    feed=DataSource.OWN_STOCK,
    model=StockBalance,
    columns=[
        Column("sku_unit_id", IDENTIFIER, target="sku_id", required=True),
        Column("warehouse_id", IDENTIFIER, required=True),
        Column("quantity", INTEGER, default=0),
        Column("updated_at", MOMENT, default=keep_moment),
    ],
    references=[Reference("sku_id", Sku), Reference("warehouse_id", Warehouse, TRANSIT_BY_CODE)],
    unique=["sku_id", "warehouse_id"],
)
ELASTIC_TYPE = TableMove(
    source="elastic_type",
    model=ElasticType,
    columns=[Column("code", CODE, required=True), Column("name", NAME, default="")],
    unique=["code"],
    placeholder=BY_CODE,
)
CATALOG_TABLES = (
    ARTICLE,
    COLOR,
    SIZE,
    SKU,
    BUNDLE_TYPE,
    BUNDLE_RECIPE,
    WAREHOUSE,
    STOCK_BALANCE,
    ELASTIC_TYPE,
)
