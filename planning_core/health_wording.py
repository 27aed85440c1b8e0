"""What the health report says about planning's data: what is found, what follows from it, and the remedy."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

HEALTH_TEMPLATES: Mapping[str, str] = {
    "health.sales_missing": _("There are no sales of the last 30 days: import them."),
    "health.stock_balances_missing": _("There are no balances of own warehouses: import them."),
    "health.wb_stock_missing": _("There is no stock at Wildberries on file: import it."),
    "health.skus_missing": _("There are no SKUs: import the catalogue."),
    "health.listings_missing": _("There are no listings: import them."),
    "health.bundle_recipes_missing": _("There are no bundle recipes: import them."),
    "health.sales_old": _("The latest sales are %(age_days)s days old: run their import again."),
    "health.stock_balances_old": _("The balances of own warehouses are %(age_days)s days old: run their import again."),
    "health.wb_stock_old": _("The stock at Wildberries is %(age_days)s days old: run its import again."),
    "health.no_active_articles": _("No article is in planning: activate planning settings or import a catalogue."),
    "health.no_internal_warehouse": _("No warehouse is of type internal, so nothing can be packed: add one."),
    "health.global_settings_missing": _(
        "There are no global planning settings; articles without a target cover 60 days: save them once."
    ),
    "health.global_target_not_positive": _(
        "The global coverage target is not above 0 days; articles without their own order nothing: raise it."
    ),
    "health.sales_after_as_of": _(
        "There are sales after the day planned as of, and bundle risk uses them: plan as of a later day."
    ),
    "health.wb_codes_without_listing": _(
        "Wildberries codes with stock or recent sales belong to no article and are not planned: map them."
    ),
    "health.articles_without_skus": _("Active articles have no SKU and cannot be ordered: add SKUs."),
    "health.articles_without_recipe": _("Active articles have no bundle recipe, nothing can be packed: add recipes."),
    "health.articles_without_listing": _(
        "Active articles have no listing, their demand counts as zero: map their Wildberries codes."
    ),
    "health.articles_without_sales": _(
        "Listed active articles have no sales row in 30 days, their demand counts as zero: check the sales import."
    ),
    "health.articles_without_stock": _(
        "Active articles have no stock row anywhere, their stock counts as zero: check the stock import."
    ),
    "health.recipe_colors_without_sku": _(
        "Recipes of active articles name colours without any SKU, such bundles cannot be packed: correct one of them."
    ),
    "health.strictness_not_positive": _("The strictness is not above 0 and counts as 1: set the factor that is meant."),
    "health.thresholds_negative": _("The safety stock or alert threshold is below 0 days: correct it."),
    "health.safety_above_alert": _(
        "The safety stock is above the alert threshold, such an article is never in warning: correct one of them."
    ),
    "health.target_not_positive": _(
        "The article's coverage target is not above 0 days, nothing of it is ordered: raise or empty it."
    ),
    "health.minimums_negative": _("A fabric, elastic or colour minimum is below 0 and counts as none: correct it."),
}
