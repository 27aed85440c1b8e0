"""Bundle risk as rows. Field names are those of the JSON."""

from dataclasses import dataclass

import numpy as np

from planning_core.domain.arrays import IntArray, find_group_starts
from planning_core.domain.bundle_risk import CRITICAL, NO_DATA, OK, OVERSTOCK, RISK_LEVELS, WARNING, BundleRisks
from planning_core.domain.explanations import explain_risk
from planning_core.domain.inputs import PlanningInputs
from planning_core.domain.messages import Sentence

FOCUS_ORDER = (CRITICAL, WARNING, NO_DATA, OK, OVERSTOCK)


@dataclass(frozen=True, slots=True)
class BundleRiskEntry:
    """How long the bundles of one type of one article last."""

    article_id: int
    article_code: str
    bundle_type_id: int
    bundle_type_name: str
    avg_daily_sales: float
    wb_ready_bundles: int
    potential_bundles_from_singles: int
    total_available_bundles: int
    days_of_cover: float | None
    risk_level: str
    safety_stock_days: int
    alert_threshold_days: int
    overstock_threshold_days: int
    explanation: Sentence


@dataclass(frozen=True, slots=True)
class RiskFocusEntry:
    """One bundle type that wants attention, with what its article orders."""

    article_id: int
    article_code: str
    bundle_type_id: int
    bundle_type_name: str
    risk_level: str
    days_of_cover: float | None
    final_order_qty: int


def list_risk_entries(inputs: PlanningInputs, risks: BundleRisks) -> list[BundleRiskEntry]:
    """Return all risks as rows, by article id, then bundle type id."""
    return [build_risk_entry(inputs, risks, row) for row in range(len(risks.article))]


def list_focus_entries(
    inputs: PlanningInputs, risks: BundleRisks, *, final_order_qty: IntArray, limit: int
) -> list[RiskFocusEntry]:
    """Return the first `limit` risks by urgency, article id and bundle type id.

    Args:
        inputs: The run's inputs.
        risks: Its bundle risks.
        final_order_qty: Pieces ordered per article of the run.
        limit: How many, at least 0.
    """
    urgency = np.argsort(FOCUS_ORDER)
    rows = np.argsort(urgency[risks.level], kind="stable")[:limit].tolist()
    return [
        _build_focus(build_risk_entry(inputs, risks, row), int(final_order_qty[risks.article[row]])) for row in rows
    ]


def find_worst_rows(risks: BundleRisks, n_articles: int) -> IntArray:
    """Return each article's worst row of the risks, the first on a tie, -1 without any; shape (n_articles,)."""
    by_severity = np.lexsort((risks.level, risks.article))
    worst = by_severity[find_group_starts(risks.article[by_severity])]
    rows = np.full(n_articles, -1, dtype=np.int64)
    rows[risks.article[worst]] = worst
    return rows


def build_risk_entry(inputs: PlanningInputs, risks: BundleRisks, row: int) -> BundleRiskEntry:
    """Return one row of the risks."""
    article, bundle_type_id = int(risks.article[row]), int(risks.bundle_type_id[row])
    average, total = float(risks.average_per_day[row]), int(risks.total_available[row])
    cover = float(risks.days_of_cover[row]) if risks.has_cover[row] else None
    level = RISK_LEVELS[risks.level[row]]
    safety, alert = int(risks.safety_stock_days[row]), int(risks.alert_threshold_days[row])
    overstock = int(risks.overstock_threshold_days[row])
    return BundleRiskEntry(
        article_id=int(inputs.articles.id[article]),
        article_code=inputs.articles.code[article],
        bundle_type_id=bundle_type_id,
        bundle_type_name=inputs.labels.bundle_type_names.get(bundle_type_id, str(bundle_type_id)),
        avg_daily_sales=average,
        wb_ready_bundles=int(risks.wb_ready[row]),
        potential_bundles_from_singles=int(risks.potential[row]),
        total_available_bundles=total,
        days_of_cover=cover,
        risk_level=level,
        safety_stock_days=safety,
        alert_threshold_days=alert,
        overstock_threshold_days=overstock,
        explanation=explain_risk(
            level=level, average=average, total=total, cover=cover, thresholds=(safety, alert, overstock)
        ),
    )


def _build_focus(entry: BundleRiskEntry, final_order_qty: int) -> RiskFocusEntry:
    return RiskFocusEntry(
        article_id=entry.article_id,
        article_code=entry.article_code,
        bundle_type_id=entry.bundle_type_id,
        bundle_type_name=entry.bundle_type_name,
        risk_level=entry.risk_level,
        days_of_cover=entry.days_of_cover,
        final_order_qty=final_order_qty,
    )
