"""Planning Core: can the plan be trusted, and a proposal over chosen windows."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from planning_core.api import planning_serializers as answers
from planning_core.api.planning_views import PlanningView, read_planning_query
from planning_core.api.queries import CoreProposalRequest
from planning_core.api.rendering import to_json
from planning_core.services.planning_health import evaluate_planning_health
from planning_core.services.proposals import compute_core_proposal
from supplybrain.api.queries import AsOfQuery


class CoreHealthView(PlanningView):
    """What a planner needs to trust the plan."""

    @extend_schema(parameters=[AsOfQuery], responses=answers.PlanningHealthSerializer)
    def get(self, request: Request) -> Response:
        """Return the age of each input, and what is missing or out of range."""
        query = read_planning_query(request, AsOfQuery)
        return Response(to_json(evaluate_planning_health(as_of=query["as_of"], now=timezone.now())))


class CoreProposalView(APIView):
    """A proposal over chosen windows."""

    required_permissions = {"POST": "planning_core.propose_orders"}

    @extend_schema(
        parameters=[AsOfQuery], request=CoreProposalRequest, responses={200: answers.CoreProposalAnswerSerializer}
    )
    def post(self, request: Request) -> Response:
        """Compute what to order of every SKU of the active articles. Nothing is stored."""
        query = read_planning_query(request, AsOfQuery)
        body = CoreProposalRequest(data=request.data)
        body.is_valid(raise_exception=True)
        proposal = compute_core_proposal(as_of=query["as_of"], generated_at=timezone.now(), **body.validated_data)
        return Response({"status": "ok", "proposal": to_json(proposal)})
