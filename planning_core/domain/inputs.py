"""What a planning run knows, as arrays: one row per article, SKU, listing, Wildberries code and so on.

Rows refer to each other by position (`article` in `Skus` is a row of `Articles`), to colours, sizes and bundle types by
id. Days are ordinals (`date.toordinal()`), quantities are 64-bit integers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planning_core.domain.arrays import BoolArray, ByteArray, FloatArray, IntArray

OBSERVATION_DAYS = 30
"""Days of sales that the classic policy looks at."""

NO_ID = -1
"""Stands for an empty bundle type or size in an array of ids; primary keys are positive."""

NO_DAY = 0
"""Stands for "never" in an array of days; ordinal 1 is the first day there is."""


@dataclass(frozen=True, eq=False)
class Articles:
    """The articles of the run, by ascending id, with the settings that the policy reads; shape (n_articles,)."""

    id: IntArray
    code: Sequence[str]
    has_settings: BoolArray
    """Whether there is a planning settings row: without one the five fields below it mean nothing."""
    is_active: BoolArray
    safety_stock_days: IntArray
    alert_threshold_days: IntArray
    min_fabric_batch: IntArray
    min_elastic_batch: IntArray
    strictness: FloatArray
    has_target_coverage: BoolArray
    target_coverage_days: IntArray


@dataclass(frozen=True, eq=False)
class Skus:
    """The single pieces of those articles, by ascending id; shape (n_skus,)."""

    id: IntArray
    article: IntArray
    color_id: IntArray
    size_id: IntArray
    size_order: IntArray
    packing_on_hand: IntArray
    """Pieces in the warehouse where bundles are packed: the internal one with the lowest id."""
    internal_on_hand: IntArray
    """Pieces in all internal warehouses."""
    has_internal_balance: BoolArray
    total_on_hand: IntArray
    """Pieces in all warehouses of any type."""


@dataclass(frozen=True, eq=False)
class Listings:
    """Wildberries codes mapped to those articles, one row per mapping; shape (n_listings,)."""

    article: IntArray
    wb_sku: IntArray
    bundle_type_id: IntArray
    """`NO_ID` where the mapping has none."""
    size_id: IntArray
    """`NO_ID` where the mapping has none."""


@dataclass(frozen=True, eq=False)
class Recipes:
    """The colours of each bundle of an article, one row per colour; shape (n_recipe_lines,)."""

    article: IntArray
    bundle_type_id: IntArray
    color_id: IntArray


@dataclass(frozen=True, eq=False)
class Sales:
    """Sales per Wildberries code, in two windows; shape (n_wb_skus, ...).

    The recent window of a code ends on the code's own last sales date, wherever that is. The demand window ends on the
    target date.
    """

    last_day: IntArray
    """Day of the code's last row, `NO_DAY` if it never had one."""
    recent_units: IntArray
    """Units of the last 1, 2, ... 30 days up to `last_day`, cumulated, shape (n_wb_skus, 30)."""
    recent_days: IntArray
    """Bit k is set if there is a row k days before `last_day`, 0 <= k < 30."""
    window_units: IntArray
    """Units in the demand window."""
    window_days: ByteArray
    """Bit set of the days of the demand window that have a row, shape (n_wb_skus, ceil(window / 8))."""


@dataclass(frozen=True, eq=False)
class WbSkus:
    """The Wildberries codes that the listings name, by ascending id; shape (n_wb_skus,)."""

    id: IntArray
    stock: IntArray
    """Bundles over all Wildberries warehouses."""
    sales: Sales


@dataclass(frozen=True, eq=False)
class ColorMinimums:
    """The least pieces of a colour of an article; shape (n_color_settings,)."""

    article: IntArray
    color_id: IntArray
    quantity: IntArray
    """0 where there is none."""


@dataclass(frozen=True, eq=False)
class ElasticMinimums:
    """The least pieces of an elastic type of an article, by ascending row id; shape (n_elastic_settings,)."""

    article: IntArray
    elastic_type_id: IntArray
    quantity: IntArray
    """0 where there is none."""


@dataclass(frozen=True)
class Labels:
    """What people call things, by id."""

    bundle_type_names: Mapping[int, str]
    color_codes: Mapping[int, str]
    size_labels: Mapping[int, str]
    elastic_type_names: Mapping[int, str]


@dataclass(frozen=True, eq=False)
class PlanningInputs:
    """Everything that a planning run needs."""

    target_day: int
    window_days: int
    """Days of the demand window, which ends on `target_day`."""
    default_target_coverage_days: int | None
    """Of the global settings; None without such a row."""
    has_packing_warehouse: bool
    articles: Articles
    skus: Skus
    listings: Listings
    wb_skus: WbSkus
    recipes: Recipes
    color_minimums: ColorMinimums
    elastic_minimums: ElasticMinimums
    labels: Labels
