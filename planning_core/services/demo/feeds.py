"""Writes what the demo company's sources would have delivered: sales, prices, stock, open orders."""

from datetime import datetime

import numpy as np

from planning_core import models
from planning_core.services.copy import copy_rows
from planning_core.services.demo import words
from planning_core.services.demo.catalogue import Ints
from planning_core.services.demo.company import DemoCompany
from planning_core.services.demo.movements import StockAtMoments
from planning_core.services.demo.orders import stage_of
from planning_core.services.demo.rows import all_ids, ids_of, store_rows

PACK_DISCOUNT = 0.06  # a pack is cheaper than its pieces


def store_sales(company: DemoCompany, *, first_day: int, end_day: int) -> None:
    """Store the sales of the simulated days [first_day, end_day), day by day as they would have arrived.

    A day counts as in stock when something was left in the evening: without it, more might have been sold.
    """
    price_rub = _price_rub(company)
    left = company.history.wb_morning - company.history.sold
    days, listings = np.nonzero(company.demand.is_offered[first_day:end_day])
    days += first_day
    sold = company.history.sold[days, listings]
    columns = (
        ids_of(listings),
        [company.calendar.date_of(day) for day in days.tolist()],
        sold.tolist(),
        (sold * price_rub[days, listings]).tolist(),
        (left[days, listings] > 0).tolist(),
    )
    copy_rows(models.WbDailySales, ["wb_sku", "date", "units", "revenue", "in_stock"], zip(*columns, strict=True))


def store_prices(company: DemoCompany) -> None:
    """Store the price of every listing on its first stored day, and each change after it."""
    calendar = company.calendar
    stored = slice(calendar.stored_from, calendar.today)
    shown = np.where(company.demand.is_offered[stored], _price_rub(company)[stored], 0)
    changed = (np.diff(shown, axis=0, prepend=0) != 0) & (shown > 0)
    days, listings = np.nonzero(changed)
    store_rows(
        models.WbPrice,
        wb_sku=ids_of(listings),
        date=[calendar.date_of(calendar.stored_from + day) for day in days.tolist()],
        price=shown[changed].tolist(),
    )


def _price_rub(company: DemoCompany) -> Ints:
    """Return the price of a bundle per day in whole roubles, shape (n_days, n_listings)."""
    listings = company.catalogue.listings
    pieces = listings.pieces * np.where(listings.pieces > 1, 1 - PACK_DISCOUNT, 1)
    usual = company.catalogue.articles.price_rub[listings.article] * pieces
    return np.asarray(np.round(usual * (1 - company.demand.discount)), dtype=np.int64)


def store_open_orders(company: DemoCompany) -> None:
    """Store what was ordered and has not arrived."""
    orders, calendar = company.orders, company.calendar
    due_in_days = orders.due_in_days.tolist()
    store_rows(
        models.InTransitSupply,
        sku=ids_of(orders.sku),
        eta_date=[calendar.date_of(calendar.today + days) for days in due_in_days],
        quantity=orders.quantity.tolist(),
        stage=[stage_of(days) for days in due_in_days],
    )


def store_stock(stock: StockAtMoments, *, moment: int, updated_at: datetime) -> None:
    """Store the stock of one of the traced moments.

    Args:
        stock: Traced by `stock_at`.
        moment: The row of the moment in it.
        updated_at: The moment itself.
    """
    at_offices = _split_over_offices(stock.wb_bundles[moment])
    offices, listings = np.indices(at_offices.shape)
    store_rows(
        models.WbStock,
        wb_sku=ids_of(listings.ravel()),
        warehouse=ids_of(offices.ravel() + 1),  # after the own one
        quantity=at_offices.ravel().tolist(),
        updated_at=[updated_at] * at_offices.size,
    )
    pieces = stock.nsk_pieces[moment]
    store_rows(
        models.StockBalance,
        sku=all_ids(len(pieces)),
        warehouse=[1] * len(pieces),
        quantity=pieces.tolist(),
        updated_at=[updated_at] * len(pieces),
    )


def _split_over_offices(bundles: Ints) -> Ints:
    """Return bundles split over the offices by their shares, shape (n_offices, n_listings); sums are kept."""
    shares = np.array([share for _, _, _, share in words.WB_OFFICES])
    split: Ints = np.floor(bundles * shares[:, None]).astype(np.int64)
    split[0] += bundles - split.sum(axis=0)
    return split
