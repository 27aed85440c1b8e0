"""Why a stored snapshot says what it says."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api.serializers import explanations
from monitoring.api.serializers.snapshots import FreshnessSerializer
from monitoring.models import MonitoringSnapshot
from monitoring.selectors.snapshots import describe_record
from monitoring.services.explain import diff_snapshots, explain_metric, get_snapshot
from monitoring.services.freshness import get_freshness
from supplybrain.api.queries import read_query

READ_PERMISSION: dict[str, str] = {"GET": "monitoring.view_monitoringsnapshot"}
ORIGIN_FIELDS = ("as_of_date", "facts_hash", "facts_thinned_at", "settings_hash", "code_version", "sources")


class SnapshotDetailView(APIView):
    """One stored snapshot."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(operation_id="monitoring_snapshot_detail", responses=explanations.SnapshotDetailSerializer)
    def get(self, request: Request, snapshot_id: int) -> Response:  # noqa: ARG002  (the path says it all)
        """Answer the metrics of a snapshot and how it came about."""
        snapshot = get_snapshot(snapshot_id)
        origin = {name: getattr(snapshot, name) for name in ORIGIN_FIELDS}
        return Response({**describe_record(snapshot), **origin, **describe_freshness(snapshot)})


class SnapshotExplanationView(APIView):
    """What a metric of a stored snapshot is made of."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(
        operation_id="monitoring_snapshot_explanation",
        parameters=[explanations.ExplanationQuery],
        responses=explanations.MetricExplanationSerializer,
    )
    def get(self, request: Request, snapshot_id: int) -> Response:
        """Answer value, definition, formula, inputs with their age, and a page of contributors."""
        query = read_query(request, explanations.ExplanationQuery)
        explanation = explain_metric(snapshot_id=snapshot_id, **query)
        return Response(explanations.describe_explanation(explanation) | describe_freshness(explanation.snapshot))


class SnapshotDiffView(APIView):
    """What moved a metric since another snapshot."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(
        operation_id="monitoring_snapshot_diff",
        parameters=[explanations.DiffQuery],
        responses=explanations.SnapshotDiffSerializer,
    )
    def get(self, request: Request, snapshot_id: int) -> Response:
        """Answer the change, who made it and why."""
        query = read_query(request, explanations.DiffQuery)
        diff = diff_snapshots(snapshot_id=snapshot_id, **query)
        return Response(explanations.describe_diff(diff) | describe_freshness(diff.snapshot))


def describe_freshness(snapshot: MonitoringSnapshot) -> dict[str, Any]:
    """Return how old a snapshot is now, as a member of an answer."""
    return {"freshness": FreshnessSerializer(get_freshness(snapshot)).data}
