"""The demo company as a whole: drawn once, told by its seed and its day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from planning_core.services.demo.catalogue import DemoCatalogue, Ints, draw_catalogue
from planning_core.services.demo.demand import Calendar, DemoDemand, build_calendar, draw_demand
from planning_core.services.demo.movements import StockAtMoments, trace_stock
from planning_core.services.demo.orders import OpenOrders, list_open_orders
from planning_core.services.demo.stock import StockHistory, draw_supply_plan, play

DEFAULT_SEED = 20_260_301
DEFAULT_ARTICLES = 60
HISTORY_DAYS = 180
RUN_IN_DAYS = 60  # until the warehouses have forgotten how they were filled


@dataclass(frozen=True)
class DemoCompany:
    """Everything about the company on one day.

    Attributes:
        seed: Tells the company apart from others.
        calendar: The simulated days, the last of which is today.
        catalogue: What exists.
        demand: What customers wanted.
        history: What they got, and what moved.
        orders: What the factory still owes.
    """

    seed: int
    calendar: Calendar
    catalogue: DemoCatalogue
    demand: DemoDemand
    history: StockHistory
    orders: OpenOrders

    def number_of(self, day: date) -> int:
        """Return the number of a date among the simulated days."""
        return (day - self.calendar.first).days


def build_company(*, seed: int, today: date, articles: int) -> DemoCompany:
    """Return the company: the same for the same arguments, whenever and wherever it is built.

    Args:
        seed: Any whole number >= 0.
        today: The business day that is not over yet.
        articles: How many articles it has.

    Raises:
        ValueError: If the number of articles is outside MIN_ARTICLES..MAX_ARTICLES.
    """
    catalogue_rng, demand_rng, supply_rng = (build_rng(seed, stream) for stream in ("catalogue", "demand", "supply"))
    calendar = build_calendar(today=today, history_days=HISTORY_DAYS, run_in_days=RUN_IN_DAYS)
    catalogue = draw_catalogue(catalogue_rng, articles=articles)
    demand = draw_demand(demand_rng, catalogue, calendar)
    plan = draw_supply_plan(supply_rng, catalogue, calendar)
    history = play(catalogue, demand, plan, calendar)
    orders = list_open_orders(catalogue, demand, plan, history, calendar)
    return DemoCompany(seed, calendar, catalogue, demand, history, orders)


def build_rng(seed: int, stream: str) -> np.random.Generator:
    """Return a source of randomness of its own for one purpose: more draws here change nothing there."""
    return np.random.default_rng([seed, *stream.encode()])


def stock_at(company: DemoCompany, local_moments: list[datetime]) -> StockAtMoments:
    """Return the company's stock at some moments of the last days.

    Args:
        company: Whose stock.
        local_moments: Ascending, in the time zone of the business day.
    """
    midnight = datetime.combine(company.calendar.first, datetime.min.time())
    seconds: Ints = np.array(
        [(moment.replace(tzinfo=None) - midnight) / timedelta(seconds=1) for moment in local_moments], dtype=np.int64
    )
    ascending = np.maximum.accumulate(seconds)  # a clock set back in autumn shows the same hour twice
    return trace_stock(
        build_rng(company.seed, "movements"), company.catalogue, company.history, company.calendar, moments=ascending
    )
