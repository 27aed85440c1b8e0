"""Plays the demo company's warehouses day by day: customers buy, NSK packs and ships, the factory delivers.

Pieces are conserved: what leaves NSK arrives at Wildberries as bundles of those pieces, and nobody buys what is not
there. Order of a day: sales from the morning's stock; a batch arrives at NSK; NSK packs and ships; in the evening
Wildberries books the bundles that were shipped a week ago, which are on sale from the next morning.
"""

from dataclasses import dataclass

import numpy as np

from planning_core.services.demo.catalogue import Bools, DemoCatalogue, Floats, Ints, Role
from planning_core.services.demo.demand import DEAD_FOR_DAYS, NEWCOMER_FOR_DAYS, Calendar, DemoDemand

SHIPPING_DAYS = 7  # NSK to Wildberries
SHIP_EVERY_DAYS = 3
WB_COVER_DAYS = 23  # ready, or on the way, after a shipment
POSITION_COVER_DAYS = 36  # all pieces of an article, wherever they are, after a batch
BATCH_EVERY_DAYS = (12, 20)
ONCE_DELAYED_SHARE = 0.4  # of the articles had a late batch somewhere in the past
LATE_SILENT_DAYS = (24, 38)  # since the last batch of a late article: from getting low to nearly sold out
CARTON_PIECES = 10
PIPELINE_DAYS = 70  # the open orders reach this far ahead


@dataclass(frozen=True)
class SupplyPlan:
    """When batches of each article reach NSK and how much the planner asks for.

    Attributes:
        is_batch_day: Whether a batch arrives, shape (n_days, n_articles); the days after today are the open orders.
        ship_phase: Remainder of the days on which the article is shipped to Wildberries, shape (n_articles,).
        appetite: Factor on the position that the planner aims for, shape (n_days, n_articles).
    """

    is_batch_day: Bools
    ship_phase: Ints
    appetite: Floats


@dataclass(frozen=True)
class StockHistory:
    """What happened on each simulated day, the last of which is today.

    Attributes:
        sold: Bundles sold, shape (n_days, n_listings).
        wb_morning: Bundles ready at Wildberries in the morning, shape (n_days, n_listings).
        wb_booked: Bundles booked in at Wildberries in the evening; after today what is on the way, shape
            (n_days + SHIPPING_DAYS, n_listings).
        nsk_morning: Pieces at NSK in the morning, shape (n_days, n_skus).
        nsk_received: Pieces that a batch brought, shape (n_days, n_skus).
        nsk_packed: Pieces packed and shipped, shape (n_days, n_skus).
    """

    sold: Ints
    wb_morning: Ints
    wb_booked: Ints
    nsk_morning: Ints
    nsk_received: Ints
    nsk_packed: Ints


def draw_supply_plan(rng: np.random.Generator, catalogue: DemoCatalogue, calendar: Calendar) -> SupplyPlan:
    """Return when batches come: at a steady pace, with delays now and then, overdue at the late articles."""
    articles, role = catalogue.articles.count, catalogue.articles.role
    days = calendar.today + 1 + PIPELINE_DAYS
    every = rng.integers(*BATCH_EVERY_DAYS, articles)
    phase = rng.integers(0, every)
    is_batch_day = np.arange(days)[:, None] % every == phase
    for article in np.flatnonzero(rng.random(articles) < ONCE_DELAYED_SHARE).tolist():
        start = int(rng.integers(calendar.stored_from, calendar.today - 60))
        _silence(is_batch_day, article, start, start + int(rng.integers(20, 35)))
    late = np.flatnonzero(role == Role.LATE).tolist()
    for article, silent_days in zip(late, np.linspace(*LATE_SILENT_DAYS, len(late)).astype(int).tolist(), strict=True):
        is_batch_day[calendar.today - silent_days, article] = True
        _silence(is_batch_day, article, calendar.today - silent_days + 1, calendar.today + int(rng.integers(3, 14)))
    is_batch_day[calendar.today - DEAD_FOR_DAYS :, role == Role.DEAD] = False
    is_batch_day[: calendar.today + 20, role == Role.ANNOUNCED] = False
    _launch_newcomer(is_batch_day, np.flatnonzero(role == Role.NEWCOMER), calendar)
    return SupplyPlan(is_batch_day, np.arange(articles) % SHIP_EVERY_DAYS, _draw_appetite(rng, role, days, calendar))


def _silence(is_batch_day: Bools, article: int, start: int, end: int) -> None:
    """Let every batch of [start, end) wait until its end."""
    is_batch_day[start:end, article] = False
    is_batch_day[end, article] = True


def _launch_newcomer(is_batch_day: Bools, articles: Ints, calendar: Calendar) -> None:
    launch = calendar.today - NEWCOMER_FOR_DAYS - SHIPPING_DAYS - SHIP_EVERY_DAYS
    is_batch_day[:launch, articles] = False
    is_batch_day[launch, articles] = True


def _draw_appetite(rng: np.random.Generator, role: Ints, days: int, calendar: Calendar) -> Floats:
    usual = np.where(role == Role.LATE, 1.0, rng.lognormal(0, 0.09, len(role)))
    appetite = np.broadcast_to(usual, (days, len(role))).copy()
    appetite[calendar.today - 40 : calendar.today + 1, role == Role.OVERORDERED] *= rng.uniform(2.2, 3.0)
    appetite[calendar.stored_from : calendar.today + 1, role == Role.DEAD] *= 2.5
    return appetite


def play(catalogue: DemoCatalogue, demand: DemoDemand, plan: SupplyPlan, calendar: Calendar) -> StockHistory:
    """Return what happened on every day when customers meet the supply plan."""
    history = _blank_history(catalogue, calendar)
    wb, nsk = _first_morning(catalogue, demand)
    for day in range(calendar.count):
        history.wb_morning[day], history.nsk_morning[day] = wb, nsk
        history.sold[day] = np.minimum(demand.wanted[day], wb)
        rate = plan_rate(catalogue, demand, day)
        bundles = wb - history.sold[day] + history.wb_booked[day:].sum(axis=0)  # ready or on the way
        history.nsk_received[day] = _receive(catalogue, plan, day, rate=rate, bundles=bundles, nsk=nsk)
        packed = _pack(catalogue, plan, day, rate=rate, bundles=bundles, nsk=nsk + history.nsk_received[day])
        history.nsk_packed[day] = count_pieces(catalogue, packed)
        history.wb_booked[day + SHIPPING_DAYS] = packed
        wb = wb - history.sold[day] + history.wb_booked[day]
        nsk = nsk + history.nsk_received[day] - history.nsk_packed[day]
    return history


def _blank_history(catalogue: DemoCatalogue, calendar: Calendar) -> StockHistory:
    days, listings, skus = calendar.count, catalogue.listings.count, catalogue.skus.count
    shapes = [(days, listings), (days, listings), (days + SHIPPING_DAYS, listings), *[(days, skus)] * 3]
    return StockHistory(*(np.zeros(shape, dtype=np.int64) for shape in shapes))


def plan_rate(catalogue: DemoCatalogue, demand: DemoDemand, day: int) -> Floats:
    """Return the bundles a day that the planner reckons with for the weeks after a day, shape (n_listings,).

    A listing that is not on offer yet is planned at its article's mean rate, so that its first batch can be made.
    """
    ahead = demand.expected[day : day + 14].mean(axis=0)
    upcoming = catalogue.articles.bundles_per_day[catalogue.listings.article] * catalogue.listings.share
    return np.where(demand.is_offered[day], ahead, upcoming)


def count_pieces(catalogue: DemoCatalogue, bundles: Ints | Floats) -> Floats:
    """Return the pieces of every SKU that go into bundles of every listing, shape (n_skus,)."""
    edges = catalogue.edges
    pieces = np.bincount(edges.sku, weights=bundles[edges.listing] * edges.quantity, minlength=catalogue.skus.count)
    return pieces.astype(np.float64)


def _first_morning(catalogue: DemoCatalogue, demand: DemoDemand) -> tuple[Ints, Ints]:
    rate = demand.expected[:14].mean(axis=0)
    wb = np.ceil(16 * rate).astype(np.int64)
    return wb, np.ceil(count_pieces(catalogue, 8 * rate)).astype(np.int64)


def _receive(catalogue: DemoCatalogue, plan: SupplyPlan, day: int, *, rate: Floats, bundles: Ints, nsk: Ints) -> Ints:
    """Return the pieces that a batch brings: what is missing to the position that the planner aims for."""
    cover_days = POSITION_COVER_DAYS * plan.appetite[day] * plan.is_batch_day[day]
    target = count_pieces(catalogue, rate) * cover_days[catalogue.skus.article]
    return round_to_cartons(target - nsk - count_pieces(catalogue, bundles))


def round_to_cartons(pieces: Floats) -> Ints:
    """Return pieces rounded up to what the factory packs together, 0 where nothing is wanted."""
    return (np.ceil(np.maximum(pieces, 0) / CARTON_PIECES) * CARTON_PIECES).astype(np.int64)


def _pack(catalogue: DemoCatalogue, plan: SupplyPlan, day: int, *, rate: Floats, bundles: Ints, nsk: Ints) -> Ints:
    """Return the bundles packed and shipped: up to the cover, and fairly where pieces are short."""
    edges = catalogue.edges
    ships_today = plan.ship_phase[catalogue.listings.article] == day % SHIP_EVERY_DAYS
    wanted = np.maximum(np.ceil(WB_COVER_DAYS * rate) - bundles, 0) * ships_today
    needed = count_pieces(catalogue, wanted)
    share = np.minimum(1.0, nsk / np.maximum(needed, 1))[edges.sku]
    starts = np.flatnonzero(
        np.diff(edges.listing, prepend=-1)
    )  # edges are ordered by listing and every listing has one
    return np.asarray(np.floor(wanted * np.minimum.reduceat(share, starts)), dtype=np.int64)
