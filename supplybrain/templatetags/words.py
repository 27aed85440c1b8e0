"""Template filters that put numbers and times into the reader's words."""

from datetime import date, datetime

from django import template

from supplybrain.charts.words import Amount
from supplybrain.charts.words import format_amount as _format_amount
from supplybrain.charts.words import format_change as _format_change
from supplybrain.charts.words import format_moment as _format_moment

register = template.Library()


@register.filter
def amount(value: Amount | None) -> str:
    """Return a number with groups of digits; a dash where there is none."""
    return _format_amount(value)


@register.filter
def change(value: Amount | None) -> str:
    """Return a difference with its sign; a dash where there is none."""
    return _format_change(value)


@register.filter
def moment(value: datetime | date | None) -> str:
    """Return a time in UTC, or a date; nothing where there is none."""
    return "" if value is None else _format_moment(value)
