"""What planning knows about one article."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from planning_core.domain.article_snapshot import ArticleBundleSnapshot, build_article_snapshot
from planning_core.domain.bundle_risk import compute_bundle_risks
from planning_core.domain.demand import compute_demands
from planning_core.domain.demand_entries import ArticleDemand, list_demand_entries
from planning_core.domain.health import ArticleHealth
from planning_core.domain.inputs import PlanningInputs
from planning_core.domain.order_entries import OrderExplanation
from planning_core.domain.potential import BundleAvailability, list_bundle_availability
from planning_core.domain.risk_entries import BundleRiskEntry, build_risk_entry, find_worst_rows
from planning_core.models import BundleType, Warehouse
from planning_core.selectors.inputs import load_planning_inputs
from planning_core.services.portfolio import compute_portfolio
from supplybrain.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class ArticleDashboard:
    """One article on one page: its worst bundle type, its orders and its health."""

    article_id: int
    article_code: str
    bundle_type_id: int | None
    bundle_type_name: str | None
    risk: BundleRiskEntry | None
    order: OrderExplanation
    health: ArticleHealth


def get_article_dashboard(*, article_id: int, as_of: date) -> ArticleDashboard:
    """Return an article's worst bundle risk, its order reasons and its health, active or not.

    Raises:
        NotFoundError: If there is no such article.
    """
    portfolio = compute_portfolio(as_of=as_of, article_ids=[article_id])
    check_found(portfolio.inputs, article_id)
    worst = int(find_worst_rows(portfolio.risks, 1)[0])
    risk = build_risk_entry(portfolio.inputs, portfolio.risks, worst) if worst >= 0 else None
    return ArticleDashboard(
        article_id=article_id,
        article_code=portfolio.inputs.articles.code[0],
        bundle_type_id=risk.bundle_type_id if risk else None,
        bundle_type_name=risk.bundle_type_name if risk else None,
        risk=risk,
        order=portfolio.order_explanations[0],
        health=portfolio.health[0],
    )


def get_article_bundle_snapshot(*, article_id: int, as_of: date) -> ArticleBundleSnapshot:
    """Return an article's single pieces, its bundles at Wildberries and how far its bundles reach.

    Raises:
        NotFoundError: If there is no such article.
    """
    inputs = _load_article(article_id, as_of)
    return build_article_snapshot(inputs, compute_bundle_risks(inputs))


def get_article_demand(*, article_id: int, target_date: date) -> ArticleDemand:
    """Return an article's demand on a target date.

    Raises:
        NotFoundError: If there is no such article.
    """
    inputs = _load_article(article_id, target_date)
    return list_demand_entries(inputs, compute_demands(inputs))[0]


def get_bundle_availability(
    *, article_id: int, bundle_type_id: int, warehouse_id: int, as_of: date
) -> BundleAvailability:
    """Return how many bundles of a type could be packed from an article's single pieces in a warehouse.

    Raises:
        NotFoundError: If there is no such article, bundle type or warehouse; the problems name the parameters.
    """
    if not BundleType.objects.filter(pk=bundle_type_id).exists():
        text = _("There is no bundle type %(id)s.") % {"id": bundle_type_id}
        raise NotFoundError(text, data={"bundle_type_id": bundle_type_id})
    if not Warehouse.objects.filter(pk=warehouse_id).exists():
        text = _("There is no warehouse %(id)s.") % {"id": warehouse_id}
        raise NotFoundError(text, data={"warehouse_id": warehouse_id})
    inputs = _load_article(article_id, as_of, packing_warehouse_id=warehouse_id)
    return list_bundle_availability(inputs, bundle_type_id=bundle_type_id, warehouse_id=warehouse_id)


def _load_article(article_id: int, as_of: date, packing_warehouse_id: int | None = None) -> PlanningInputs:
    inputs = load_planning_inputs(
        target_date=as_of, article_ids=[article_id], packing_warehouse_id=packing_warehouse_id
    )
    check_found(inputs, article_id)
    return inputs


def check_found(inputs: PlanningInputs, article_id: int) -> None:
    """Refuse an article that was not found.

    Raises:
        NotFoundError: If the inputs have no article.
    """
    if not len(inputs.articles.id):
        raise NotFoundError(_("There is no article %(id)s.") % {"id": article_id}, data={"article_id": article_id})
