"""Numbers and moments as people read them, in the reader's language."""

from datetime import UTC, date, datetime

from django.utils.formats import date_format, number_format

Amount = int | float
Moment = datetime | date

DASH = "\N{EN DASH}"
MOST_DECIMALS = 2


def format_amount(amount: Amount | None) -> str:
    """Return a number with groups of digits and at most two decimals; a dash where there is none."""
    if amount is None:
        return DASH
    rounded = round(amount, MOST_DECIMALS)
    whole = rounded == int(rounded)
    return number_format(int(rounded) if whole else rounded, use_l10n=True, force_grouping=True)


def format_change(change: Amount | None) -> str:
    """Return a difference with its sign, a real minus and all; a dash where there is none."""
    if change is None:
        return DASH
    sign = "+" if change > 0 else "\N{MINUS SIGN}" if change < 0 else "\N{PLUS-MINUS SIGN}"
    return f"{sign}{format_amount(abs(change))}"


def format_moment(moment: Moment | str) -> str:
    """Return a time in UTC or a date in its short form; a name as it is."""
    if isinstance(moment, str):
        return moment
    if isinstance(moment, datetime):
        return date_format(moment.astimezone(UTC), "SHORT_DATETIME_FORMAT")
    return date_format(moment, "SHORT_DATE_FORMAT")


def to_milliseconds(moment: Moment) -> int:
    """Return a time, or the beginning of a date in UTC, as JavaScript counts it.

    Example:
        >>> to_milliseconds(date(1970, 1, 2))
        86400000
    """
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return round(moment.timestamp() * 1000)
