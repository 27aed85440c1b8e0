"""Demand as rows. Field names are those of the JSON."""

from dataclasses import dataclass

from planning_core.domain.demand import Demands
from planning_core.domain.explanations import explain_demand
from planning_core.domain.inputs import PlanningInputs
from planning_core.domain.messages import Sentence


@dataclass(frozen=True, slots=True)
class ArticleDemand:
    """The demand of one article on a target date."""

    article_id: int
    article_code: str
    avg_daily_sales: float
    forecast_demand: float
    current_stock: int
    coverage_days: float
    deficit: int
    target_coverage_days: int
    observation_window_days: int
    forecast_horizon_days: int
    explanation: Sentence


def list_demand_entries(inputs: PlanningInputs, demands: Demands) -> list[ArticleDemand]:
    """Return the demand of every article as rows, by article id."""
    return [_build_entry(inputs, demands, row) for row in range(len(inputs.articles.id))]


def _build_entry(inputs: PlanningInputs, demands: Demands, row: int) -> ArticleDemand:
    average, forecast = float(demands.average_per_day[row]), float(demands.forecast[row])
    stock, deficit, horizon = int(demands.stock[row]), int(demands.deficit[row]), int(demands.horizon_days[row])
    return ArticleDemand(
        article_id=int(inputs.articles.id[row]),
        article_code=inputs.articles.code[row],
        avg_daily_sales=average,
        forecast_demand=forecast,
        current_stock=stock,
        coverage_days=float(demands.coverage_days[row]),
        deficit=deficit,
        target_coverage_days=horizon,
        observation_window_days=inputs.window_days,
        forecast_horizon_days=horizon,
        explanation=explain_demand(
            units=int(demands.units[row]),
            days=int(demands.days[row]),
            average=average,
            horizon=horizon,
            forecast=forecast,
            stock=stock,
            deficit=deficit,
        ),
    )
