"""The log of captures over REST."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api.fields import write_neighbours
from monitoring.api.serializers.capture_log import GapsQuery, GapsSerializer, RunsQuery, RunsSerializer
from monitoring.selectors.gaps import load_gap_page
from monitoring.selectors.runs import load_run_page
from supplybrain.api.queries import read_query


class GapsView(APIView):
    """The slots that nobody filled."""

    required_permissions: ClassVar = {"GET": "monitoring.view_monitoringgap"}

    @extend_schema(operation_id="monitoring_gaps_list", parameters=[GapsQuery], responses=GapsSerializer)
    def get(self, request: Request) -> Response:
        """Answer gaps with their reasons, newest slot first, or the page that a cursor stands for."""
        query = read_query(request, GapsQuery)
        page = load_gap_page(
            limit=query["limit"],
            reason=query.get("reason"),
            start=query.get("from"),
            end=query.get("to"),
            position=query.get("cursor"),
        )
        return Response(GapsSerializer({"items": page.rows, **write_neighbours(page, of=GapsQuery.list_name)}).data)


class RunsView(APIView):
    """The attempts to fill slots."""

    required_permissions: ClassVar = {"GET": "monitoring.view_monitoringrun"}

    @extend_schema(operation_id="monitoring_runs_list", parameters=[RunsQuery], responses=RunsSerializer)
    def get(self, request: Request) -> Response:
        """Answer runs of the capture, newest first, or the page that a cursor stands for."""
        query = read_query(request, RunsQuery)
        page = load_run_page(
            limit=query["limit"],
            state=query.get("state"),
            start=query.get("from"),
            end=query.get("to"),
            position=query.get("cursor"),
        )
        return Response(RunsSerializer({"items": page.rows, **write_neighbours(page, of=RunsQuery.list_name)}).data)
