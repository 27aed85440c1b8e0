"""Monitoring's messages, states and formulas in words, in the language of whoever reads them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from monitoring.domain.metrics import METRIC_BY_NAME
from planning_core import wording as planning_wording
from planning_core.domain.messages import Message
from supplybrain.charts import format_amount

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LONG = timedelta(hours=72)  # beyond, days are easier to grasp

TEMPLATES: Mapping[str, Any] = {
    "cause.sales_rate_up": _("Sales rose from %(before)s to %(after)s a day."),
    "cause.sales_rate_down": _("Sales fell from %(before)s to %(after)s a day."),
    "cause.data_missing": _("There are no sales data any more."),
    "cause.stock_fell": _("Stock fell from %(before)s to %(after)s."),
    "cause.stock_arrived": _("Stock rose from %(before)s to %(after)s."),
    "cause.threshold_changed": _("Somebody changed the settings."),
    "cause.recipe_changed": _("The bundle is packed by another recipe."),
    "cause.mapping_changed": _("Other Wildberries codes belong to it."),
    "cause.assortment_changed": _("The article has other colours or sizes."),
    "cause.article_added": _("The article came into planning."),
    "cause.article_removed": _("The article left planning."),
    "cause.rule_changed": _("The same inputs gave another result: the rule changed."),
    "cause.account_added": _("The account was added."),
    "cause.account_removed": _("The account was removed."),
    "cause.account_switched_on": _("The account was switched on."),
    "cause.account_switched_off": _("The account was switched off."),
    "account.active": _("The account is switched on."),
    "account.inactive": _("The account is switched off."),
}

CAUSE_LABELS: Mapping[str, str] = {
    "sales_rate_up": _("sales rose"),
    "sales_rate_down": _("sales fell"),
    "data_missing": _("sales data missing"),
    "stock_fell": _("stock fell"),
    "stock_arrived": _("stock arrived"),
    "threshold_changed": _("settings changed"),
    "recipe_changed": _("recipe changed"),
    "mapping_changed": _("mapping changed"),
    "assortment_changed": _("colours or sizes changed"),
    "article_added": _("article added"),
    "article_removed": _("article removed"),
    "rule_changed": _("rule changed"),
    "account_added": _("account added"),
    "account_removed": _("account removed"),
    "account_switched_on": _("account switched on"),
    "account_switched_off": _("account switched off"),
}
"""Causes in a word or two."""

STATE_LABELS: Mapping[str, str] = {
    "critical": _("critical"),
    "warning": _("warning"),
    "ok": _("ok"),
    "overstock": _("overstock"),
    "no_data": _("no data"),
    "ordered": _("ordered"),
    "not_ordered": _("not ordered"),
    "active": _("active"),
    "inactive": _("inactive"),
    "absent": _("not there"),
}

COVER = _(
    "days of cover = max(0, bundles at Wildberries + bundles that could be packed) / bundles sold a day, "
    "where bundles sold a day = units of the last 30 days of sales / days from the first to the last of them"
)

FORMULAS: Mapping[str, str] = {
    "risk_critical": _("number of article bundle types that sell and have days of cover <= safety stock days"),
    "risk_warning": _(
        "number of article bundle types that sell and have safety stock days < days of cover <= alert threshold days"
    ),
    "risk_ok": _(
        "number of article bundle types that sell and have alert threshold days < days of cover < "
        "3 x alert threshold days"
    ),
    "risk_overstock": _(
        "number of article bundle types that have days of cover >= 3 x alert threshold days, or stock and no sales"
    ),
    "risk_no_data": _("number of article bundle types without stock and sales, or with more returns than sales"),
    "wb_accounts_total": _("number of Wildberries accounts"),
    "wb_accounts_active": _("number of Wildberries accounts that are switched on"),
    "ms_accounts_total": _("number of MoySklad accounts"),
    "ms_accounts_active": _("number of MoySklad accounts that are switched on"),
    "articles_with_orders": _("number of articles with ordered pieces > 0"),
    "total_final_order_qty": _("sum of the ordered pieces of all articles"),
}
"""How each metric is computed."""

DEFICIT = _(
    "deficit = units sold a day x days to cover - stock at Wildberries; ordered pieces = deficit x strictness, "
    "raised to the article's minimums, split over its colours, each raised to its own minimum"
)


def render(message: Message) -> str:
    """Return a message of monitoring or of planning in words, in the active language.

    Raises:
        KeyError: If nobody knows its code.
    """
    return planning_wording.render(message, TEMPLATES if message.code in TEMPLATES else planning_wording.TEMPLATES)


def describe_message(message: Message) -> dict[str, Any]:
    """Return a message as a dictionary: the code, the parameters, the text in the active language."""
    return {"code": message.code, "params": dict(message.params), "text": render(message)}


def explain_formula(metric: str) -> str:
    """Return how a metric is computed, in the active language."""
    formula = gettext(FORMULAS[metric])
    if metric.startswith("risk_"):
        return f"{formula}; {gettext(COVER)}"
    if metric.endswith(("orders", "qty")):
        return f"{formula}; {gettext(DEFICIT)}"
    return formula


def name_cause(cause: str) -> str:
    """Return a cause in a word or two, in the active language."""
    return gettext(CAUSE_LABELS[cause])


def name_state(state: str) -> str:
    """Return a state of a contributor, in the active language."""
    return gettext(STATE_LABELS[state])


def name_metric(metric: str) -> str:
    """Return what people call a metric, in the active language; its name if it is not in the registry."""
    return gettext(METRIC_BY_NAME[metric].label) if metric in METRIC_BY_NAME else metric


def describe_length(length: timedelta) -> str:
    """Return a length of time in hours and minutes, a longer one in days, in the active language."""
    if length > LONG:
        return gettext("%(days)s d") % {"days": format_amount(round(length / DAY, 1))}
    hours, minutes = divmod(length // MINUTE, 60)
    words = gettext("%(hours)s h %(minutes)s min") if minutes else gettext("%(hours)s h")
    return words % {"hours": hours, "minutes": minutes}
