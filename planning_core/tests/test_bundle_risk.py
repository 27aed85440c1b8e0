"""Bundle risk, number by number."""

import pytest

from planning_core.domain.bundle_risk import compute_bundle_risks
from planning_core.domain.portfolio import compute_classic_portfolio
from planning_core.domain.risk_entries import BundleRiskEntry, list_risk_entries
from planning_core.tests.catalogue import NSK, OFFICE, SECOND_NSK, TODAY, Catalogue, Policy, build_inputs


def judge(catalogue: Catalogue, article_ids: list[int] | None = None) -> list[BundleRiskEntry]:
    inputs = build_inputs(catalogue, article_ids=article_ids)
    return list_risk_entries(inputs, compute_bundle_risks(inputs))


def one_listing(*, stock: int, sales: dict[int, int], policy: Policy | None = None) -> Catalogue:
    """Return one code in one bundle type; sales by days before today."""
    return Catalogue(
        policies={1: policy or Policy()},
        listings=[(1, 1, 1, 1)],
        wb_stock={(1, 1): stock},
        sales={(1, TODAY - ago): units for ago, units in sales.items()},
    )


def test_nine_bundles_at_nine_in_seven_days_are_critical_by_a_hair() -> None:
    sales = dict.fromkeys(range(7), 0) | {0: 9, 6: 0}
    [entry] = judge(one_listing(stock=9, sales=sales))
    assert (entry.avg_daily_sales, entry.days_of_cover) == (9 / 7, 6.999999999999999)
    assert entry.risk_level == "critical"


@pytest.mark.parametrize(
    ("stock", "level"),
    [(7, "critical"), (8, "warning"), (14, "warning"), (15, "ok"), (41, "ok"), (42, "overstock"), (0, "critical")],
)
def test_cover_meets_the_thresholds(stock: int, level: str) -> None:
    [entry] = judge(one_listing(stock=stock, sales={0: 1}))
    assert (entry.days_of_cover, entry.risk_level) == (stock, level)
    assert (entry.safety_stock_days, entry.alert_threshold_days, entry.overstock_threshold_days) == (7, 14, 42)


@pytest.mark.parametrize(
    ("stock", "safety", "alert", "level"),
    [
        (9, 10, 3, "critical"),  # inverted: the safety stock is asked first
        (11, 10, 3, "overstock"),  # nothing is in warning, 11 is beyond 3 x 3
        (10, 5, -1, "overstock"),
        (1, 0, 0, "overstock"),
        (0, 0, 0, "critical"),
        (0, -1, 0, "warning"),
        (0, -5, -1, "overstock"),
    ],
)
def test_the_first_rule_that_holds_decides(stock: int, safety: int, alert: int, level: str) -> None:
    policy = Policy(safety_stock_days=safety, alert_threshold_days=alert)
    [entry] = judge(one_listing(stock=stock, sales={0: 1}, policy=policy))
    assert entry.risk_level == level


@pytest.mark.parametrize(("stock", "level"), [(1, "overstock"), (0, "no_data"), (-1, "no_data")])
def test_without_sales_stock_decides(stock: int, level: str) -> None:
    [entry] = judge(one_listing(stock=stock, sales={}))
    assert (entry.avg_daily_sales, entry.days_of_cover, entry.risk_level) == (0.0, None, level)


def test_rows_of_zero_units_are_no_sales() -> None:
    [entry] = judge(one_listing(stock=5, sales={0: 0, 3: 0}))
    assert (entry.avg_daily_sales, entry.days_of_cover, entry.risk_level) == (0.0, None, "overstock")


def test_more_returns_than_sales_is_no_data() -> None:
    [entry] = judge(one_listing(stock=5, sales={0: 1, 1: -3}))
    assert (entry.avg_daily_sales, entry.days_of_cover, entry.risk_level) == (-1.0, None, "no_data")


def test_negative_stock_has_no_cover_at_all() -> None:
    [entry] = judge(one_listing(stock=-8, sales={0: 2}))
    assert (entry.total_available_bundles, entry.days_of_cover, entry.risk_level) == (-8, 0.0, "critical")


def test_the_average_spans_first_to_last_row_of_the_window() -> None:
    [entry] = judge(one_listing(stock=10, sales={5: 3, 9: 2, 34: 5, 35: 1000}))
    assert entry.avg_daily_sales == 10 / 30  # rows of 5 to 34 days ago; the one 35 days ago is out


def test_sales_long_ago_and_in_the_future_count_alike() -> None:
    [old] = judge(one_listing(stock=10, sales={700: 6, 701: 4}))
    [future] = judge(one_listing(stock=10, sales={-100: 6, -99: 4}))
    assert old.avg_daily_sales == future.avg_daily_sales == 5.0


def test_codes_of_a_bundle_type_share_one_window() -> None:
    catalogue = Catalogue(
        policies={1: Policy()},
        listings=[(1, 1, 1, 1), (1, 2, 1, 2), (1, 3, 1, None), (1, 4, None, 1)],
        sales={
            (1, TODAY): 5,
            (2, TODAY - 29): 4,
            (2, TODAY - 30): 100,  # before the shared window, although in the code's own
            (3, TODAY - 9): 1,  # no size needed to sell
            (4, TODAY + 50): 7,  # no bundle type: neither sells nor moves the window
        },
        wb_stock={(1, 1): 20, (1, 2): 3, (3, 1): 500, (4, 1): 500},
    )
    [entry] = judge(catalogue)
    assert entry.avg_daily_sales == 10 / 30
    assert entry.wb_ready_bundles == 23  # only sized listings hold stock


def test_a_code_mapped_twice_sells_once_and_stocks_twice() -> None:
    catalogue = one_listing(stock=10, sales={0: 4, 1: 4})
    catalogue.listings = [(1, 1, 1, 1), (1, 1, 1, 2), (1, 1, 2, 1)]
    first, second = judge(catalogue)
    assert (first.wb_ready_bundles, first.avg_daily_sales) == (20, 4.0)
    assert (second.wb_ready_bundles, second.avg_daily_sales) == (10, 4.0)


def test_articles_without_settings_have_seven_and_fourteen_days() -> None:
    catalogue = one_listing(stock=8, sales={0: 1})
    catalogue.policies = {1: None}
    assert judge(catalogue) == []
    [entry] = judge(catalogue, article_ids=[1])
    assert (entry.safety_stock_days, entry.alert_threshold_days, entry.risk_level) == (7, 14, "warning")


def packing_catalogue() -> Catalogue:
    """Return a two-colour bundle; colour 1 in sizes 1 to 3, colour 2 in sizes 1 and 2."""
    return Catalogue(
        policies={1: Policy()},
        internal_warehouses=[SECOND_NSK, NSK],
        skus=[(1, 1, 1, 1), (2, 1, 1, 2), (3, 1, 1, 3), (4, 1, 2, 1), (5, 1, 2, 2), (6, 1, 3, 1)],
        balances={
            (1, NSK): 9,
            (2, NSK): -4,
            (3, NSK): 50,
            (4, NSK): 6,
            (5, NSK): 8,
            (4, SECOND_NSK): 99,
            (4, OFFICE): 99,
        },
        recipes=[(1, 7, 1), (1, 7, 2)],
    )


def test_singles_are_packed_from_the_internal_warehouse_with_the_lowest_id() -> None:
    [entry] = judge(packing_catalogue())
    assert (entry.bundle_type_id, entry.potential_bundles_from_singles) == (7, 6)  # size 1: 6, size 2: 0, size 3: 0
    assert (entry.total_available_bundles, entry.risk_level) == (6, "overstock")


def test_a_bundle_that_misses_a_color_everywhere_is_still_listed() -> None:
    catalogue = packing_catalogue()
    catalogue.recipes = [(1, 7, 1), (1, 7, 5), (1, 8, 5)]
    [entry] = judge(catalogue)  # bundle 8 has no SKU in any of its colours: no entry
    assert (entry.bundle_type_id, entry.potential_bundles_from_singles, entry.risk_level) == (7, 0, "no_data")


def test_without_internal_warehouse_nothing_can_be_packed() -> None:
    catalogue = packing_catalogue()
    catalogue.internal_warehouses = []
    assert judge(catalogue) == []
    catalogue.listings = [(1, 1, 7, 1)]
    catalogue.wb_stock = {(1, 1): 2}
    [entry] = judge(catalogue)
    assert (entry.wb_ready_bundles, entry.potential_bundles_from_singles) == (2, 0)


def test_entries_come_by_article_then_bundle_type() -> None:
    catalogue = Catalogue(
        policies={2: Policy(), 1: Policy()},
        listings=[(2, 1, 3, 1), (2, 1, 1, 1), (1, 1, 2, 1), (1, 1, 1, None)],
    )
    assert [(entry.article_id, entry.bundle_type_id) for entry in judge(catalogue)] == [(1, 2), (2, 1), (2, 3)]


def test_the_risk_focus_goes_by_urgency_then_article_then_bundle_type() -> None:
    ids = range(1, 7)  # overstock, ok, no data, warning, critical, critical
    catalogue = Catalogue(
        policies=dict.fromkeys(ids, Policy()),
        listings=[*((i, i, 1, 1) for i in ids), (5, 7, 2, 1)],
        wb_stock={(1, 1): 99, (2, 1): 20, (4, 1): 10, (5, 1): 1},
        sales={(code, TODAY): 1 for code in (1, 2, 4, 5, 6, 7)},
        skus=[(1, 6, 1, 1)],
    )
    portfolio = compute_classic_portfolio(build_inputs(catalogue))
    focus = portfolio.list_risk_focus(20)
    assert [(entry.article_id, entry.bundle_type_id, entry.risk_level) for entry in focus] == [
        (5, 1, "critical"),
        (5, 2, "critical"),
        (6, 1, "critical"),
        (4, 1, "warning"),
        (3, 1, "no_data"),
        (2, 1, "ok"),
        (1, 1, "overstock"),
    ]
    assert [entry.final_order_qty for entry in focus[:3]] == [0, 0, 60]
    assert [entry.article_id for entry in portfolio.list_risk_focus(2)] == [5, 5]
