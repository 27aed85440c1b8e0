"""The traffic light, the dashboard, and what a front end starts with."""

from dataclasses import asdict
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api.as_of import read_as_of
from monitoring.api.serializers.alerts import AlertRulesSerializer
from monitoring.api.serializers.catalogue import LayoutSerializer, MetricsSerializer
from monitoring.api.serializers.overview import (
    BootstrapSerializer,
    DashboardSerializer,
    RiskFocusSerializer,
    SchedulerHealthSerializer,
    StatusSerializer,
    describe_alerts,
)
from monitoring.api.serializers.queries import DEFAULT_RECORDS, RiskFocusQuery
from monitoring.api.serializers.snapshots import SnapshotSerializer
from monitoring.api.views.catalogue import LAYOUT_ANSWER, METRICS_ANSWER
from monitoring.api.views.snapshots import READ_PERMISSION
from monitoring.selectors.snapshots import list_records
from monitoring.services.freshness import check_scheduler
from monitoring.services.overview import get_overview
from planning_core.services.portfolio import list_risk_focus
from supplybrain.api.queries import AsOfQuery, read_query


class StatusView(APIView):
    """The traffic light."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(operation_id="monitoring_status", parameters=[AsOfQuery], responses=StatusSerializer)
    def get(self, request: Request) -> Response:
        """Answer the status of the latest stored snapshot, or of one built now when none is stored."""
        return Response(StatusSerializer(get_overview(as_of=read_as_of(request)).status).data)


class DashboardView(APIView):
    """Everything of the dashboard."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(operation_id="monitoring_dashboard", parameters=[AsOfQuery], responses=DashboardSerializer)
    def get(self, request: Request) -> Response:
        """Answer snapshot, history, alerts, rules and status in one call, all about the latest stored snapshot."""
        overview = get_overview(as_of=read_as_of(request))
        return Response(
            {
                "snapshot": SnapshotSerializer(overview.snapshot).data,
                "history": {"items": list_records(limit=DEFAULT_RECORDS)},
                "alerts": describe_alerts(overview),
                "rules": AlertRulesSerializer({"items": overview.rules}).data,
                "status": StatusSerializer(overview.status).data,
            }
        )


class BootstrapView(APIView):
    """What a front end needs to start."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(operation_id="monitoring_bootstrap", parameters=[AsOfQuery], responses=BootstrapSerializer)
    def get(self, request: Request) -> Response:
        """Answer metrics, layout and status in one call."""
        return Response(
            {
                "metrics": MetricsSerializer(METRICS_ANSWER).data,
                "layout": LayoutSerializer(LAYOUT_ANSWER).data,
                "status": StatusSerializer(get_overview(as_of=read_as_of(request)).status).data,
            }
        )


class RiskFocusView(APIView):
    """Where to look first."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(operation_id="monitoring_risk_focus", parameters=[RiskFocusQuery], responses=RiskFocusSerializer)
    def get(self, request: Request) -> Response:
        """Answer the most urgent bundle types, critical ones first."""
        limit = read_query(request, RiskFocusQuery)["limit"]
        entries = list_risk_focus(as_of=read_as_of(request), limit=limit)
        return Response({"items": [asdict(entry) for entry in entries]})


class SchedulerHealthView(APIView):
    """The probe of the scheduler, for somebody outside."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(operation_id="monitoring_health_scheduler", responses=SchedulerHealthSerializer)
    def get(self, request: Request) -> Response:  # noqa: ARG002  (the same for everybody)
        """Answer 200 while the latest snapshot is fresh or late, and 503 when it is older or there is none."""
        freshness = check_scheduler()
        return Response(SchedulerHealthSerializer({"status": freshness.state, "freshness": freshness}).data)
