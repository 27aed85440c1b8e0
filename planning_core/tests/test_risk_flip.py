"""The smallest change of an input that gives a bundle type another risk level: with it the level flips, not before."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning_core.domain.bundle_risk import RISK_LEVELS, BundleRisks, judge_bundles
from planning_core.domain.messages import CODES
from planning_core.domain.risk_flip import LEVERS, RULE_INPUTS, list_risk_flips
from planning_core.wording import render

THRESHOLDS = st.one_of(st.integers(-3, 30), st.integers(0, 3650))
STOCK = st.one_of(st.integers(-5, 400), st.integers(-(2**31), 2**31))
UNITS = st.one_of(st.integers(-5, 200), st.integers(0, 2**31))


def judge(**inputs: int) -> BundleRisks:
    values = {
        "wb_ready": 0, "potential": 0, "units": 0, "window_days": 30, "safety_stock_days": 7, "alert_threshold_days": 14
    } | inputs  # fmt: skip
    return judge_bundles(
        article=np.zeros(1, dtype=np.int64),
        bundle_type_id=np.ones(1, dtype=np.int64),
        **{name: np.array([value], dtype=np.int64) for name, value in values.items()},
    )


def level(**inputs: int) -> str:
    return RISK_LEVELS[judge(**inputs).level[0]]


def levels_above(inputs: dict[str, int], lever: str) -> set[str]:
    """Return the levels for the next 60 values of a lever."""
    rows = {name: np.full(60, value, dtype=np.int64) for name, value in inputs.items()}
    rows[lever] += np.arange(1, 61)
    none = np.zeros(60, dtype=np.int64)
    return {RISK_LEVELS[place] for place in judge_bundles(article=none, bundle_type_id=none, **rows).level}


def flips(**inputs: int) -> dict[tuple[str, str], tuple[int, str]]:
    """Return change and level reached by lever and direction."""
    [row] = list_risk_flips(judge(**inputs))
    return {(flip.lever, "up" if flip.change > 0 else "down"): (flip.change, flip.risk_level) for flip in row}


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "wb_ready": STOCK,
            "potential": st.integers(0, 100),
            "units": UNITS,
            "window_days": st.integers(0, 30),
            "safety_stock_days": THRESHOLDS,
            "alert_threshold_days": THRESHOLDS,
        }
    )
)
def test_the_level_flips_with_the_change_and_not_with_one_less(inputs: dict[str, int]) -> None:
    before = level(**inputs)
    [row] = list_risk_flips(judge(**inputs))
    for flip in row:
        step = 1 if flip.change > 0 else -1
        assert flip.value == inputs[flip.lever] + flip.change
        assert level(**{**inputs, flip.lever: flip.value}) == flip.risk_level != before
        assert level(**{**inputs, flip.lever: flip.value - step}) == before
        assert CODES[flip.message.code] == set(flip.message.params)
    found = {(flip.lever, flip.change > 0) for flip in row}
    for lever in LEVERS:
        assert (lever, True) in found or levels_above(inputs, lever) == {before}
    assert len(row) == len(found)


def test_what_is_critical_and_how_to_mend_it() -> None:
    # 30 bundles at 5 a day last 6 days; ok is from 14 days on, warning from 7
    assert flips(wb_ready=30, units=150) == {
        ("wb_ready", "up"): (6, "warning"),
        ("units", "down"): (-22, "warning"),
        ("safety_stock_days", "down"): (-2, "warning"),
    }


def test_what_is_ok_has_neighbours_on_both_sides() -> None:
    # 100 bundles at 5 a day last 20 days
    assert flips(wb_ready=90, potential=10, units=150) == {
        ("wb_ready", "down"): (-30, "warning"),
        ("wb_ready", "up"): (110, "overstock"),
        ("units", "down"): (-79, "overstock"),
        ("units", "up"): (65, "warning"),
        ("safety_stock_days", "up"): (13, "critical"),
        ("alert_threshold_days", "down"): (-8, "overstock"),
        ("alert_threshold_days", "up"): (6, "warning"),
    }


def test_without_sales_or_stock_there_is_no_data_until_either_comes() -> None:
    assert flips(window_days=0) == {("wb_ready", "up"): (1, "overstock"), ("units", "up"): (1, "critical")}
    assert flips(units=-3) == {("units", "up"): (4, "critical")}


def test_unsold_stock_is_overstock_until_enough_is_sold() -> None:
    assert flips(wb_ready=10) == {("wb_ready", "down"): (-10, "no_data"), ("units", "up"): (8, "ok")}


@pytest.mark.parametrize(
    ("inputs", "lever", "text"),
    [
        ({"wb_ready": 30, "units": 150}, "wb_ready", "6 more bundles at Wildberries: the level becomes “warning”."),
        ({"wb_ready": 35, "units": 150}, "wb_ready", "1 more bundle at Wildberries: the level becomes “warning”."),
        (
            {"wb_ready": 30, "units": 150},
            "units",
            "22 bundles fewer sold in the same days (4.27 a day): the level becomes “warning”.",
        ),
        (
            {"wb_ready": 30, "units": 150},
            "safety_stock_days",
            "Safety stock of 5 days or less: the level becomes “warning”.",
        ),
        (
            {"wb_ready": 30, "window_days": 0},
            "units",
            "A first day of sales with 1 bundle: the level becomes “ok”.",
        ),
    ],
)
def test_flips_in_words(inputs: dict[str, int], lever: str, text: str) -> None:
    [row] = list_risk_flips(judge(**inputs))
    assert [render(flip.message) for flip in row if flip.lever == lever] == [text]


def test_many_rows_at_once_are_what_each_is_alone() -> None:
    rows = [{"wb_ready": 30, "units": 150}, {"wb_ready": 100, "units": 150}, {"units": -3}]
    one_by_one = [list_risk_flips(judge(**row))[0] for row in rows]
    singles = [judge(**row) for row in rows]
    together = judge_bundles(
        article=np.zeros(3, dtype=np.int64),
        bundle_type_id=np.arange(3, dtype=np.int64),
        **{name: np.concatenate([getattr(single, name) for single in singles]) for name in RULE_INPUTS},
    )
    assert list_risk_flips(together) == one_by_one
    assert set(LEVERS) <= set(RULE_INPUTS)
