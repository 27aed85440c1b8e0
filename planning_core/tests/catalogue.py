"""A made-up shop as plain rows, and the way from there to the arrays that the domain computes with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from planning_core.domain import assembly
from planning_core.domain.arrays import IntArray
from planning_core.domain.inputs import NO_ID, OBSERVATION_DAYS, Articles, Labels, PlanningInputs, Sales, WbSkus
from planning_core.domain.sales import SalesBuilder

TODAY = 739_631  # 2026-01-15
NSK, SECOND_NSK, OFFICE = 1, 2, 3


@dataclass(frozen=True)
class Policy:
    """A planning settings row."""

    is_active: bool = True
    safety_stock_days: int = 7
    alert_threshold_days: int = 14
    min_fabric_batch: int = 0
    min_elastic_batch: int = 0
    strictness: float = 1.0


@dataclass
class Catalogue:
    """Rows as the tables hold them; every key is unique there too."""

    policies: dict[int, Policy | None] = field(default_factory=dict)
    """By article id; None for an article without settings."""
    targets: dict[int, int] = field(default_factory=dict)
    default_target: int | None = 60
    internal_warehouses: list[int] = field(default_factory=lambda: [NSK])
    skus: list[tuple[int, int, int, int]] = field(default_factory=list)
    """id, article, colour, size."""
    size_orders: dict[int, int] = field(default_factory=dict)
    balances: dict[tuple[int, int], int] = field(default_factory=dict)
    """By SKU and warehouse."""
    recipes: list[tuple[int, int, int]] = field(default_factory=list)
    """article, bundle type, colour."""
    listings: list[tuple[int, int, int | None, int | None]] = field(default_factory=list)
    """article, Wildberries code, bundle type, size."""
    sales: dict[tuple[int, int], int] = field(default_factory=dict)
    """Units by Wildberries code and day."""
    wb_stock: dict[tuple[int, int], int] = field(default_factory=dict)
    """By Wildberries code and warehouse."""
    color_minimums: dict[tuple[int, int], int] = field(default_factory=dict)
    """By article and colour."""
    elastic_minimums: list[tuple[int, int, int, int]] = field(default_factory=list)
    """row id, article, elastic type, pieces."""


def build_inputs(
    catalogue: Catalogue,
    *,
    target_day: int = TODAY,
    article_ids: Sequence[int] | None = None,
    window_days: int = OBSERVATION_DAYS,
) -> PlanningInputs:
    """Return the arrays of a catalogue, put together as the selector does it."""
    chosen = [i for i, policy in catalogue.policies.items() if policy and policy.is_active]
    if article_ids is not None:
        chosen = [i for i in catalogue.policies if i in article_ids]
    articles = _build_articles(catalogue, sorted(chosen))
    listings, wb_sku_ids = assembly.assemble_listings(
        article_ids=articles.id,
        listings=_columns(
            "article_id wb_sku_id bundle_type_id size_id",
            [tuple(NO_ID if value is None else value for value in row) for row in catalogue.listings],
        ),
    )
    stock = _columns("wb_sku_id quantity", [(code, pieces) for (code, _), pieces in catalogue.wb_stock.items()])
    return PlanningInputs(
        target_day=target_day,
        window_days=window_days,
        default_target_coverage_days=catalogue.default_target,
        has_packing_warehouse=bool(catalogue.internal_warehouses),
        articles=articles,
        skus=assembly.assemble_skus(
            article_ids=articles.id,
            skus=_columns(
                "id article_id color_id size_id size_order",
                [(*sku, catalogue.size_orders.get(sku[3], 0)) for sku in catalogue.skus],
            ),
            balances=_columns("sku_id warehouse_id quantity", [(*key, n) for key, n in catalogue.balances.items()]),
            internal_warehouse_ids=np.array(sorted(catalogue.internal_warehouses), dtype=np.int64),
            packing_warehouse_id=min(catalogue.internal_warehouses, default=None),
        ),
        listings=listings,
        wb_skus=WbSkus(
            id=wb_sku_ids,
            stock=assembly.assemble_wb_stock(wb_sku_ids=wb_sku_ids, stocks=stock),
            sales=_summarise(catalogue, wb_sku_ids, target_day, window_days),
        ),
        recipes=assembly.assemble_recipes(
            article_ids=articles.id, recipes=_columns("article_id bundle_type_id color_id", catalogue.recipes)
        ),
        color_minimums=assembly.assemble_color_minimums(
            article_ids=articles.id,
            minimums=_columns("article_id color_id quantity", [(*k, n) for k, n in catalogue.color_minimums.items()]),
        ),
        elastic_minimums=assembly.assemble_elastic_minimums(
            article_ids=articles.id,
            minimums=_columns("id article_id elastic_type_id quantity", catalogue.elastic_minimums),
        ),
        labels=Labels({}, {}, {}, {}),
    )


def _columns(names: str, rows: Sequence[Sequence[int]]) -> Mapping[str, IntArray]:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), len(names.split()))
    return dict(zip(names.split(), table.T, strict=True))


def _build_articles(catalogue: Catalogue, ids: list[int]) -> Articles:
    policies = [catalogue.policies[i] for i in ids]
    known = [policy or Policy(is_active=False, strictness=0.0) for policy in policies]
    return Articles(
        id=np.array(ids, dtype=np.int64),
        code=[f"A{i}" for i in ids],
        has_settings=np.array([policy is not None for policy in policies], dtype=np.bool_),
        is_active=np.array([policy.is_active for policy in known], dtype=np.bool_),
        safety_stock_days=np.array([policy.safety_stock_days for policy in known], dtype=np.int64),
        alert_threshold_days=np.array([policy.alert_threshold_days for policy in known], dtype=np.int64),
        min_fabric_batch=np.array([policy.min_fabric_batch for policy in known], dtype=np.int64),
        min_elastic_batch=np.array([policy.min_elastic_batch for policy in known], dtype=np.int64),
        strictness=np.array([policy.strictness for policy in known], dtype=np.float64),
        has_target_coverage=np.array([i in catalogue.targets for i in ids], dtype=np.bool_),
        target_coverage_days=np.array([catalogue.targets.get(i, 0) for i in ids], dtype=np.int64),
    )


def _summarise(catalogue: Catalogue, wb_sku_ids: IntArray, target_day: int, window_days: int) -> Sales:
    builder = SalesBuilder(n_wb_skus=len(wb_sku_ids), target_day=target_day, window_days=window_days, recent_from_day=0)
    place = {code: position for position, code in enumerate(wb_sku_ids.tolist())}
    rows = sorted((place[code], day, units) for (code, day), units in catalogue.sales.items() if code in place)
    builder.add(*_columns("code day units", rows).values())
    return builder.sales
