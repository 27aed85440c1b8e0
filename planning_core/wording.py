"""Messages in words, in the language of whoever reads them.

One template per code, a whole sentence that can be translated as one. Placeholders are names among the message's
parameters (`planning_core.domain.messages.CODES`).
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Self

import numpy as np
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_noop as _

from planning_core.article_wording import ARTICLE_TEMPLATES, LEVELS
from planning_core.domain.messages import Message, Param
from planning_core.health_wording import HEALTH_TEMPLATES

# Marked for translation and translated once per language: lazy translations would take seconds over a long proposal.

SMALL = 0.1
"""Below this, two digits behind the separator would hide what the number is."""

GROUPED = 1000
"""From here on whole numbers have groups of digits."""

TEMPLATES: Mapping[str, Any] = {
    "risk.critical": _(
        "%(total)s bundles at %(average)s a day last %(cover)s days: critical, "
        "since that is within the safety stock of %(safety_days)s days."
    ),
    "risk.warning": _(
        "%(total)s bundles at %(average)s a day last %(cover)s days: warning, "
        "since that is more than the safety stock of %(safety_days)s days "
        "but within the alert threshold of %(alert_days)s days."
    ),
    "risk.ok": _(
        "%(total)s bundles at %(average)s a day last %(cover)s days: ok, since that is more than "
        "the alert threshold of %(alert_days)s days and less than overstock, which begins at %(overstock_days)s days."
    ),
    "risk.overstock": _(
        "%(total)s bundles at %(average)s a day last %(cover)s days: overstock, "
        "which begins at %(overstock_days)s days."
    ),
    "risk.no_data": _(
        "%(total)s bundles at %(average)s a day last %(cover)s days, which is on no side of the alert threshold of "
        "%(alert_days)s days and the overstock threshold of %(overstock_days)s days: no data."
    ),
    "risk.unsold_overstock": _(
        "%(total)s bundles are available and nothing was sold in the last 30 days of sales: overstock."
    ),
    "risk.unsold_no_data": _(
        "%(total)s bundles are available and nothing was sold in the last 30 days of sales: no data."
    ),
    "risk.returns": _(
        "%(total)s bundles are available, and more were returned than sold in the last 30 days of sales "
        "(%(average)s a day): no data."
    ),
    "demand.deficit": _(
        "%(units)s units sold on %(days)s days with sales data, %(average)s a day; %(forecast)s needed for "
        "%(horizon_days)s days, %(stock)s in stock at Wildberries: deficit %(deficit)s."
    ),
    "order.fabric_min_batch": _(
        "Article deficit %(deficit)s with factor %(factor)s proposes %(proposed)s pieces; "
        "colour %(color)s gets %(final)s: the article's fabric minimum decided."
    ),
    "order.elastic_min_batch": _(
        "Article deficit %(deficit)s with factor %(factor)s proposes %(proposed)s pieces; "
        "colour %(color)s gets %(final)s: the elastic minimum decided."
    ),
    "order.color_min_batch": _(
        "Article deficit %(deficit)s with factor %(factor)s proposes %(proposed)s pieces; "
        "colour %(color)s gets %(final)s: the colour's minimum decided."
    ),
    "order.strictness": _(
        "Article deficit %(deficit)s with factor %(factor)s proposes %(proposed)s pieces; "
        "colour %(color)s gets %(final)s: the strictness decided."
    ),
    "order.none": _(
        "Article deficit %(deficit)s with factor %(factor)s proposes %(proposed)s pieces; "
        "colour %(color)s gets %(final)s: no minimum decided."
    ),
    "line.share": _(
        "%(quantity)s of the colour's %(color_total)s and the article's %(article_total)s pieces; "
        "%(on_hand)s on hand in own warehouses."
    ),
    "proposal.total": _(
        "%(articles)s active articles, %(with_deficit)s of them with a deficit; "
        "%(quantity)s pieces of %(skus)s SKUs proposed."
    ),
    **HEALTH_TEMPLATES,
    **ARTICLE_TEMPLATES,
}


def render(message: Message, templates: Mapping[str, Any] = TEMPLATES) -> str:
    """Return a message in words, in the active language.

    Args:
        message: Any message whose code has a template.
        templates: Templates by code: texts marked for translation or lazy translations, with named placeholders. One
            made by `ngettext_lazy` chooses its form by the parameter that it was given the name of.

    Raises:
        KeyError: If the code has no template, or the template names a parameter that the message lacks.
    """
    return render_in(get_language(), message, templates)


def render_in(language: str | None, message: Message, templates: Mapping[str, Any] = TEMPLATES) -> str:
    """Return a message in words, as `render` does, in the language that is known to be active.

    For long lists: asking which one it is costs more than all the rest.
    """
    template = templates[message.code]
    text: str = _translate(template, language) if isinstance(template, str) else template
    params = {name: write_param(value, language) for name, value in message.params.items()}
    if isinstance(level := params.get("level"), str):
        params["level"] = _translate(LEVELS.get(level, level), language)
    return text % params


def write_level(level: str) -> str:
    """Return a risk level in words, in the active language."""
    return _translate(LEVELS[level], get_language())


def write_param(value: Param, language: str | None) -> Param:
    """Return a parameter as a person reads it: digits grouped, decimals rounded, dates in the language's form.

    Whole numbers stay numbers: a plural form is chosen by them.
    """
    if isinstance(value, float):
        return write_number(value, language)
    if isinstance(value, int):
        return value if -GROUPED < value < GROUPED else GroupedNumber(value, language)
    if isinstance(value, date):
        return date_format(value, get_format("DATE_FORMAT", lang=language))
    return value


class GroupedNumber(int):
    """A whole number that is written with the language's groups of digits."""

    language: str | None

    def __new__(cls, value: int, language: str | None) -> Self:
        """Return the number for a language."""
        number = super().__new__(cls, value)
        number.language = language
        return number

    def __str__(self) -> str:
        return f"{int(self):,}".translate(_get_separators(self.language))


def write_number(value: float, language: str | None) -> str:
    """Return a decimal with at most two digits behind the language's separator, two that count if it is small.

    Example:
        >>> [write_number(value, "ru") for value in (2.0, 1.25, 6.999, 0.0421)]
        ['2', '1,25', '7', '0,042']
    """
    if 0 < abs(value) < SMALL:
        text = np.format_float_positional(value, precision=2, fractional=False, trim="-")
    else:
        text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.translate(_get_separators(language))


@cache
def _translate(text: str, language: str | None) -> str:
    with override(language):
        return gettext(text)


@cache
def _get_separators(language: str | None) -> dict[int, str]:
    """Return what the separators of Python's numbers are replaced by."""
    names = {",": "THOUSAND_SEPARATOR", ".": "DECIMAL_SEPARATOR"}
    return {ord(sign): str(get_format(name, lang=language)) for sign, name in names.items()}
