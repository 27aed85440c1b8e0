"""What explains an article: the steps to its order, what decides, and what would give a bundle another risk level."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

ARTICLE_TEMPLATES: Mapping[str, Any] = {
    "waterfall.forecast.sold": _(
        "%(units)s sold on %(days)s days with sales data make %(average)s a day; "
        "for %(horizon_days)s days that is %(forecast)s."
    ),
    "waterfall.forecast.unsold": _("Nothing was sold on balance in the last %(window_days)s days: no demand."),
    "waterfall.wb_stock": _("Stock at Wildberries: %(stock)s."),
    "waterfall.floor_at_zero.covered": _("The stock covers the demand: there is no deficit."),
    "waterfall.floor_at_zero.missing": _("The stock does not cover the demand."),
    "waterfall.whole_pieces": _("Only whole pieces count: the deficit is %(deficit)s."),
    "waterfall.scope.ordered": _("The article is in planning and has SKUs: its deficit is ordered."),
    "waterfall.scope.no_settings": _("The article has no planning settings, so nothing is ordered."),
    "waterfall.scope.inactive": _("The article is not in planning, so nothing is ordered."),
    "waterfall.scope.no_deficit": _("Without a deficit nothing is ordered, whatever the minimums."),
    "waterfall.scope.no_skus": _("The article has no SKUs, so there is nothing that could be ordered."),
    "waterfall.nothing": _("Nothing is ordered, so this step changes nothing."),
    "waterfall.strictness.raised": _("Strictness %(factor)s raises the deficit of %(deficit)s to %(proposed)s."),
    "waterfall.strictness.below": _(
        "Strictness %(factor)s is below 1 and changes nothing: at least the deficit is ordered."
    ),
    "waterfall.strictness.one": _("The strictness is 1 and changes nothing."),
    "waterfall.strictness.idle": _("Strictness %(factor)s adds no whole piece."),
    "waterfall.fabric_minimum.raised": _("The article's fabric minimum of %(minimum)s raises the order."),
    "waterfall.fabric_minimum.met": _("The article's fabric minimum of %(minimum)s is met already."),
    "waterfall.fabric_minimum.unset": _("The article has no fabric minimum."),
    "waterfall.elastic_minimum.raised": _("The article's elastic minimum of %(minimum)s raises the order."),
    "waterfall.elastic_minimum.met": _("The article's elastic minimum of %(minimum)s is met already."),
    "waterfall.elastic_minimum.unset": _("The article has no elastic minimum."),
    "waterfall.even_split": _(
        "%(planned)s pieces are split evenly over the article's %(n_skus)s SKUs; colours ordered: %(n_colors)s."
    ),
    "waterfall.color_minimums.raised": _(
        "Colours below their minimum, raised to it: %(n_colors_raised)s of %(n_colors)s."
    ),
    "waterfall.color_minimums.met": _("Every colour that has a minimum meets it."),
    "waterfall.color_minimums.unset": _("No colour has a minimum."),
    "waterfall.elastic_type_minimum.raised": _(
        "Elastic %(elastic_type)s needs at least %(minimum)s pieces; the colours share what is missing in proportion."
    ),
    "waterfall.elastic_type_minimum.met": _("The minimum of elastic %(elastic_type)s, %(minimum)s, is met already."),
    "waterfall.elastic_type_minimum.unset": _("No elastic type of the article has a minimum."),
    "binding.elastic_type_minimum": _("The minimum of elastic %(elastic_type)s decides: %(minimum)s pieces."),
    "binding.color_minimums": _(
        "The colours' minimums decide: %(n_colors_raised)s of %(n_colors)s colours are raised to theirs."
    ),
    "binding.color_minimum": _("The colour's minimum decides: %(minimum)s pieces."),
    "binding.elastic_minimum": _("The article's elastic minimum decides: %(minimum)s pieces."),
    "binding.fabric_minimum": _("The article's fabric minimum decides: %(minimum)s pieces."),
    "binding.strictness": _(
        "The strictness of %(factor)s decides: %(proposed)s pieces instead of the deficit of %(deficit)s."
    ),
    "binding.whole_pieces": _("The deficit decides: %(deficit)s pieces. No minimum and no strictness raises it."),
    "flip.wb_ready.up": ngettext_lazy(
        "%(change)s more bundle at Wildberries: the level becomes “%(level)s”.",
        "%(change)s more bundles at Wildberries: the level becomes “%(level)s”.",
        "change",
    ),
    "flip.wb_ready.down": ngettext_lazy(
        "%(change)s bundle less: the level becomes “%(level)s”.",
        "%(change)s bundles less: the level becomes “%(level)s”.",
        "change",
    ),
    "flip.units.up": ngettext_lazy(
        "%(change)s bundle more sold in the same days (%(average)s a day): the level becomes “%(level)s”.",
        "%(change)s bundles more sold in the same days (%(average)s a day): the level becomes “%(level)s”.",
        "change",
    ),
    "flip.units.down": ngettext_lazy(
        "%(change)s bundle fewer sold in the same days (%(average)s a day): the level becomes “%(level)s”.",
        "%(change)s bundles fewer sold in the same days (%(average)s a day): the level becomes “%(level)s”.",
        "change",
    ),
    "flip.units.first": ngettext_lazy(
        "A first day of sales with %(change)s bundle: the level becomes “%(level)s”.",
        "A first day of sales with %(change)s bundles: the level becomes “%(level)s”.",
        "change",
    ),
    "flip.safety_stock_days.up": _("Safety stock of %(value)s days or more: the level becomes “%(level)s”."),
    "flip.safety_stock_days.down": _("Safety stock of %(value)s days or less: the level becomes “%(level)s”."),
    "flip.alert_threshold_days.up": _("Alert threshold of %(value)s days or more: the level becomes “%(level)s”."),
    "flip.alert_threshold_days.down": _("Alert threshold of %(value)s days or less: the level becomes “%(level)s”."),
}

LEVELS: Mapping[str, str] = {
    "critical": _("critical"),
    "warning": _("warning"),
    "ok": _("ok"),
    "overstock": _("overstock"),
    "no_data": _("no data"),
}
"""The risk levels in words: how the parameter `level` of any message is written."""
