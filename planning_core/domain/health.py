"""Every article at a glance: its worst bundle type and what is ordered."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from planning_core.domain.arrays import IntArray
from planning_core.domain.bundle_risk import CRITICAL, WARNING, BundleRisks
from planning_core.domain.inputs import PlanningInputs
from planning_core.domain.orders import Orders
from planning_core.domain.reasons import CONSTRAINTS, NONE, OrderReasons
from planning_core.domain.risk_entries import BundleRiskEntry, build_risk_entry, find_worst_rows


@dataclass(frozen=True, slots=True)
class ArticleHealth:
    """One article at a glance; without any bundle type the fields about risk are empty."""

    article_id: int
    article_code: str
    worst_risk_level: str | None
    worst_risk_bundle_type_id: int | None
    worst_risk_bundle_type_name: str | None
    days_of_cover: float | None
    avg_daily_sales: float | None
    total_available_bundles: int | None
    total_final_order_qty: int
    dominant_limiting_constraint: str | None
    has_critical: bool
    has_warning: bool


def list_article_health(
    inputs: PlanningInputs, risks: BundleRisks, orders: Orders, reasons: OrderReasons, *, final_order_qty: IntArray
) -> list[ArticleHealth]:
    """Return every article of the run, by id.

    Args:
        inputs: The run's inputs.
        risks: Its bundle risks.
        orders: Its orders.
        reasons: Their reasons.
        final_order_qty: Pieces ordered per article of the run.
    """
    count = len(inputs.articles.id)
    worst_rows = find_worst_rows(risks, count).tolist()
    worst = [build_risk_entry(inputs, risks, row) if row >= 0 else None for row in worst_rows]
    critical, warning = (set(risks.article[risks.level == level].tolist()) for level in (CRITICAL, WARNING))
    dominant = find_dominant_constraints(orders.colors.article, reasons.constraint, count)
    return [
        ArticleHealth(
            article_id=article_id,
            article_code=inputs.articles.code[row],
            **_describe_worst(worst[row]),
            total_final_order_qty=int(final_order_qty[row]),
            dominant_limiting_constraint=dominant[row],
            has_critical=row in critical,
            has_warning=row in warning,
        )
        for row, article_id in enumerate(inputs.articles.id.tolist())
    ]


def _describe_worst(entry: BundleRiskEntry | None) -> dict[str, Any]:
    return {
        "worst_risk_level": entry and entry.risk_level,
        "worst_risk_bundle_type_id": entry and entry.bundle_type_id,
        "worst_risk_bundle_type_name": entry and entry.bundle_type_name,
        "days_of_cover": entry and entry.days_of_cover,
        "avg_daily_sales": entry and entry.avg_daily_sales,
        "total_available_bundles": entry and entry.total_available_bundles,
    }


def find_dominant_constraints(article: IntArray, constraint: IntArray, n_articles: int) -> list[str | None]:
    """Return each article's most frequent constraint other than `none`, on a tie the first in the order of CONSTRAINTS.

    Args:
        article: The article of each reason.
        constraint: The constraint of each reason.
        n_articles: Articles of the run.

    Returns:
        Per article: a constraint, `none` if none but that occurs, None without any reason.
    """
    cells = np.bincount(article * len(CONSTRAINTS) + constraint, minlength=n_articles * len(CONSTRAINTS))
    counts = cells.reshape(n_articles, len(CONSTRAINTS))
    most_frequent = np.where(counts[:, :NONE].any(axis=1), counts[:, :NONE].argmax(axis=1), NONE)
    has_reasons = np.any(counts, axis=1)
    return [
        CONSTRAINTS[most] if has else None
        for most, has in zip(most_frequent.tolist(), has_reasons.tolist(), strict=True)
    ]
