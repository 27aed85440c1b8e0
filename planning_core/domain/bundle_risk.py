"""Bundle risk of the classic policy: how long the bundles of each type last, against the article's thresholds."""

from dataclasses import dataclass

import numpy as np

from planning_core.domain.arrays import BoolArray, FloatArray, IntArray, find_group_starts, locate, sum_by_group
from planning_core.domain.inputs import NO_DAY, NO_ID, OBSERVATION_DAYS, Listings, PlanningInputs, WbSkus
from planning_core.domain.potential import compute_potential_bundles

RISK_LEVELS = ("critical", "warning", "ok", "overstock", "no_data")
"""Worst first, as the health portfolio ranks them. A level in an array is its place here."""

CRITICAL, WARNING, OK, OVERSTOCK, NO_DATA = range(5)

DEFAULT_SAFETY_STOCK_DAYS = 7
DEFAULT_ALERT_THRESHOLD_DAYS = 14
OVERSTOCK_FACTOR = 3


@dataclass(frozen=True, eq=False)
class BundleRisks:
    """One row per article and bundle type, by article, then bundle type id; shape (n_entries,)."""

    article: IntArray
    bundle_type_id: IntArray
    wb_ready: IntArray
    potential: IntArray
    total_available: IntArray
    units: IntArray
    """Bundles sold in the window, returns subtracted."""
    window_days: IntArray
    """Days from the first to the last row of the window, 0 without rows."""
    average_per_day: FloatArray
    has_cover: BoolArray
    days_of_cover: FloatArray
    """0.0 where `has_cover` is false."""
    safety_stock_days: IntArray
    alert_threshold_days: IntArray
    overstock_threshold_days: IntArray
    level: IntArray


@dataclass(frozen=True, eq=False)
class _Groups:
    """The pairs of article and bundle type that have an entry, as sorted keys."""

    key: IntArray
    article: IntArray
    bundle_type_id: IntArray
    bundle_type_ids: IntArray

    def find(self, article: IntArray, bundle_type_id: IntArray) -> tuple[IntArray, BoolArray]:
        """Return the entry of each pair and whether it has one."""
        bundle_type, known = locate(self.bundle_type_ids, bundle_type_id)
        entry, found = locate(self.key, article * len(self.bundle_type_ids) + bundle_type)
        return entry, found & known


def compute_bundle_risks(inputs: PlanningInputs) -> BundleRisks:
    """Return the risk of every bundle type of every article.

    The average looks at the 30 days up to the latest sales day of the bundle type's codes, whatever the target date.
    """
    potential = compute_potential_bundles(recipes=inputs.recipes, skus=inputs.skus)
    listings = inputs.listings
    is_sized = (listings.bundle_type_id != NO_ID) & (listings.size_id != NO_ID)
    has_potential = np.full(len(potential.article), inputs.has_packing_warehouse)
    groups = _list_groups(
        np.concatenate([listings.article[is_sized], potential.article[has_potential]]),
        np.concatenate([listings.bundle_type_id[is_sized], potential.bundle_type_id[has_potential]]),
    )
    count = len(groups.key)
    sized, _ = groups.find(listings.article[is_sized], listings.bundle_type_id[is_sized])
    wb_ready = sum_by_group(sized, inputs.wb_skus.stock[listings.wb_sku[is_sized]], count)
    packed, _ = groups.find(potential.article[has_potential], potential.bundle_type_id[has_potential])
    singles = sum_by_group(packed, potential.quantity[has_potential], count)
    units, window_days = _sum_windows(groups, listings, inputs.wb_skus)
    articles = inputs.articles
    has_settings = articles.has_settings[groups.article]
    return judge_bundles(
        article=groups.article,
        bundle_type_id=groups.bundle_type_id,
        wb_ready=wb_ready,
        potential=singles,
        units=units,
        window_days=window_days,
        safety_stock_days=np.where(has_settings, articles.safety_stock_days[groups.article], DEFAULT_SAFETY_STOCK_DAYS),
        alert_threshold_days=np.where(
            has_settings, articles.alert_threshold_days[groups.article], DEFAULT_ALERT_THRESHOLD_DAYS
        ),
    )


def judge_bundles(  # noqa: PLR0913  (one argument per input of the rule, so that each can be changed alone)
    *,
    article: IntArray,
    bundle_type_id: IntArray,
    wb_ready: IntArray,
    potential: IntArray,
    units: IntArray,
    window_days: IntArray,
    safety_stock_days: IntArray,
    alert_threshold_days: IntArray,
) -> BundleRisks:
    """Return the risk of bundles whose inputs are known; all arrays have one row per article and bundle type.

    Args:
        article: Position of the article in the run, or any number that tells articles apart.
        bundle_type_id: Which bundle.
        wb_ready: Bundles at Wildberries.
        potential: Bundles that could be packed from single pieces.
        units: Bundles sold in the window.
        window_days: Days from the first to the last row of the window, 0 without rows.
        safety_stock_days: Up to this cover the level is critical [days].
        alert_threshold_days: Up to this cover the level is warning [days].
    """
    average = units / np.maximum(window_days, 1)  # without rows: 0 units over 1 day
    total = wb_ready + potential
    has_cover = average > 0
    cover = np.divide(np.maximum(total, 0), average, out=np.zeros(len(total)), where=has_cover)
    overstock = OVERSTOCK_FACTOR * alert_threshold_days
    return BundleRisks(
        article=article,
        bundle_type_id=bundle_type_id,
        wb_ready=wb_ready,
        potential=potential,
        total_available=total,
        units=units,
        window_days=window_days,
        average_per_day=average,
        has_cover=has_cover,
        days_of_cover=cover,
        safety_stock_days=safety_stock_days,
        alert_threshold_days=alert_threshold_days,
        overstock_threshold_days=overstock,
        level=_choose_levels(total, average, cover, safety_stock_days, alert_threshold_days, overstock),
    )


def find_last_sales_days(inputs: PlanningInputs, risks: BundleRisks) -> IntArray:
    """Return, per row of the risks, the latest day with a sales row of any of its codes, `NO_DAY` without any."""
    group, wb_sku = _list_group_codes(_list_groups(risks.article, risks.bundle_type_id), inputs.listings)
    last_day = np.full(len(risks.article), NO_DAY, dtype=np.int64)
    np.maximum.at(last_day, group, inputs.wb_skus.sales.last_day[wb_sku])
    return last_day


def _list_groups(article: IntArray, bundle_type_id: IntArray) -> _Groups:
    bundle_type_ids, bundle_type = np.unique(bundle_type_id, return_inverse=True)
    key = np.unique(article * len(bundle_type_ids) + bundle_type)
    width = max(len(bundle_type_ids), 1)
    return _Groups(
        key=key, article=key // width, bundle_type_id=bundle_type_ids[key % width], bundle_type_ids=bundle_type_ids
    )


def _sum_windows(groups: _Groups, listings: Listings, wb_skus: WbSkus) -> tuple[IntArray, IntArray]:
    """Return the units of each group's codes, each code once, and the days between the window's first and last row."""
    group, wb_sku = _list_group_codes(groups, listings)
    sales, count = wb_skus.sales, len(groups.key)
    last_day = np.full(count, NO_DAY, dtype=np.int64)
    np.maximum.at(last_day, group, sales.last_day[wb_sku])
    lag = last_day[group] - sales.last_day[wb_sku]
    seen = (sales.last_day[wb_sku] != NO_DAY) & (lag < OBSERVATION_DAYS)
    group, wb_sku, lag = group[seen], wb_sku[seen], lag[seen]
    reach = OBSERVATION_DAYS - lag  # days of the code's own window that lie in the group's window, 1..30
    units = sum_by_group(group, sales.recent_units[wb_sku, reach - 1], count)
    first_day = last_day.copy()
    oldest_age = _find_highest_bit(sales.recent_days[wb_sku] & (np.left_shift(1, reach) - 1))
    np.minimum.at(first_day, group, sales.last_day[wb_sku] - oldest_age)
    return units, np.where(last_day == NO_DAY, 0, last_day - first_day + 1)


def _list_group_codes(groups: _Groups, listings: Listings) -> tuple[IntArray, IntArray]:
    """Return the distinct pairs (group, Wildberries code); a listing needs no size for this."""
    typed = listings.bundle_type_id != NO_ID
    group, found = groups.find(listings.article[typed], listings.bundle_type_id[typed])
    group, wb_sku = group[found], listings.wb_sku[typed][found]
    order = np.lexsort((wb_sku, group))
    group, wb_sku = group[order], wb_sku[order]
    firsts = find_group_starts(group, wb_sku)
    return group[firsts], wb_sku[firsts]


def _find_highest_bit(bits: IntArray) -> IntArray:
    """Return the number of the highest set bit of positive integers below 2**53."""
    return np.frexp(bits.astype(np.float64))[1].astype(np.int64) - 1


def _choose_levels(
    total: IntArray, average: FloatArray, cover: FloatArray, safety: IntArray, alert: IntArray, overstock: IntArray
) -> IntArray:
    """Return the level of each entry; thresholds may be in any order, the first rule that holds decides."""
    rules = [
        ((average == 0) & (total > 0), OVERSTOCK),
        (average <= 0, NO_DATA),  # nothing sold, or more returned than sold
        (cover <= safety, CRITICAL),
        (cover <= alert, WARNING),
        ((alert < cover) & (cover < overstock), OK),
        (cover >= overstock, OVERSTOCK),
    ]
    return np.select([condition for condition, _ in rules], [level for _, level in rules], NO_DATA).astype(np.int64)
