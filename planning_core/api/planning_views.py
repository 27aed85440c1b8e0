"""What planning answers: risk, demand, orders and settings, all as of a business day."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from planning_core.api import planning_serializers as answers
from planning_core.api import queries
from planning_core.api.rendering import to_json
from planning_core.selectors.config import load_config_snapshot
from planning_core.services import articles, portfolio, proposals
from planning_core.services.article_explanation import explain_article
from supplybrain.api.queries import AsOfQuery, read_query
from supplybrain.clock import get_business_date
from supplybrain.errors import NotFoundError


class PlanningView(APIView):
    """Base of the planning reads."""

    required_permissions = {"GET": "planning_core.view_article"}


def read_planning_query(request: Request, serializer_class: type[AsOfQuery]) -> dict[str, Any]:
    """Return the validated query parameters, `as_of` filled in: today when left out."""
    query = read_query(request, serializer_class)
    return {**query, "as_of": query.get("as_of") or get_business_date()}


class BundleRiskPortfolioView(PlanningView):
    """How long the bundles of every type of every article last."""

    @extend_schema(parameters=[queries.ArticlesQuery], responses=answers.BundleRiskPortfolioSerializer)
    def get(self, request: Request) -> Response:
        """Return bundle risk by article id, then bundle type id."""
        result = portfolio.compute_portfolio(**read_planning_query(request, queries.ArticlesQuery))
        return Response({"items": to_json(result.entries)})


class OrderExplanationPortfolioView(PlanningView):
    """Why every colour of every article is ordered in its quantity."""

    @extend_schema(parameters=[queries.ArticlesQuery], responses=answers.OrderExplanationPortfolioSerializer)
    def get(self, request: Request) -> Response:
        """Return order reasons by article id, then colour id."""
        result = portfolio.compute_portfolio(**read_planning_query(request, queries.ArticlesQuery))
        return Response({"items": to_json(result.order_explanations)})


class HealthPortfolioView(PlanningView):
    """Every article at a glance."""

    @extend_schema(parameters=[queries.ArticlesQuery], responses=answers.HealthPortfolioSerializer)
    def get(self, request: Request) -> Response:
        """Return every article's worst bundle type and order, by article id."""
        result = portfolio.compute_portfolio(**read_planning_query(request, queries.ArticlesQuery))
        return Response({"items": to_json(result.health)})


class ArticleDashboardView(PlanningView):
    """One article on one page."""

    @extend_schema(parameters=[AsOfQuery], responses=answers.ArticleDashboardSerializer)
    def get(self, request: Request, article_id: int) -> Response:
        """Return an article's worst bundle risk, order reasons and health."""
        if article_id > queries.MAX_ID:
            raise NotFoundError(_("There is no article %(id)s.") % {"id": article_id})
        return Response(
            to_json(articles.get_article_dashboard(article_id=article_id, **read_planning_query(request, AsOfQuery)))
        )


class ArticleExplanationView(PlanningView):
    """Why one article is ordered in its quantity and has its risk levels."""

    @extend_schema(parameters=[AsOfQuery], responses=answers.ArticleExplanationSerializer)
    def get(self, request: Request, article_id: int) -> Response:
        """Return what explains an article.

        `order.steps` lead from the forecast demand to the pieces ordered: their deltas, added up in their order, are
        `order.final_order_qty` exactly. `flips` are the smallest changes that give a bundle type another risk level.
        """
        check_id(article_id)
        query = read_planning_query(request, AsOfQuery)
        return Response(to_json(explain_article(article_id=article_id, as_of=query["as_of"])))


class ArticleBundleSnapshotView(PlanningView):
    """What one article has."""

    @extend_schema(parameters=[queries.ArticleQuery], responses=answers.ArticleBundleSnapshotSerializer)
    def get(self, request: Request) -> Response:
        """Return an article's single pieces, bundles at Wildberries and bundle coverage."""
        return Response(
            to_json(articles.get_article_bundle_snapshot(**read_planning_query(request, queries.ArticleQuery)))
        )


class DemandView(PlanningView):
    """What one article needs."""

    @extend_schema(parameters=[queries.DemandQuery], responses=answers.ArticleDemandSerializer)
    def get(self, request: Request) -> Response:
        """Return an article's demand on a target date."""
        query = read_planning_query(request, queries.DemandQuery)
        target_date = choose_target_date(query)
        return Response(to_json(articles.get_article_demand(article_id=query["article_id"], target_date=target_date)))


class OrderProposalView(PlanningView):
    """What to order."""

    @extend_schema(parameters=[queries.ProposalQuery], responses=answers.OrderProposalSerializer)
    def get(self, request: Request) -> Response:
        """Return what to order of every SKU of the active articles."""
        target_date = choose_target_date(read_planning_query(request, queries.ProposalQuery))
        return Response(to_json(proposals.compute_order_proposal(target_date=target_date)))


class BundleAvailabilityView(PlanningView):
    """How many bundles could be packed."""

    @extend_schema(parameters=[queries.BundleAvailabilityQuery], responses=answers.BundleAvailabilitySerializer)
    def get(self, request: Request) -> Response:
        """Return how many bundles of a type could be packed from an article's single pieces in a warehouse.

        Stock is that of now: past balances are not kept.
        """
        return Response(
            to_json(articles.get_bundle_availability(**read_planning_query(request, queries.BundleAvailabilityQuery)))
        )


class ConfigSnapshotView(PlanningView):
    """The settings that planning works with."""

    @extend_schema(parameters=[AsOfQuery], responses=answers.ConfigSnapshotSerializer)
    def get(self, request: Request) -> Response:
        """Return the global settings and those of every active article. Settings are those of now."""
        read_planning_query(request, AsOfQuery)
        return Response(load_config_snapshot())


def check_id(article_id: int) -> None:
    """Refuse an id in a path that no row can have.

    Raises:
        NotFoundError: If it is beyond what the database can hold.
    """
    if article_id > queries.MAX_ID:
        raise NotFoundError(_("There is no article %(id)s.") % {"id": article_id})


def choose_target_date(query: dict[str, Any]) -> date:
    """Return the target date of a query: its own, else the business day to plan as of."""
    target_date: date = query.get("target_date") or query["as_of"]
    return target_date
