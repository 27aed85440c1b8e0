"""Parsers of cells: each turns the text of a cell into the text that PostgreSQL gets, or says what is wrong with it.

An empty cell becomes the parser's default; None means null. Parsers remember recent cells: dates, codes and small
numbers repeat so much in real files that most cells cost one look into a table of fixed size.
"""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from planning_core.services.csv_import.errors import CellError

Parser = Callable[[str], str | None]

REMEMBERED_CELLS = 16_384
INTEGER_MAXIMUM = 2**31 - 1
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
AMOUNT = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{0,18})?")
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")  # other centuries are typing errors
TRUTHS = {"true": "true", "t": "true", "yes": "true", "1": "true", "false": "false", "f": "false", "no": "false"}
TRUTHS["0"] = "false"


def code(max_length: int) -> Parser:
    """Return the parser of a code that must be there."""
    return text(max_length, required=True)


def text(max_length: int, *, default: str | None = "", required: bool = False) -> Parser:
    """Return the parser of a text up to a length."""

    def parse(words: str) -> str:
        if len(words) > max_length:
            raise CellError(f"is longer than {max_length} characters")
        if "\0" in words:
            raise CellError("holds a NUL byte")
        if not words.isascii():
            _check_encoding(words)
        return words

    return _build(parse, default=default, required=required)


def whole_number(*, minimum: int, maximum: int = INTEGER_MAXIMUM, default: int | None = None) -> Parser:
    """Return the parser of a whole number within [minimum, maximum]."""

    def parse(digits: str) -> str:
        if not WHOLE_NUMBER.fullmatch(digits):
            raise CellError("is not a whole number")
        number = int(digits)
        if not minimum <= number <= maximum:
            raise CellError(_describe_range(number, minimum, maximum))
        return str(number)

    return _build(parse, default=None if default is None else str(default))


def amount(*, digits: int, negative: bool, required: bool = False) -> Parser:
    """Return the parser of an amount of money with two decimals, rounded half away from zero.

    Args:
        digits: How many digits it may have in all.
        negative: Whether it may be below zero.
        required: Whether the cell must be filled.
    """
    limit = Decimal(10) ** (digits - 2)

    def parse(written: str) -> str:
        if not AMOUNT.fullmatch(written):
            raise CellError("is not an amount; write it like 1234.50")
        value = Decimal(written).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if value < 0 and not negative:
            raise CellError("is negative")
        if abs(value) >= limit:
            raise CellError(f"is too large, must be below {limit:,}")
        return str(value)

    return _build(parse, default=None, required=required)


def factor(*, default: float) -> Parser:
    """Return the parser of a finite number that is not negative."""

    def parse(written: str) -> str:
        number = float(written) if AMOUNT.fullmatch(written) else math.nan
        if math.isnan(number):
            raise CellError("is not a number; write it like 1.5")
        if number < 0:
            raise CellError("is negative")
        return repr(number)

    return _build(parse, default=repr(default))


def truth(*, default: bool | None) -> Parser:
    """Return the parser of true or false."""

    def parse(word: str) -> str:
        found = TRUTHS.get(word.lower())
        if found is None:
            raise CellError("is neither true nor false")
        return found

    return _build(parse, default=None if default is None else str(default).lower())


def day(*, required: bool) -> Parser:
    """Return the parser of a date."""

    def parse(written: str) -> str:
        try:
            return date.fromisoformat(written).isoformat() if DAY.fullmatch(written) else _refuse_day()
        except ValueError:
            return _refuse_day()

    return _build(parse, default=None, required=required)


def word(words: Sequence[str], *, default: str) -> Parser:
    """Return the parser of one of a few words."""

    def parse(written: str) -> str:
        if written not in words:
            raise CellError(f"is not one of {', '.join(words)}")
        return written

    return _build(parse, default=default)


def _build(parse: Callable[[str], str], *, default: str | None, required: bool = False) -> Parser:
    @lru_cache(maxsize=REMEMBERED_CELLS)
    def parse_cell(cell: str) -> str | None:
        stripped = cell.strip()
        if stripped:
            return parse(stripped)
        if required:
            raise CellError("is empty")
        return default

    return parse_cell


def _refuse_day() -> str:
    raise CellError("is not a date from 2000-01-01 to 2099-12-31; write it like 2026-01-31")


def _describe_range(number: int, minimum: int, maximum: int) -> str:
    if number < 0 <= minimum:
        return "is negative"
    return f"is below {minimum}" if number < minimum else f"is above {maximum}"


def _check_encoding(words: str) -> None:
    try:
        words.encode()
    except UnicodeEncodeError:  # the file was read with undecodable bytes kept as half surrogates
        raise CellError("is not UTF-8; save the file as UTF-8") from None
