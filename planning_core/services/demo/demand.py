"""What customers of the demo company want every day: seasons, weekdays, promotions, chance."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from planning_core.services.demo import words
from planning_core.services.demo.catalogue import Bools, DemoCatalogue, Floats, Ints, Role

DEAD_FOR_DAYS = 120
NEWCOMER_FOR_DAYS = 21
WEEKDAY_FACTORS = np.array([0.94, 0.92, 0.95, 0.98, 1.04, 1.12, 1.05])  # Monday first
PROMOTION_EVERY_DAYS = 38
PROMOTED_SHARE = 0.6  # of the articles join a promotion
UPLIFT_PER_DISCOUNT = 4.0  # 20 % off sells 80 % more
SPREAD_OF_A_DAY = 12.0  # shape of the gamma that a Poisson day's mean is drawn from


@dataclass(frozen=True)
class Calendar:
    """The simulated days: a run-in nobody sees, the stored history, and today as the last one.

    Attributes:
        first: The first simulated day.
        stored_from: Number of the first day whose sales are stored.
        today: Number of the business day that is not over yet.
    """

    first: date
    stored_from: int
    today: int

    @property
    def count(self) -> int:
        """Number of simulated days."""
        return self.today + 1

    def date_of(self, day: int) -> date:
        """Return the date of a simulated day."""
        return self.first + timedelta(days=day)


@dataclass(frozen=True)
class DemoDemand:
    """Demand per day, oldest first, shape (n_days, n_listings).

    Attributes:
        expected: What a good planner expects: season and weekday, no promotion, no chance.
        wanted: Bundles that customers want to buy.
        is_offered: Whether the listing was on offer that day.
        discount: Share off the price that day.
    """

    expected: Floats
    wanted: Ints
    is_offered: Bools
    discount: Floats


def build_calendar(*, today: date, history_days: int, run_in_days: int) -> Calendar:
    """Return the days to simulate: run-in, history, today."""
    days_before = history_days + run_in_days
    return Calendar(first=today - timedelta(days=days_before), stored_from=run_in_days, today=days_before)


def draw_demand(rng: np.random.Generator, catalogue: DemoCatalogue, calendar: Calendar) -> DemoDemand:
    """Return what customers want of every listing on every simulated day."""
    article_of = catalogue.listings.article
    is_offered = _offer_days(catalogue, calendar)[:, article_of]
    season = _season_factors(catalogue, calendar)[:, article_of]
    rate = catalogue.articles.bundles_per_day[article_of] * catalogue.listings.share
    expected = season * rate * _is_selling(catalogue, calendar)[:, article_of] * is_offered
    discount = _draw_discounts(rng, catalogue.articles.count, calendar)
    uplift = 1 + UPLIFT_PER_DISCOUNT * discount[:, article_of]
    mood = rng.gamma(SPREAD_OF_A_DAY, 1 / SPREAD_OF_A_DAY, discount.shape)[:, article_of]
    wanted = rng.poisson(expected * uplift * mood)
    return DemoDemand(expected, wanted, is_offered, discount[:, article_of])


def _season_factors(catalogue: DemoCatalogue, calendar: Calendar) -> Floats:
    """Return the factor of year and weekday, shape (n_days, n_articles)."""
    dates = [calendar.date_of(day) for day in range(calendar.count)]
    day_of_year = np.array([day.timetuple().tm_yday for day in dates])
    weekday = WEEKDAY_FACTORS[[day.weekday() for day in dates]]
    seasons = [words.STYLES[style].season.value for style in catalogue.articles.style]
    peak, amplitude = np.array(seasons, dtype=np.float64).T
    yearly = 1 + amplitude * np.cos(2 * np.pi * (day_of_year[:, None] - peak) / 365.25)
    return np.asarray(yearly * weekday[:, None], dtype=np.float64)


def _offer_days(catalogue: DemoCatalogue, calendar: Calendar) -> Bools:
    """Return whether an article was on offer, shape (n_days, n_articles)."""
    offered = np.ones((calendar.count, catalogue.articles.count), dtype=np.bool_)
    offered[:, catalogue.articles.role == Role.ANNOUNCED] = False
    offered[: calendar.today - NEWCOMER_FOR_DAYS, catalogue.articles.role == Role.NEWCOMER] = False
    return offered


def _is_selling(catalogue: DemoCatalogue, calendar: Calendar) -> Bools:
    """Return whether anybody wants the article, shape (n_days, n_articles)."""
    selling = np.ones((calendar.count, catalogue.articles.count), dtype=np.bool_)
    selling[calendar.today - DEAD_FOR_DAYS :, catalogue.articles.role == Role.DEAD] = False
    return selling


def _draw_discounts(rng: np.random.Generator, articles: int, calendar: Calendar) -> Floats:
    """Return the discount of the shop's promotions: a few days every five weeks, most articles join."""
    discount = np.zeros((calendar.count, articles))
    for nominal in range(PROMOTION_EVERY_DAYS // 2, calendar.count, PROMOTION_EVERY_DAYS):
        start = nominal + int(rng.integers(-5, 6))
        length = int(rng.integers(4, 8))
        joins = rng.random(articles) < PROMOTED_SHARE
        discount[start : start + length, joins] = rng.choice([0.1, 0.15, 0.2, 0.25], joins.sum())
    return discount
