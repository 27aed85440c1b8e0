"""What a column may hold: how a value of the source, from JSON or from PostgreSQL, becomes a value of ours.

Every parser raises UnusableValueError with the reason and the remedy; the caller knows table, row and column.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

MONEY_LIMIT = 10**12


class UnusableValueError(ValueError):
    """A value cannot be kept; the message continues "this value ..." and names the remedy."""


@dataclass(frozen=True)
class Kind:
    """The type of a column in the temporary table, and the parser of its values (null never gets there)."""

    sql_type: str
    parse: Callable[[object], object]


def integer(*, bits: int = 32, minimum: int | None = None) -> Kind:
    """Return the kind of whole numbers that fit a signed integer of so many bits."""
    lowest = -(2 ** (bits - 1)) if minimum is None else minimum
    highest = 2 ** (bits - 1) - 1

    def parse(value: object) -> int:
        number = _read_integer(value)
        if not lowest <= number <= highest:
            raise UnusableValueError(f"is outside {lowest}..{highest}; correct it")
        return number

    return Kind(sql_type="bigint", parse=parse)


def text(max_length: int | None = None) -> Kind:
    """Return the kind of texts up to a length; numbers are taken as they print."""

    def parse(value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise UnusableValueError("is not a text; correct it")
        words = str(value)
        if max_length is not None and len(words) > max_length:
            raise UnusableValueError(f"is longer than {max_length} characters; shorten it")
        return _storable(words)

    return Kind(sql_type="text", parse=parse)


def choice(values: Sequence[str]) -> Kind:
    """Return the kind of texts that are one of a few words."""

    def parse(value: object) -> str:
        if value not in values:
            raise UnusableValueError(f"is not one of {', '.join(values)}; correct it")
        return str(value)

    return Kind(sql_type="text", parse=parse)


def _parse_money(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise UnusableValueError("is not an amount; correct it")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise UnusableValueError("is not an amount; write it like 1234.50") from None
    if not amount.is_finite() or not -MONEY_LIMIT < amount < MONEY_LIMIT:
        raise UnusableValueError("is not an amount below 1,000,000,000,000; correct it")
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _parse_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise UnusableValueError("is not a number; correct it")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise UnusableValueError("is not a number; correct it") from None
    if not math.isfinite(number):
        raise UnusableValueError("is not a finite number; correct it")
    return number


def _parse_truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in (0, 1):
        return value == 1
    raise UnusableValueError("is neither true nor false; correct it")


def _parse_day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UnusableValueError("is not a date; write it like 2026-01-31") from None


def _parse_moment(value: object) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise UnusableValueError("is not a time; write it like 2026-01-31T09:00:00+00:00") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment  # the previous backend stored UTC


def _read_integer(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        number = Decimal(value) if isinstance(value, str | float | Decimal) else None
    except InvalidOperation:
        number = None
    # The range first: turning 1e999999 into an int would take for ever. No abs(): it overflows.
    if number is None or not number.is_finite() or not -(2**63) <= number < 2**63 or number % 1 != 0:
        raise UnusableValueError("is not a whole number; correct it")
    return int(number)


def _storable(words: str) -> str:
    if "\0" in words:
        raise UnusableValueError("holds a NUL character, which PostgreSQL cannot store; remove it")
    if not words.isascii():
        try:
            words.encode()
        except UnicodeEncodeError:
            raise UnusableValueError("holds half a surrogate pair, which is not Unicode; remove it") from None
    return words


IDENTIFIER = integer(bits=64, minimum=1)
INTEGER = integer()
SMALL_INTEGER = integer(bits=16)
BIG_INTEGER = integer(bits=64)
MONEY = Kind(sql_type="numeric", parse=_parse_money)
NUMBER = Kind(sql_type="double precision", parse=_parse_number)
TRUTH = Kind(sql_type="boolean", parse=_parse_truth)
DAY = Kind(sql_type="date", parse=_parse_day)
MOMENT = Kind(sql_type="timestamptz", parse=_parse_moment)
