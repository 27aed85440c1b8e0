"""Explanations as data: a code and what goes with it. Who shows one puts it into words (`planning_core.wording`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Param = str | int | float | date
"""Numbers stay numbers: how many digits a person reads is a matter of wording."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say.

    Example:
        >>> Message("line.share", {"quantity": 3}).code
        'line.share'
    """

    code: str
    params: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class Sentence(Message):
    """A message of which version 1 of the API shows the text alone, where it always had a sentence."""


def _declare(codes: str, params: str) -> dict[str, frozenset[str]]:
    return dict.fromkeys(codes.split(), frozenset(params.split()))


CODES: Mapping[str, frozenset[str]] = {
    **_declare(
        "risk.critical risk.warning risk.ok risk.overstock risk.no_data",
        "total average cover safety_days alert_days overstock_days",
    ),
    **_declare("risk.unsold_overstock risk.unsold_no_data", "total"),
    **_declare("risk.returns", "total average"),
    **_declare("demand.deficit", "units days average horizon_days forecast stock deficit"),
    **_declare(
        "order.fabric_min_batch order.elastic_min_batch order.color_min_batch order.strictness order.none",
        "color deficit factor proposed final",
    ),
    **_declare("line.share", "quantity color_total article_total on_hand"),
    **_declare(
        "health.sales_missing health.stock_balances_missing health.wb_stock_missing health.skus_missing "
        "health.listings_missing health.bundle_recipes_missing "
        "health.no_active_articles health.no_internal_warehouse health.global_settings_missing "
        "health.global_target_not_positive health.sales_after_as_of health.wb_codes_without_listing "
        "health.articles_without_skus health.articles_without_recipe health.articles_without_listing "
        "health.articles_without_sales health.articles_without_stock health.recipe_colors_without_sku "
        "health.strictness_not_positive health.thresholds_negative health.safety_above_alert "
        "health.target_not_positive health.minimums_negative",
        "",
    ),
    **_declare("health.sales_old health.stock_balances_old health.wb_stock_old", "age_days"),
    **_declare("proposal.total", "articles with_deficit quantity skus"),
    **_declare("waterfall.forecast.sold", "units days average horizon_days forecast"),
    **_declare("waterfall.forecast.unsold", "window_days"),
    **_declare("waterfall.wb_stock", "stock"),
    **_declare("waterfall.floor_at_zero.covered waterfall.floor_at_zero.missing", ""),
    **_declare("waterfall.whole_pieces", "deficit"),
    **_declare(
        "waterfall.scope.no_settings waterfall.scope.inactive waterfall.scope.no_deficit waterfall.scope.no_skus "
        "waterfall.scope.ordered waterfall.nothing waterfall.strictness.one "
        "waterfall.fabric_minimum.unset waterfall.elastic_minimum.unset "
        "waterfall.color_minimums.unset waterfall.color_minimums.met waterfall.elastic_type_minimum.unset",
        "",
    ),
    **_declare("waterfall.strictness.raised", "factor deficit proposed"),
    **_declare("waterfall.strictness.below waterfall.strictness.idle", "factor"),
    **_declare(
        "waterfall.fabric_minimum.raised waterfall.fabric_minimum.met "
        "waterfall.elastic_minimum.raised waterfall.elastic_minimum.met",
        "minimum",
    ),
    **_declare("waterfall.even_split", "planned n_skus n_colors"),
    **_declare("waterfall.color_minimums.raised", "n_colors n_colors_raised"),
    **_declare(
        "waterfall.elastic_type_minimum.raised waterfall.elastic_type_minimum.met binding.elastic_type_minimum",
        "elastic_type minimum",
    ),
    **_declare("binding.color_minimums", "n_colors n_colors_raised"),
    **_declare("binding.color_minimum binding.elastic_minimum binding.fabric_minimum", "minimum"),
    **_declare("binding.strictness", "factor proposed deficit"),
    **_declare("binding.whole_pieces", "deficit"),
    **_declare(
        "flip.wb_ready.up flip.wb_ready.down flip.units.up flip.units.down flip.units.first "
        "flip.safety_stock_days.up flip.safety_stock_days.down "
        "flip.alert_threshold_days.up flip.alert_threshold_days.down",
        "change value average level",
    ),
}
"""Every code of planning, and the names of the parameters that it always comes with."""
