"""Everything that explains one article: what it needs, why it is ordered in its quantity, and how long it lasts."""

from dataclasses import dataclass
from datetime import date

from planning_core.domain.bundle_risk import (
    DEFAULT_ALERT_THRESHOLD_DAYS,
    DEFAULT_SAFETY_STOCK_DAYS,
    BundleRisks,
    find_last_sales_days,
)
from planning_core.domain.inputs import NO_DAY, PlanningInputs
from planning_core.domain.messages import Message
from planning_core.domain.portfolio import Portfolio
from planning_core.domain.risk_entries import BundleRiskEntry, build_risk_entry
from planning_core.domain.risk_flip import RiskFlip, list_risk_flips
from planning_core.domain.waterfall import Waterfall, build_waterfall


@dataclass(frozen=True, slots=True)
class SettingsUsed:
    """What people set, as the rules read it."""

    has_planning_settings: bool
    """Without them the thresholds are defaults, the minimums 0, the strictness 1, and nothing is ordered."""
    is_active: bool
    safety_stock_days: int
    alert_threshold_days: int
    min_fabric_batch: int
    min_elastic_batch: int
    strictness: float
    target_coverage_days: int
    target_coverage_source: str
    """Whose it is: `article`, `global` or `default`."""


@dataclass(frozen=True, slots=True)
class DemandInputs:
    """What the forecast was made from."""

    window_from: date
    window_to: date
    units: int
    days_with_sales_data: int
    avg_daily_sales: float
    forecast_horizon_days: int
    forecast_demand: float
    current_stock: int
    """Bundles at Wildberries."""
    deficit: int


@dataclass(frozen=True, slots=True)
class BundleExplanation:
    """Why one bundle type has its risk level, and what would give it another."""

    bundle_type_id: int
    bundle_type_name: str
    risk_level: str
    wb_ready_bundles: int
    potential_bundles_from_singles: int
    total_available_bundles: int
    units: int
    window_days: int
    """Days from the first to the last day with sales data in the window."""
    first_sales_date: date | None
    last_sales_date: date | None
    """Latest day with sales data; the window of 30 days ends on it. None without any."""
    avg_daily_sales: float
    days_of_cover: float | None
    safety_stock_days: int
    alert_threshold_days: int
    overstock_threshold_days: int
    rule: Message
    flips: list[RiskFlip]


@dataclass(frozen=True, slots=True)
class ArticleExplanation:
    """One article, explained."""

    article_id: int
    article_code: str
    as_of: date
    policy_version: str
    settings: SettingsUsed
    demand: DemandInputs
    order: Waterfall
    bundles: list[BundleExplanation]
    """By bundle type id."""


def build_article_explanation(portfolio: Portfolio, *, policy_version: str) -> ArticleExplanation:
    """Return what explains the one article of a run.

    Args:
        portfolio: The result for exactly one article.
        policy_version: Name of the rules.
    """
    inputs = portfolio.inputs
    return ArticleExplanation(
        article_id=int(inputs.articles.id[0]),
        article_code=inputs.articles.code[0],
        as_of=date.fromordinal(inputs.target_day),
        policy_version=policy_version,
        settings=_read_settings(portfolio),
        demand=_read_demand(portfolio),
        order=build_waterfall(portfolio, 0),
        bundles=_list_bundles(inputs, portfolio.risks),
    )


def _read_settings(portfolio: Portfolio) -> SettingsUsed:
    articles, demands = portfolio.inputs.articles, portfolio.demands
    has_settings = bool(articles.has_settings[0])
    source = "default" if portfolio.inputs.default_target_coverage_days is None else "global"
    safety, alert = int(articles.safety_stock_days[0]), int(articles.alert_threshold_days[0])
    return SettingsUsed(
        has_planning_settings=has_settings,
        is_active=bool(articles.is_active[0]),
        safety_stock_days=safety if has_settings else DEFAULT_SAFETY_STOCK_DAYS,
        alert_threshold_days=alert if has_settings else DEFAULT_ALERT_THRESHOLD_DAYS,
        min_fabric_batch=int(articles.min_fabric_batch[0]),
        min_elastic_batch=int(articles.min_elastic_batch[0]),
        strictness=float(articles.strictness[0]) if has_settings else 1.0,
        target_coverage_days=int(demands.horizon_days[0]),
        target_coverage_source="article" if articles.has_target_coverage[0] else source,
    )


def _read_demand(portfolio: Portfolio) -> DemandInputs:
    inputs, demands = portfolio.inputs, portfolio.demands
    return DemandInputs(
        window_from=date.fromordinal(max(inputs.target_day - inputs.window_days + 1, 1)),
        window_to=date.fromordinal(inputs.target_day),
        units=int(demands.units[0]),
        days_with_sales_data=int(demands.days[0]),
        avg_daily_sales=float(demands.average_per_day[0]),
        forecast_horizon_days=int(demands.horizon_days[0]),
        forecast_demand=float(demands.forecast[0]),
        current_stock=int(demands.stock[0]),
        deficit=int(demands.deficit[0]),
    )


def _list_bundles(inputs: PlanningInputs, risks: BundleRisks) -> list[BundleExplanation]:
    last_days = find_last_sales_days(inputs, risks).tolist()
    flips = list_risk_flips(risks)
    return [
        _build_bundle(
            build_risk_entry(inputs, risks, row),
            units=int(risks.units[row]),
            window_days=int(risks.window_days[row]),
            last_day=last_days[row],
            flips=flips[row],
        )
        for row in range(len(risks.level))
    ]


def _build_bundle(
    entry: BundleRiskEntry, *, units: int, window_days: int, last_day: int, flips: list[RiskFlip]
) -> BundleExplanation:
    has_sales = last_day != NO_DAY
    return BundleExplanation(
        bundle_type_id=entry.bundle_type_id,
        bundle_type_name=entry.bundle_type_name,
        risk_level=entry.risk_level,
        wb_ready_bundles=entry.wb_ready_bundles,
        potential_bundles_from_singles=entry.potential_bundles_from_singles,
        total_available_bundles=entry.total_available_bundles,
        units=units,
        window_days=window_days,
        first_sales_date=date.fromordinal(last_day - window_days + 1) if has_sales else None,
        last_sales_date=date.fromordinal(last_day) if has_sales else None,
        avg_daily_sales=entry.avg_daily_sales,
        days_of_cover=entry.days_of_cover,
        safety_stock_days=entry.safety_stock_days,
        alert_threshold_days=entry.alert_threshold_days,
        overstock_threshold_days=entry.overstock_threshold_days,
        rule=Message(entry.explanation.code, entry.explanation.params),
        flips=flips,
    )
