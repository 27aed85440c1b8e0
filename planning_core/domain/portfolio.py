"""The result of a classic run: arrays for the totals, rows for those who want to read them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planning_core.domain.arrays import IntArray, sum_by_group
from planning_core.domain.bundle_risk import RISK_LEVELS, BundleRisks, compute_bundle_risks
from planning_core.domain.demand import Demands, compute_demands
from planning_core.domain.health import ArticleHealth, list_article_health
from planning_core.domain.inputs import PlanningInputs
from planning_core.domain.order_entries import OrderExplanation, list_order_explanations
from planning_core.domain.orders import Orders, compute_orders
from planning_core.domain.reasons import OrderReasons, explain_orders
from planning_core.domain.risk_entries import BundleRiskEntry, RiskFocusEntry, list_focus_entries, list_risk_entries


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Risk, demand and orders of every article of a run, by article id."""

    inputs: PlanningInputs
    risks: BundleRisks
    demands: Demands
    orders: Orders
    reasons: OrderReasons

    @cached_property
    def risk_counts(self) -> dict[str, int]:
        """Entries per risk level, all five levels."""
        counts = np.bincount(self.risks.level, minlength=len(RISK_LEVELS)).tolist()
        return dict(zip(RISK_LEVELS, counts, strict=True))

    @cached_property
    def final_order_qty(self) -> IntArray:
        """Pieces ordered per article of the run; shape (n_articles,)."""
        colors = self.orders.colors
        return sum_by_group(colors.article, colors.quantity, len(self.inputs.articles.id))

    @cached_property
    def articles_with_orders(self) -> int:
        """Articles of which anything is ordered."""
        return int(np.count_nonzero(self.final_order_qty))

    @cached_property
    def total_final_order_qty(self) -> int:
        """Pieces ordered in all."""
        return sum(self.final_order_qty.tolist())

    @cached_property
    def entries(self) -> list[BundleRiskEntry]:
        """Bundle risk by article id, then bundle type id."""
        return list_risk_entries(self.inputs, self.risks)

    @cached_property
    def order_explanations(self) -> list[OrderExplanation]:
        """Every article with its reasons, by article id, then colour id."""
        return list_order_explanations(self.inputs, self.demands, self.orders, self.reasons)

    @cached_property
    def health(self) -> list[ArticleHealth]:
        """Every article at a glance, by article id."""
        return list_article_health(
            self.inputs, self.risks, self.orders, self.reasons, final_order_qty=self.final_order_qty
        )

    def list_risk_focus(self, limit: int) -> list[RiskFocusEntry]:
        """Return the first `limit` entries by urgency, article id and bundle type id."""
        return list_focus_entries(self.inputs, self.risks, final_order_qty=self.final_order_qty, limit=limit)


def compute_classic_portfolio(inputs: PlanningInputs) -> Portfolio:
    """Return the classic policy's answer to the inputs (metrics version 1)."""
    demands = compute_demands(inputs)
    orders = compute_orders(inputs, demands)
    return Portfolio(
        inputs=inputs,
        risks=compute_bundle_risks(inputs),
        demands=demands,
        orders=orders,
        reasons=explain_orders(inputs, demands, orders),
    )
