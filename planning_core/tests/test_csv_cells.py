"""Cells of CSV files: what is taken, what is refused and why, and that nothing unstorable ever gets through."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_core.services.csv_import import cells
from planning_core.services.csv_import.cells import Parser
from planning_core.services.csv_import.errors import CellError
from planning_core.services.csv_import.formats import INTEGER_MINIMUM

UNITS = cells.whole_number(minimum=INTEGER_MINIMUM, default=0)
MINIMUM = cells.whole_number(minimum=0, default=None)
PACK = cells.whole_number(minimum=1, maximum=32_767, default=1)
REVENUE = cells.amount(digits=14, negative=True)
PRICE = cells.amount(digits=12, negative=False, required=True)
STRICTNESS = cells.factor(default=1.0)
IS_ACTIVE = cells.truth(default=True)
DATE = cells.day(required=True)
CODE = cells.code(8)
STAGE = cells.word(("ordered", "shipped"), default="shipped")
ALL_PARSERS = [UNITS, MINIMUM, PACK, REVENUE, PRICE, STRICTNESS, IS_ACTIVE, DATE, CODE, STAGE]


@pytest.mark.parametrize(
    ("parse", "cell", "parsed"),
    [
        (UNITS, " -3 ", "-3"),
        (UNITS, "+07", "7"),
        (UNITS, "", "0"),
        (UNITS, "2147483647", "2147483647"),
        (MINIMUM, "", None),
        (PACK, "", "1"),
        (REVENUE, "-12.5", "-12.50"),
        (REVENUE, "20.345", "20.35"),
        (REVENUE, "", None),
        (PRICE, "0", "0.00"),
        (STRICTNESS, "", "1.0"),
        (STRICTNESS, "0", "0.0"),
        (IS_ACTIVE, "False", "false"),
        (IS_ACTIVE, "1", "true"),
        (IS_ACTIVE, " ", "true"),
        (DATE, "2024-02-29", "2024-02-29"),
        (CODE, " артикул ", "артикул"),
        (STAGE, "", "shipped"),
    ],
)
def test_a_good_cell_becomes_what_the_database_gets(parse: Parser, cell: str, parsed: str | None) -> None:
    assert parse(cell) == parsed


@pytest.mark.parametrize(
    ("parse", "cell", "reason"),
    [
        (UNITS, "1.0", "is not a whole number"),
        (UNITS, "1_000", "is not a whole number"),
        (UNITS, "٣", "is not a whole number"),
        (UNITS, "2147483648", "is above 2147483647"),
        (UNITS, "-2147483649", "is below -2147483648"),
        (UNITS, "9" * 5000, "is not a whole number"),
        (MINIMUM, "-1", "is negative"),
        (PACK, "0", "is below 1"),
        (REVENUE, "12,50", "is not an amount; write it like 1234.50"),
        (REVENUE, "1e3", "is not an amount; write it like 1234.50"),
        (REVENUE, "999999999999.995", "is too large, must be below 1,000,000,000,000"),
        (PRICE, "-0.01", "is negative"),
        (PRICE, "", "is empty"),
        (STRICTNESS, "nan", "is not a number; write it like 1.5"),
        (STRICTNESS, "-1", "is negative"),
        (IS_ACTIVE, "maybe", "is neither true nor false"),
        (DATE, "2023-02-29", "is not a date from 2000-01-01 to 2099-12-31; write it like 2026-01-31"),
        (DATE, "1999-12-31", "is not a date from 2000-01-01 to 2099-12-31; write it like 2026-01-31"),
        (DATE, "20260131", "is not a date from 2000-01-01 to 2099-12-31; write it like 2026-01-31"),
        (DATE, "", "is empty"),
        (CODE, "123456789", "is longer than 8 characters"),
        (CODE, "a\0b", "holds a NUL byte"),
        (CODE, "\udcff", "is not UTF-8; save the file as UTF-8"),
        (STAGE, "lost", "is not one of ordered, shipped"),
    ],
)
def test_a_bad_cell_is_refused_with_the_reason(parse: Parser, cell: str, reason: str) -> None:
    with pytest.raises(CellError) as caught:
        parse(cell)

    assert str(caught.value) == reason


@given(number=st.integers())
def test_a_whole_number_is_taken_exactly_when_it_fits(number: int) -> None:
    if -(2**31) <= number < 2**31:
        assert UNITS(str(number)) == str(number)
    else:
        with pytest.raises(CellError):
            UNITS(str(number))


@given(day=st.dates())
def test_a_date_is_taken_exactly_when_it_is_in_this_century(day: date) -> None:
    if 2000 <= day.year <= 2099:
        assert DATE(day.isoformat()) == day.isoformat()
    else:
        with pytest.raises(CellError):
            DATE(day.isoformat())


@given(value=st.decimals(min_value=-999_999_999_999, max_value=999_999_999_999, places=4))
def test_an_amount_is_rounded_to_kopecks(value: Decimal) -> None:
    assert REVENUE(f"{value:f}") == str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


@pytest.mark.parametrize("parse", ALL_PARSERS)
@given(cell=st.text(st.characters(exclude_categories=[]), max_size=20))
def test_whatever_is_in_a_cell_it_is_refused_or_can_be_stored(parse: Parser, cell: str) -> None:
    try:
        parsed = parse(cell)
    except CellError:
        return
    if parsed is not None:
        assert "\0" not in parsed
        parsed.encode()
