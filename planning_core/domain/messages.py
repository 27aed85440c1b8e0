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
}
"""Every code of planning, and the names of the parameters that it always comes with."""
