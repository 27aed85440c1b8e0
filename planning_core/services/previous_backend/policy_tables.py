"""How the planning settings of the previous backend become ours, those out of range too: what they do is defined."""

from psycopg import sql

from planning_core.models import (
    ArticlePlanningSettings,
    ColorPlanningSettings,
    ElasticPlanningSettings,
    ElasticType,
    GlobalPlanningSettings,
    PlanningSettings,
)
from planning_core.services.previous_backend.kinds import IDENTIFIER, INTEGER, NUMBER, TRUTH, text
from planning_core.services.previous_backend.references import list_ids
from planning_core.services.previous_backend.shared_columns import ARTICLE_ID, BY_CODE, COLOR_ID, TO_ARTICLE, TO_COLOR
from planning_core.services.previous_backend.tables import Column, Reference, Stage, TableMove
from planning_core.services.statements import fetch_rows


def _keep_first_globals(stage: Stage) -> sql.Composable:
    first = sql.SQL("SELECT id FROM {} ORDER BY id LIMIT 1").format(stage.read)
    ids = [i for (i,) in fetch_rows("SELECT id FROM {read} ORDER BY id OFFSET 1", read=stage.read)]
    if ids:
        stage.report.skipped += len(ids)
        stage.report.notes.append(f"only the first row counts, left out: id {list_ids(ids)}")
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in stage.move.columns)
    return sql.SQL("SELECT 1::bigint AS id, {} FROM {} WHERE id = ({})").format(names, stage.read, first)


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
POLICY_TABLES = (GLOBAL_SETTINGS, PLANNING_SETTINGS, ARTICLE_SETTINGS, COLOR_SETTINGS, ELASTIC_SETTINGS)
