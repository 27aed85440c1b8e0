"""Looks inside the last days of the demo company: what was where at any moment of them."""

from dataclasses import dataclass

import numpy as np

from planning_core.services.demo.catalogue import DemoCatalogue, Ints
from planning_core.services.demo.demand import Calendar
from planning_core.services.demo.stock import StockHistory

DAY_SECONDS = 86_400
# Hours (first, last) in which a thing is booked. A batch is in before NSK packs from it.
RECEIVING_HOURS, PACKING_HOURS, BOOKING_HOURS = (8, 11), (13, 17), (15, 22)
SALES_BY_HOUR = np.array([3, 2, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 5, 5, 5, 6, 7, 8, 9, 9, 7, 5], dtype=np.float64)


@dataclass(frozen=True)
class StockAtMoments:
    """What was where at each of some moments.

    Attributes:
        wb_bundles: Bundles ready at Wildberries, shape (n_moments, n_listings).
        nsk_pieces: Pieces at NSK, shape (n_moments, n_skus).
    """

    wb_bundles: Ints
    nsk_pieces: Ints


def trace_stock(
    rng: np.random.Generator, catalogue: DemoCatalogue, history: StockHistory, calendar: Calendar, *, moments: Ints
) -> StockAtMoments:
    """Return the stock at moments of the last days, day by day in step with the history.

    Args:
        rng: Draws the time of day of every sale and delivery.
        catalogue: Whose stock.
        history: What happened on each day.
        calendar: The days of the history.
        moments: Seconds since midnight of the first simulated day, ascending, none after today.
    """
    first = int(moments[0]) // DAY_SECONDS
    window = slice(first, calendar.count)
    listing_days, sku_days = history.sold[window], history.nsk_received[window]
    sold_at = _draw_sales_times(rng, int(listing_days.sum()))
    booked = _per_article(rng, BOOKING_HOURS, len(listing_days), catalogue.articles.count)[
        :, catalogue.listings.article
    ]
    received = _per_article(rng, RECEIVING_HOURS, len(sku_days), catalogue.articles.count)[:, catalogue.skus.article]
    packed = _per_article(rng, PACKING_HOURS, len(sku_days), catalogue.articles.count)[:, catalogue.skus.article]
    wb = _Ledger(history.wb_morning[first], moments, first)
    wb.add_single(-1, listing_days, sold_at)
    wb.add(history.wb_booked[window][: len(listing_days)], booked)
    nsk = _Ledger(history.nsk_morning[first], moments, first)
    nsk.add(sku_days, received)
    nsk.add(-history.nsk_packed[window], packed)
    return StockAtMoments(wb.balance(), nsk.balance())


class _Ledger:
    """Sums movements up to each moment."""

    def __init__(self, opening: Ints, moments: Ints, first_day: int) -> None:
        self.moments, self.first_day, self.opening = moments, first_day, opening
        self.changes = np.zeros((len(moments) + 1, len(opening)), dtype=np.int64)  # the last row: after every moment

    def add(self, quantities: Ints, seconds: Ints) -> None:
        """Book quantities, shape (n_days, n_rows), each at its second of the day, same shape."""
        days, rows = np.nonzero(quantities)
        self._book(days, rows, seconds[days, rows], quantities[days, rows])

    def add_single(self, sign: int, quantities: Ints, seconds: Ints) -> None:
        """Book every single unit of quantities, shape (n_days, n_rows), at its own second, shape (n_units,)."""
        days, rows = np.nonzero(quantities)
        units = quantities[days, rows]
        self._book(np.repeat(days, units), np.repeat(rows, units), seconds, np.full(len(seconds), sign))

    def _book(self, days: Ints, rows: Ints, seconds: Ints, quantities: Ints) -> None:
        slots = np.searchsorted(self.moments, (self.first_day + days) * DAY_SECONDS + seconds)
        np.add.at(self.changes, (slots, rows), quantities)

    def balance(self) -> Ints:
        """Return the balance at each moment, shape (n_moments, n_rows)."""
        return np.asarray(self.opening + self.changes[:-1].cumsum(axis=0), dtype=np.int64)


def _draw_sales_times(rng: np.random.Generator, count: int) -> Ints:
    hours = rng.choice(len(SALES_BY_HOUR), count, p=SALES_BY_HOUR / SALES_BY_HOUR.sum())
    return np.asarray(hours * 3600 + rng.integers(0, 3600, count), dtype=np.int64)


def _per_article(rng: np.random.Generator, hours: tuple[int, int], days: int, articles: int) -> Ints:
    """Return one second of the day per day and article within the hours: lorries carry whole articles."""
    return rng.integers(hours[0] * 3600, hours[1] * 3600, (days, articles))
