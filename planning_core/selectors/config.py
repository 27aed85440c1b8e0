"""The planning settings of all active articles, as stored."""

from collections import defaultdict
from typing import Any

from planning_core.models import (
    ArticlePlanningSettings,
    ColorPlanningSettings,
    ElasticPlanningSettings,
    GlobalPlanningSettings,
    PlanningSettings,
)

Row = dict[str, Any]


def load_config_snapshot() -> Row:
    """Return global settings and, by article id, the settings of every active article, in 5 statements.

    `experimental` holds what the classic policy does not use for orders.
    """
    targets = {row.article_id: row for row in ArticlePlanningSettings.objects.order_by("id")}
    colors, elastics = _group_colors(), _group_elastics()
    rows = PlanningSettings.objects.filter(is_active=True).select_related("article").order_by("article_id")
    return {
        "global_settings": _describe_globals(GlobalPlanningSettings.objects.first()),
        "articles": [
            {
                "article_id": row.article_id,
                "article_code": row.article.code,
                "article_planning_settings": _describe_target(targets.get(row.article_id)),
                "planning_settings": _describe_policy(row),
                "color_settings": colors[row.article_id],
                "elastic_settings": elastics[row.article_id],
            }
            for row in rows
        ],
    }


def _group_colors() -> defaultdict[int, list[Row]]:
    rows = ColorPlanningSettings.objects.order_by("article_id", "color_id")
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for article_id, color_id, quantity in rows.values_list("article_id", "color_id", "fabric_min_batch_qty"):
        groups[article_id].append({"color_id": color_id, "fabric_min_batch_qty": quantity})
    return groups


def _group_elastics() -> defaultdict[int, list[Row]]:
    rows = ElasticPlanningSettings.objects.select_related("elastic_type").order_by("article_id", "elastic_type_id")
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.article_id].append(
            {
                "elastic_type_id": row.elastic_type_id,
                "elastic_type_name": str(row.elastic_type),
                "elastic_min_batch_qty": row.elastic_min_batch_qty,
            }
        )
    return groups


def _describe_globals(row: GlobalPlanningSettings | None) -> Row | None:
    if row is None:
        return None
    return {
        "default_target_coverage_days": row.default_target_coverage_days,
        "experimental": {
            "default_lead_time_days": row.default_lead_time_days,
            "default_service_level_percent": row.default_service_level_percent,
            "default_fabric_min_batch_qty": row.default_fabric_min_batch_qty,
            "default_elastic_min_batch_qty": row.default_elastic_min_batch_qty,
        },
    }


def _describe_target(row: ArticlePlanningSettings | None) -> Row | None:
    if row is None:
        return None
    return {
        "target_coverage_days": row.target_coverage_days,
        "experimental": {
            "include_in_planning": row.include_in_planning,
            "priority": row.priority,
            "lead_time_days": row.lead_time_days,
            "service_level_percent": row.service_level_percent,
        },
    }


def _describe_policy(row: PlanningSettings) -> Row:
    return {
        "is_active": row.is_active,
        "min_fabric_batch": row.min_fabric_batch,
        "min_elastic_batch": row.min_elastic_batch,
        "strictness": row.strictness,
        "experimental": {
            "alert_threshold_days": row.alert_threshold_days,
            "safety_stock_days": row.safety_stock_days,
            "notes": row.notes or None,
        },
    }
