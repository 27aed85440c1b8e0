"""What one article has: single pieces, bundles at Wildberries, and how far its bundles reach."""

from dataclasses import dataclass

import numpy as np

from planning_core.domain.arrays import find_group_starts, number_groups, sum_by_group
from planning_core.domain.bundle_risk import BundleRisks
from planning_core.domain.inputs import NO_ID, OBSERVATION_DAYS, PlanningInputs
from planning_core.domain.risk_entries import BundleRiskEntry, list_risk_entries


@dataclass(frozen=True, slots=True)
class SingleStock:
    """Pieces of one colour and size in own warehouses."""

    color_id: int
    size_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class BundleStock:
    """Bundles of one type and size at Wildberries."""

    bundle_type_id: int
    bundle_type_name: str
    size_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class BundleCoverage:
    """How far the bundles of one type reach."""

    bundle_type_id: int
    bundle_type_name: str
    avg_daily_sales: float
    wb_ready_bundles: int
    nsk_ready_bundles: int
    potential_bundles_from_singles: int
    total_available_bundles: int
    days_of_cover: float | None
    observation_window_days: int


@dataclass(frozen=True, slots=True)
class ArticleBundleSnapshot:
    """One article's stock and coverage, every list by its ids."""

    article_id: int
    article_code: str
    nsk_single_sku_stock: list[SingleStock]
    wb_bundle_stock: list[BundleStock]
    nsk_bundle_stock: list[BundleStock]
    bundle_coverage: list[BundleCoverage]


def build_article_snapshot(inputs: PlanningInputs, risks: BundleRisks) -> ArticleBundleSnapshot:
    """Return the snapshot of the one article of a run. Ready bundles in the own warehouse are not kept in version 1.

    Args:
        inputs: The inputs of exactly one article.
        risks: Its bundle risks.
    """
    return ArticleBundleSnapshot(
        article_id=int(inputs.articles.id[0]),
        article_code=inputs.articles.code[0],
        nsk_single_sku_stock=_list_single_stock(inputs),
        wb_bundle_stock=_list_bundle_stock(inputs),
        nsk_bundle_stock=[],
        bundle_coverage=[_build_coverage(entry) for entry in list_risk_entries(inputs, risks)],
    )


def _list_single_stock(inputs: PlanningInputs) -> list[SingleStock]:
    skus = inputs.skus
    order = np.lexsort((skus.size_id, skus.color_id))
    order = order[skus.has_internal_balance[order]]
    columns = (skus.color_id[order], skus.size_id[order], skus.internal_on_hand[order])
    return [SingleStock(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _list_bundle_stock(inputs: PlanningInputs) -> list[BundleStock]:
    listings, names = inputs.listings, inputs.labels.bundle_type_names
    order = np.lexsort((listings.size_id, listings.bundle_type_id))
    order = order[(listings.bundle_type_id[order] != NO_ID) & (listings.size_id[order] != NO_ID)]
    bundle_type_id, size_id = listings.bundle_type_id[order], listings.size_id[order]
    starts = find_group_starts(bundle_type_id, size_id)
    group = number_groups(starts, len(order))
    quantity = sum_by_group(group, inputs.wb_skus.stock[listings.wb_sku[order]], len(starts))
    columns = (bundle_type_id[starts], size_id[starts], quantity)
    return [
        BundleStock(bundle_type, names.get(bundle_type, str(bundle_type)), size, pieces)
        for bundle_type, size, pieces in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _build_coverage(entry: BundleRiskEntry) -> BundleCoverage:
    return BundleCoverage(
        bundle_type_id=entry.bundle_type_id,
        bundle_type_name=entry.bundle_type_name,
        avg_daily_sales=entry.avg_daily_sales,
        wb_ready_bundles=entry.wb_ready_bundles,
        nsk_ready_bundles=0,
        potential_bundles_from_singles=entry.potential_bundles_from_singles,
        total_available_bundles=entry.total_available_bundles,
        days_of_cover=entry.days_of_cover,
        observation_window_days=OBSERVATION_DAYS,
    )
