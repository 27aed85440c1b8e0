"""The demo company is told by its seed and its day, and its warehouses obey arithmetic."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from planning_core.models import SupplyStage
from planning_core.services.demo import words
from planning_core.services.demo.catalogue import MAX_ARTICLES, MIN_ARTICLES, Role
from planning_core.services.demo.company import DEFAULT_SEED, HISTORY_DAYS, DemoCompany, build_company, stock_at
from planning_core.services.demo.demand import DEAD_FOR_DAYS, NEWCOMER_FOR_DAYS
from planning_core.services.demo.orders import stage_of
from planning_core.services.demo.stock import CARTON_PIECES, PIPELINE_DAYS, count_pieces

TODAY = date(2026, 3, 11)


@pytest.fixture(scope="module")
def company() -> DemoCompany:
    return build_company(seed=DEFAULT_SEED, today=TODAY, articles=30)


def test_the_same_seed_and_day_give_the_same_company(company: DemoCompany) -> None:
    again = build_company(seed=DEFAULT_SEED, today=TODAY, articles=30)
    assert again.catalogue.articles.names == company.catalogue.articles.names
    np.testing.assert_array_equal(again.history.sold, company.history.sold)
    np.testing.assert_array_equal(again.history.nsk_morning, company.history.nsk_morning)
    np.testing.assert_array_equal(again.orders.quantity, company.orders.quantity)


def test_another_seed_gives_another_company(company: DemoCompany) -> None:
    other = build_company(seed=DEFAULT_SEED + 1, today=TODAY, articles=30)
    assert other.catalogue.skus.count != company.catalogue.skus.count or (
        other.history.sold.sum() != company.history.sold.sum()
    )


@pytest.mark.parametrize("articles", [MIN_ARTICLES - 1, MAX_ARTICLES + 1])
def test_a_number_of_articles_out_of_range_is_refused_with_the_range(articles: int) -> None:
    with pytest.raises(ValueError, match=f"must be {MIN_ARTICLES}..{MAX_ARTICLES}"):
        build_company(seed=0, today=TODAY, articles=articles)


@pytest.mark.parametrize("articles", [MIN_ARTICLES, 60, MAX_ARTICLES])
def test_every_role_is_played_and_most_articles_are_regular(articles: int) -> None:
    role = build_company(seed=DEFAULT_SEED, today=TODAY, articles=articles).catalogue.articles.role
    counts = np.bincount(role, minlength=len(Role))
    assert counts.all()
    assert counts[Role.DEAD] == counts[Role.NEWCOMER] == counts[Role.ANNOUNCED] == 1
    assert counts[Role.REGULAR] > articles // 3


def test_article_and_listing_codes_are_unique_at_any_size() -> None:
    catalogue = build_company(seed=DEFAULT_SEED, today=TODAY, articles=MAX_ARTICLES).catalogue
    assert len(set(catalogue.articles.codes)) == MAX_ARTICLES
    listings = catalogue.listings
    assert len(set(zip(listings.article, listings.pack, listings.size, strict=True))) == listings.count


def test_a_pack_holds_as_many_pieces_as_its_name_says(company: DemoCompany) -> None:
    edges, listings = company.catalogue.edges, company.catalogue.listings
    packed = np.bincount(edges.listing, weights=edges.quantity, minlength=listings.count)
    np.testing.assert_array_equal(packed, listings.pieces)
    assert set(listings.pieces.tolist()) == {pieces for pieces, _, _ in words.PACKS}


def test_every_article_has_six_sizes_and_several_colors(company: DemoCompany) -> None:
    skus = company.catalogue.skus
    for article in range(company.catalogue.articles.count):
        own = skus.article == article
        assert len(np.unique(skus.size[own])) == 6
        assert len(np.unique(skus.color[own])) >= 2


def test_nobody_buys_what_is_not_there_and_nobody_is_refused_while_something_is(company: DemoCompany) -> None:
    wanted, sold, morning = company.demand.wanted, company.history.sold, company.history.wb_morning
    assert (sold <= morning).all()
    is_short = sold < wanted
    assert is_short.any()
    assert (morning[is_short] == sold[is_short]).all()
    assert (sold[~is_short] == wanted[~is_short]).all()


def test_pieces_are_conserved_from_the_factory_to_the_customer(company: DemoCompany) -> None:
    history, last = company.history, company.calendar.today
    entered = history.nsk_morning[0] + count_pieces(company.catalogue, history.wb_morning[0])
    entered = entered + history.nsk_received[:last].sum(axis=0)
    sold = count_pieces(company.catalogue, history.sold[:last].sum(axis=0))
    on_the_way = history.wb_booked[last:-1].sum(axis=0)  # without what is packed on the last day
    still_here = history.nsk_morning[last] + count_pieces(company.catalogue, history.wb_morning[last] + on_the_way)
    np.testing.assert_array_equal(entered, sold + still_here)


def test_no_stock_is_ever_negative(company: DemoCompany) -> None:
    history = company.history
    assert min(history.wb_morning.min(), history.nsk_morning.min(), history.nsk_packed.min()) == 0


def test_the_trace_of_a_day_ends_where_the_next_morning_begins(company: DemoCompany) -> None:
    first = company.calendar.today - 6
    midnights = [datetime.combine(company.calendar.date_of(first + day), datetime.min.time()) for day in range(6)]
    stock = stock_at(company, midnights)
    np.testing.assert_array_equal(stock.wb_bundles, company.history.wb_morning[first : first + 6])
    np.testing.assert_array_equal(stock.nsk_pieces, company.history.nsk_morning[first : first + 6])


def test_the_trace_moves_within_the_day_and_never_below_zero(company: DemoCompany) -> None:
    start = datetime.combine(TODAY - timedelta(days=3), datetime.min.time())
    stock = stock_at(company, [start + timedelta(minutes=15 * step) for step in range(96)])
    assert min(stock.wb_bundles.min(), stock.nsk_pieces.min()) >= 0
    changed_slots = (np.diff(stock.wb_bundles, axis=0) != 0).any(axis=1)
    assert changed_slots.mean() > 0.8
    noon, evening = stock.wb_bundles[48].sum(), stock.wb_bundles[60].sum()
    assert evening < noon  # nothing is booked in before three


def test_the_dead_article_sold_nothing_for_months_and_fills_shelves(company: DemoCompany) -> None:
    listings = company.catalogue.articles.role[company.catalogue.listings.article] == Role.DEAD
    today = company.calendar.today
    assert company.history.sold[today - DEAD_FOR_DAYS : today, listings].sum() == 0
    assert company.history.sold[: today - DEAD_FOR_DAYS, listings].sum() > 0
    assert company.history.wb_morning[today, listings].sum() > 0


def test_the_newcomer_has_three_weeks_of_sales(company: DemoCompany) -> None:
    listings = company.catalogue.articles.role[company.catalogue.listings.article] == Role.NEWCOMER
    start = company.calendar.today - NEWCOMER_FOR_DAYS
    assert not company.demand.is_offered[:start, listings].any()
    assert company.demand.is_offered[start:, listings].all()
    assert company.history.sold[start : company.calendar.today, listings].sum() > 0


def test_sales_have_a_week_a_year_and_promotions() -> None:
    company = build_company(seed=DEFAULT_SEED, today=date(2026, 8, 1), articles=60)
    stored = slice(company.calendar.stored_from, company.calendar.today)
    wanted = company.demand.wanted[stored].sum(axis=1)
    weekday = np.array([company.calendar.date_of(day).weekday() for day in range(stored.start, stored.stop)])
    assert wanted[weekday == 5].mean() > 1.05 * wanted[weekday == 1].mean()
    style = np.array([words.STYLES[row].season.name for row in company.catalogue.articles.style])
    of_listing = style[company.catalogue.listings.article]
    summer, winter = (company.demand.wanted[stored][:, of_listing == name].sum(axis=1) for name in ("SUMMER", "WINTER"))
    assert summer[-30:].mean() > 1.3 * summer[:30].mean()
    assert winter[-30:].mean() < 0.7 * winter[:30].mean()
    on_offer = company.demand.discount[stored] > 0
    assert 0.02 < on_offer.mean() < 0.2
    expected = company.demand.expected[stored]
    assert company.demand.wanted[stored][on_offer].sum() > 1.4 * expected[on_offer].sum()


def test_history_is_180_days_and_ends_yesterday(company: DemoCompany) -> None:
    calendar = company.calendar
    assert calendar.today - calendar.stored_from == HISTORY_DAYS == 180
    assert calendar.date_of(calendar.today) == TODAY
    assert company.number_of(TODAY) == calendar.today


def test_open_orders_are_cartons_that_come_within_the_pipeline(company: DemoCompany) -> None:
    orders = company.orders
    assert (orders.quantity > 0).all()
    assert (orders.quantity % CARTON_PIECES == 0).all()
    assert orders.due_in_days.min() >= 1
    assert orders.due_in_days.max() <= PIPELINE_DAYS
    assert len(np.unique(np.stack([orders.sku, orders.due_in_days]), axis=1).T) == len(orders.sku)


@pytest.mark.parametrize(
    ("due_in_days", "stage"),
    [
        (1, SupplyStage.SHIPPED),
        (30, SupplyStage.SHIPPED),
        (31, SupplyStage.IN_PRODUCTION),
        (60, SupplyStage.IN_PRODUCTION),
        (61, SupplyStage.ORDERED),
    ],
)
def test_the_stage_of_a_batch_follows_from_the_lead_times(due_in_days: int, stage: SupplyStage) -> None:
    assert stage_of(due_in_days) is stage
