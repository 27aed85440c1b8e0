"""Demand, number by number."""

from planning_core.domain.demand import compute_demands
from planning_core.domain.demand_entries import ArticleDemand, list_demand_entries
from planning_core.tests.catalogue import TODAY, Catalogue, Policy, build_inputs


def demand(
    catalogue: Catalogue, *, target_day: int = TODAY, window_days: int = 30, horizon_days: int | None = None
) -> ArticleDemand:
    inputs = build_inputs(catalogue, target_day=target_day, window_days=window_days)
    [entry] = list_demand_entries(inputs, compute_demands(inputs, horizon_days=horizon_days))
    return entry


def shop(sales: dict[tuple[int, int], int], stock: int = 0) -> Catalogue:
    """Return one article with two codes, one of them mapped twice; sales by code and days before today."""
    return Catalogue(
        policies={1: Policy()},
        listings=[(1, 1, 1, 1), (1, 1, 2, 1), (1, 2, None, None)],
        sales={(code, TODAY - ago): units for (code, ago), units in sales.items()},
        wb_stock={(1, 1): stock},
    )


def test_the_average_is_over_distinct_days_with_rows() -> None:
    entry = demand(shop({(1, 0): 3, (2, 0): 4, (1, 10): 2, (2, 20): 0}))
    assert entry.avg_daily_sales == 9 / 3
    assert (entry.forecast_demand, entry.deficit) == (180.0, 180)


def test_the_window_is_the_thirty_days_up_to_the_target() -> None:
    entry = demand(shop({(1, 0): 1, (1, 29): 2, (1, 30): 100, (1, -1): 100}))
    assert entry.avg_daily_sales == 3 / 2


def test_without_positive_sales_the_average_is_zero_and_the_cover_a_sentinel() -> None:
    for sales in ({}, {(1, 0): 0}, {(1, 0): 2, (1, 1): -2}, {(1, 0): -5}):
        entry = demand(shop(sales, stock=-3))
        assert (entry.avg_daily_sales, entry.coverage_days, entry.current_stock) == (0.0, 9999.0, -3)


def test_negative_stock_alone_makes_a_deficit() -> None:
    assert demand(shop({}, stock=-3)).deficit == 3


def test_a_deficit_is_truncated_toward_zero() -> None:
    catalogue = shop({(1, 0): 1, (1, 1): 0, (1, 2): 0}, stock=1)
    catalogue.targets = {1: 5}
    entry = demand(catalogue)  # 1/3 a day x 5 days - 1 = 2/3 of a piece
    assert (entry.forecast_demand, entry.deficit) == (1 / 3 * 5, 0)


def test_stock_of_a_code_mapped_twice_counts_once() -> None:
    assert demand(shop({(1, 0): 1}, stock=10)).current_stock == 10


def test_the_horizon_is_the_articles_then_the_companys_then_sixty_days() -> None:
    catalogue = shop({(1, 0): 2})
    assert demand(catalogue).forecast_horizon_days == 60
    catalogue.default_target = 30
    assert demand(catalogue).target_coverage_days == 30
    catalogue.targets = {1: 0}
    assert (demand(catalogue).forecast_horizon_days, demand(catalogue).deficit) == (0, 0)
    catalogue.targets = {1: -5}
    assert (demand(catalogue).forecast_demand, demand(catalogue).deficit) == (-10.0, 0)
    catalogue.targets, catalogue.default_target = {}, None
    assert demand(catalogue).forecast_horizon_days == 60


def test_other_windows_and_horizons_follow_the_same_rule() -> None:
    catalogue = shop({(1, ago): 2 for ago in range(40)} | {(1, 50): 20})
    assert demand(catalogue, window_days=7).avg_daily_sales == 14 / 7
    assert demand(catalogue, window_days=51).avg_daily_sales == 100 / 41
    entry = demand(catalogue, window_days=365, horizon_days=90)
    assert (entry.observation_window_days, entry.forecast_horizon_days) == (365, 90)
    assert entry.forecast_demand == 100 / 41 * 90


def test_big_numbers_stay_exact() -> None:
    catalogue = shop({(code, ago): 2_000_000_003 for code in (1, 2) for ago in range(30)})
    entry = demand(catalogue)
    assert entry.avg_daily_sales == 4_000_000_006.0
    assert entry.deficit == 240_000_000_360
