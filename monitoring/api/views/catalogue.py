"""What there is to see: the metrics and the layout."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api.serializers.catalogue import LayoutSerializer, MetricsSerializer
from monitoring.api.views.snapshots import READ_PERMISSION
from monitoring.domain.layout import LAYOUT
from monitoring.domain.metrics import METRICS

METRICS_ANSWER = {"items": METRICS}
LAYOUT_ANSWER = {"sections": LAYOUT}


class MetricsView(APIView):
    """The metrics registry."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(operation_id="monitoring_metrics", responses=MetricsSerializer)
    def get(self, request: Request) -> Response:  # noqa: ARG002  (the same for everybody)
        """Answer every metric."""
        return Response(MetricsSerializer(METRICS_ANSWER).data)


class LayoutView(APIView):
    """The layout of the dashboard."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(operation_id="monitoring_layout", responses=LayoutSerializer)
    def get(self, request: Request) -> Response:  # noqa: ARG002  (the same for everybody)
        """Answer the sections and their tiles."""
        return Response(LayoutSerializer(LAYOUT_ANSWER).data)
