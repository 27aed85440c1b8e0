"""articles.csv, skus.csv, bundles.csv, color_minimums.csv and elastic_minimums.csv."""

from planning_core.models import (
    Article,
    ArticlePlanningSettings,
    BundleRecipe,
    BundleType,
    Color,
    ColorPlanningSettings,
    ElasticPlanningSettings,
    ElasticType,
    PlanningSettings,
    Size,
    Sku,
)
from planning_core.services.csv_import import checks
from planning_core.services.csv_import.staging import CsvStage
from planning_core.services.csv_import.writes import Shared, Upsert, settle_shared, upsert_beside, upsert_main
from planning_core.services.statements import execute

TO_ARTICLE = "JOIN {articles} a ON a.code = s.article_code"
TO_COLOR = "JOIN {colors} c ON c.inner_code = s.color_code"
TO_SIZE = "JOIN {sizes} z ON z.label = s.size_label"
POLICY_COLUMNS = (
    "is_active",
    "safety_stock_days",
    "alert_threshold_days",
    "min_fabric_batch",
    "min_elastic_batch",
    "strictness",
)


def write_articles(stage: CsvStage) -> None:
    """Write articles, their planning settings, and their target coverage where one is given."""
    _mark_new_articles(stage)
    upsert_main(stage, Upsert(Article, "", {"code": "s.article_code"}, {"name": "name"}))
    says_policy = any(map(stage.has, POLICY_COLUMNS))
    upsert_beside(
        stage,
        Upsert(
            PlanningSettings,
            TO_ARTICLE,
            {"article_id": "a.id"},
            {column: column for column in POLICY_COLUMNS},
            # an article that was deliberately left without settings stays so unless the file says something about them
            condition="TRUE" if says_policy else "s.is_new",
        ),
    )
    if stage.has("target_coverage_days"):
        _write_target_coverage(stage)


def write_skus(stage: CsvStage) -> None:
    """Write SKUs, and the colours and sizes that they name."""
    settle_shared(stage, Shared(Color, ("inner_code", "color_code")))
    settle_shared(stage, Shared(Size, ("label", "size_label"), ("sort_order", "size_order")))
    upsert_main(
        stage,
        Upsert(
            Sku,
            f"{TO_ARTICLE} {TO_COLOR} {TO_SIZE}",
            {"article_id": "a.id", "color_id": "c.id", "size_id": "z.id"},
            {"barcode": "barcode"},
        ),
    )


def write_bundles(stage: CsvStage) -> None:
    """Write recipe lines, and the bundle types that they name."""
    settle_shared(stage, Shared(BundleType, ("code", "bundle_code"), ("name", "bundle_name")))
    upsert_main(
        stage,
        Upsert(
            BundleRecipe,
            f"{TO_ARTICLE} {TO_COLOR} JOIN {{bundle_types}} b ON b.code = s.bundle_code",
            {"article_id": "a.id", "bundle_type_id": "b.id", "color_id": "c.id"},
            {"quantity": "quantity"},
        ),
    )


def write_color_minimums(stage: CsvStage) -> None:
    """Write the fabric minimum of colours of articles."""
    upsert_main(
        stage,
        Upsert(
            ColorPlanningSettings,
            f"{TO_ARTICLE} {TO_COLOR}",
            {"article_id": "a.id", "color_id": "c.id"},
            {"fabric_min_batch_qty": "fabric_min_batch_qty"},
        ),
    )


def write_elastic_minimums(stage: CsvStage) -> None:
    """Write the elastic minimum of articles, and the elastic types that they name."""
    settle_shared(stage, Shared(ElasticType, ("code", "elastic_code"), ("name", "elastic_name")))
    upsert_main(
        stage,
        Upsert(
            ElasticPlanningSettings,
            f"{TO_ARTICLE} JOIN {{elastic_types}} e ON e.code = s.elastic_code",
            {"article_id": "a.id", "elastic_type_id": "e.id"},
            {"elastic_min_batch_qty": "elastic_min_batch_qty"},
        ),
    )


def check_skus(stage: CsvStage) -> None:
    """Find rows of unknown articles, and sizes with two places."""
    checks.reject_unknown_article(stage)
    checks.reject_contradictions(stage, code="size_label", attribute="size_order")


def check_bundles(stage: CsvStage) -> None:
    """Find rows of unknown articles and colours, and bundle types with two names."""
    checks.reject_unknown_article(stage)
    checks.reject_unknown_color(stage)
    checks.reject_contradictions(stage, code="bundle_code", attribute="bundle_name")


def check_color_minimums(stage: CsvStage) -> None:
    """Find rows of unknown articles and colours."""
    checks.reject_unknown_article(stage)
    checks.reject_unknown_color(stage)


def check_elastic_minimums(stage: CsvStage) -> None:
    """Find rows of unknown articles, and elastic types with two names."""
    checks.reject_unknown_article(stage)
    checks.reject_contradictions(stage, code="elastic_code", attribute="elastic_name")


def _mark_new_articles(stage: CsvStage) -> None:
    execute("ALTER TABLE {stage} ADD COLUMN is_new boolean", stage=stage.table)
    execute(
        """UPDATE {stage} s SET is_new = NOT EXISTS (SELECT FROM {articles} a WHERE a.code = s.article_code)
           WHERE s.reason IS NULL""",
        stage=stage.table,
        **checks.TABLES,
    )


def _write_target_coverage(stage: CsvStage) -> None:
    upsert_beside(
        stage,
        Upsert(
            ArticlePlanningSettings,
            TO_ARTICLE,
            {"article_id": "a.id"},
            {"target_coverage_days": "target_coverage_days"},
            # an empty cell takes an override back, and makes no row for the sake of nothing
            condition="""s.target_coverage_days IS NOT NULL
                         OR EXISTS (SELECT FROM {article_settings} p WHERE p.article_id = a.id)""",
        ),
    )
