"""Values of the previous backend: what is taken, and what is refused and why."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_core.services.previous_backend.kinds import (
    DAY,
    IDENTIFIER,
    INTEGER,
    MOMENT,
    MONEY,
    NUMBER,
    TRUTH,
    Kind,
    UnusableValueError,
    choice,
    text,
)

SHORT, SIDE = text(3), choice(("above", "below"))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (INTEGER, -5, -5),
        (INTEGER, "5", 5),
        (INTEGER, 5.0, 5),
        (INTEGER, Decimal(5), 5),
        (IDENTIFIER, 2**62, 2**62),
        (SHORT, "шап", "шап"),
        (SHORT, 12, "12"),
        (SIDE, "above", "above"),
        (MONEY, "-1598.00", Decimal("-1598.00")),
        (MONEY, 0.1, Decimal("0.10")),
        (MONEY, "1e-999999999", Decimal("0.00")),
        (NUMBER, -1, -1.0),
        (TRUTH, 1, True),
        (DAY, "2026-01-15", date(2026, 1, 15)),
        (MOMENT, "2026-01-15T06:00:00", datetime(2026, 1, 15, 6, tzinfo=UTC)),
        (MOMENT, "2026-01-15T09:00:00+03:00", datetime(2026, 1, 15, 6, tzinfo=UTC)),
    ],
)
def test_a_good_value_is_kept(kind: Kind, value: object, kept: object) -> None:
    assert kind.parse(value) == kept


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        (INTEGER, True, "is not a whole number; correct it"),
        (INTEGER, 5.5, "is not a whole number; correct it"),
        (INTEGER, "1e999999999", "is not a whole number; correct it"),
        (INTEGER, float("inf"), "is not a whole number; correct it"),
        (INTEGER, 2**31, "is outside -2147483648..2147483647; correct it"),
        (IDENTIFIER, 0, "is outside 1..9223372036854775807; correct it"),
        (SHORT, "шапка", "is longer than 3 characters; shorten it"),
        (SHORT, "a\0", "holds a NUL character, which PostgreSQL cannot store; remove it"),
        (SHORT, "\ud800", "holds half a surrogate pair, which is not Unicode; remove it"),
        (SHORT, 1.5, "is not a text; correct it"),
        (SIDE, "ABOVE", "is not one of above, below; correct it"),
        (MONEY, "12,50", "is not an amount; write it like 1234.50"),
        (MONEY, "1e999999999", "is not an amount below 1,000,000,000,000; correct it"),
        (MONEY, "NaN", "is not an amount below 1,000,000,000,000; correct it"),
        (NUMBER, "x", "is not a number; correct it"),
        (NUMBER, float("nan"), "is not a finite number; correct it"),
        (TRUTH, "true", "is neither true nor false; correct it"),
        (DAY, datetime(2026, 1, 15, tzinfo=UTC), "is not a date; write it like 2026-01-31"),
        (MOMENT, "15.01.2026", "is not a time; write it like 2026-01-31T09:00:00+00:00"),
    ],
)
def test_a_bad_value_is_refused_with_reason_and_remedy(kind: Kind, value: object, reason: str) -> None:
    with pytest.raises(UnusableValueError) as caught:
        kind.parse(value)

    assert str(caught.value) == reason


@pytest.mark.parametrize("kind", [INTEGER, IDENTIFIER, SHORT, SIDE, MONEY, NUMBER, TRUTH, DAY, MOMENT])
@given(value=JSON_VALUES)
def test_whatever_json_holds_is_kept_or_refused(kind: Kind, value: object) -> None:
    try:
        kept = kind.parse(value)
    except UnusableValueError:
        return
    assert "\0" not in str(kept)
    str(kept).encode()
