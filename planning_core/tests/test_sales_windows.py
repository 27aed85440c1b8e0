"""Reading only some days gives the same risk and demand as reading all of them."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning_core.domain.arrays import BoolArray, IntArray
from planning_core.domain.inputs import PlanningInputs, Sales
from planning_core.domain.portfolio import compute_classic_portfolio
from planning_core.domain.sales import SalesBuilder, find_incomplete_codes
from planning_core.tests.catalogue import TODAY, Catalogue, build_inputs
from planning_core.tests.strategies import catalogues

Rows = tuple[IntArray, IntArray, IntArray]


def choose(rows: Rows, mask: BoolArray) -> Rows:
    code, day, units = rows
    return code[mask], day[mask], units[mask]


def place_rows(catalogue: Catalogue, inputs: PlanningInputs) -> Rows:
    """Return all rows of the codes of a run: position, day, units, by code."""
    place = {code: position for position, code in enumerate(inputs.wb_skus.id.tolist())}
    rows = sorted((place[code], day, units) for (code, day), units in catalogue.sales.items() if code in place)
    code, day, units = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return code, day, units


def read_partly(rows: Rows, inputs: PlanningInputs, recent_from: int) -> Sales:
    """Return the sales as the selector reads them: some days of all codes, then the last days of some codes."""
    code, day, _ = rows
    builder = SalesBuilder(
        n_wb_skus=len(inputs.wb_skus.id), target_day=TODAY, window_days=30, recent_from_day=recent_from
    )
    in_window = (day > TODAY - 30) & (day <= TODAY)
    for portion in range(3):  # in portions, all rows of a code in one of them
        builder.add(*choose(rows, (code % 3 == portion) & (in_window | (day >= recent_from))))
    listings, last_day = inputs.listings, builder.sales.last_day
    incomplete = find_incomplete_codes(listings=listings, last_day=last_day, complete_from_day=recent_from)
    last = np.zeros(len(inputs.wb_skus.id), dtype=np.int64)
    np.maximum.at(last, code, day)
    builder.set_recent(*choose(rows, np.isin(code, incomplete) & (day > last[code] - 30)))
    return builder.sales


@settings(max_examples=100, deadline=None)
@given(catalogues(), st.integers(TODAY - 75, TODAY + 10))
def test_days_before_the_window_are_read_only_where_they_matter(catalogue: Catalogue, recent_from: int) -> None:
    inputs = build_inputs(catalogue, article_ids=[1, 2, 3, 4])
    sales = read_partly(place_rows(catalogue, inputs), inputs, recent_from)
    partly = dataclasses.replace(inputs, wb_skus=dataclasses.replace(inputs.wb_skus, sales=sales))
    assert compute_classic_portfolio(partly).entries == compute_classic_portfolio(inputs).entries
    assert np.array_equal(sales.window_units, inputs.wb_skus.sales.window_units)
    assert np.array_equal(sales.window_days, inputs.wb_skus.sales.window_days)


@pytest.mark.parametrize(("last_day", "incomplete"), [(TODAY, []), (TODAY - 7, []), (TODAY - 8, [0, 1]), (0, [0, 1])])
def test_a_group_is_complete_when_its_window_was_read(last_day: int, incomplete: list[int]) -> None:
    catalogue = Catalogue(policies={1: None}, listings=[(1, 5, 1, 1), (1, 6, 1, None), (1, 7, None, 1)])
    inputs = build_inputs(catalogue, article_ids=[1])
    found = find_incomplete_codes(
        listings=inputs.listings,
        last_day=np.array([last_day, 0, 0], dtype=np.int64),
        complete_from_day=TODAY - 36,
    )
    assert found.tolist() == incomplete


@pytest.mark.parametrize("window_days", [7, 30, 31, 64, 365])
def test_a_window_of_any_length_knows_its_days(window_days: int) -> None:
    builder = SalesBuilder(n_wb_skus=2, target_day=TODAY, window_days=window_days, recent_from_day=0)
    ages = np.array([-1, 0, 1, window_days - 1, window_days], dtype=np.int64)
    builder.add(np.ones(5, dtype=np.int64), TODAY - ages, np.array([100, 1, 2, 4, 100], dtype=np.int64))
    sales = builder.sales
    assert sales.window_units.tolist() == [0, 7]
    assert np.bitwise_count(sales.window_days).sum(axis=1).tolist() == [0, 3]
