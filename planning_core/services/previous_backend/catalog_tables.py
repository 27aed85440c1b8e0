"""How the catalogue, stock and policy of the previous backend become ours."""

from datetime import datetime

from psycopg import sql

from planning_core.models import (
    Article,
    ArticlePlanningSettings,
    BundleRecipe,
    BundleType,
    Color,
    ColorPlanningSettings,
    ElasticPlanningSettings,
    ElasticType,
    GlobalPlanningSettings,
    PlanningSettings,
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
    NUMBER,
    SMALL_INTEGER,
    TRUTH,
    integer,
    text,
)
from planning_core.services.previous_backend.merging import note_merged
from planning_core.services.previous_backend.references import list_ids
from planning_core.services.previous_backend.tables import Column, Placeholder, Reference, Stage, TableMove
from planning_core.services.statements import fetch_rows

CODE, NAME = text(64), text(255)
BY_CODE = Placeholder("code")
BY_LABEL = Placeholder("label")
BY_INNER_CODE = Placeholder("inner_code")
# Stock in a warehouse that does not exist counted as stock, but not as stock of an own warehouse.
TRANSIT_BY_CODE = Placeholder("code", {"type": WarehouseType.TRANSIT.value})

ARTICLE_ID = Column("article_id", IDENTIFIER, required=True)
COLOR_ID = Column("color_id", IDENTIFIER, required=True)
TO_ARTICLE = Reference("article_id", Article)
TO_COLOR = Reference("color_id", Color, BY_INNER_CODE)
TO_SIZE = Reference("size_id", Size, BY_LABEL)
TO_BUNDLE_TYPE = Reference("bundle_type_id", BundleType, BY_CODE)


def keep_moment(moved_at: datetime) -> datetime:
    """Return the default of a column that says when a row was written: the moment of the import."""
    return moved_at


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


def _keep_first_globals(stage: Stage) -> sql.Composable:
    first = sql.SQL("SELECT id FROM {} ORDER BY id LIMIT 1").format(stage.read)
    ids = [i for (i,) in fetch_rows("SELECT id FROM {read} ORDER BY id OFFSET 1", read=stage.read)]
    if ids:
        stage.report.skipped += len(ids)
        stage.report.notes.append(f"only the first row counts, left out: id {list_ids(ids)}")
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in stage.move.columns)
    return sql.SQL("SELECT 1::bigint AS id, {} FROM {} WHERE id = ({})").format(names, stage.read, first)


ARTICLE = TableMove(
    source="article",
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
GLOBAL_SETTINGS = TableMove(
    source="global_planning_settings",
    model=GlobalPlanningSettings,
    columns=[
        Column("default_target_coverage_days", INTEGER, default=60),
        Column("default_lead_time_days", INTEGER, default=70),
        Column("default_service_level_percent", INTEGER, default=90),  # the previous backend's default
        Column("default_fabric_min_batch_qty", INTEGER, default=7000),
        Column("default_elastic_min_batch_qty", INTEGER, default=3000),
    ],
    prepare=_keep_first_globals,
)
PLANNING_SETTINGS = TableMove(
    source="planning_settings",
    model=PlanningSettings,
    columns=[
        ARTICLE_ID,
        Column("is_active", TRUTH, default=True),
        Column("min_fabric_batch", INTEGER, default=0),
        Column("min_elastic_batch", INTEGER, default=0),
        Column("alert_threshold_days", INTEGER, default=14),
        Column("safety_stock_days", INTEGER, default=7),
        Column("strictness", NUMBER, default=1.0),
        Column("notes", text(), default=""),
    ],
    references=[TO_ARTICLE],
    unique=["article_id"],
)
ARTICLE_SETTINGS = TableMove(
    source="article_planning_settings",
    model=ArticlePlanningSettings,
    columns=[
        ARTICLE_ID,
        Column("include_in_planning", TRUTH, default=True),
        Column("priority", INTEGER, default=0),
        Column("target_coverage_days", INTEGER),
        Column("lead_time_days", INTEGER),
        Column("service_level_percent", INTEGER),
    ],
    references=[TO_ARTICLE],
    unique=["article_id"],
)
COLOR_SETTINGS = TableMove(
    source="color_planning_settings",
    model=ColorPlanningSettings,
    columns=[ARTICLE_ID, COLOR_ID, Column("fabric_min_batch_qty", INTEGER)],
    references=[TO_ARTICLE, TO_COLOR],
    unique=["article_id", "color_id"],
)
ELASTIC_SETTINGS = TableMove(
    source="elastic_planning_settings",
    model=ElasticPlanningSettings,
    columns=[
        ARTICLE_ID,
        Column("elastic_type_id", IDENTIFIER, required=True),
        Column("elastic_min_batch_qty", INTEGER),
    ],
    references=[TO_ARTICLE, Reference("elastic_type_id", ElasticType, BY_CODE)],
    unique=["article_id", "elastic_type_id"],
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
    GLOBAL_SETTINGS,
    PLANNING_SETTINGS,
    ARTICLE_SETTINGS,
    COLOR_SETTINGS,
    ELASTIC_SETTINGS,
)
