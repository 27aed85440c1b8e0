"""Snapshots over REST: one built now, one captured now."""

from http import HTTPStatus
from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api.as_of import read_as_of
from monitoring.api.serializers import snapshots
from monitoring.models import RunState
from monitoring.selectors.snapshots import describe_record, get_slot_snapshot
from monitoring.services.capture import capture_now
from monitoring.services.freshness import get_freshness
from monitoring.services.overview import build_current_snapshot
from supplybrain.api.queries import AsOfQuery

READ_PERMISSION: dict[str, str] = {"GET": "monitoring.view_monitoringsnapshot"}


class SnapshotView(APIView):
    """The current values."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(operation_id="monitoring_snapshot", parameters=[AsOfQuery], responses=snapshots.SnapshotSerializer)
    def get(self, request: Request) -> Response:
        """Answer a snapshot that is built now and not stored."""
        snapshot = build_current_snapshot(as_of=read_as_of(request), now=timezone.now())
        return Response(snapshots.SnapshotSerializer(snapshot).data)


class CaptureView(APIView):
    """Capturing by hand, through the service of the scheduled task."""

    required_permissions: ClassVar = {"POST": "monitoring.capture_monitoringsnapshot"}

    @extend_schema(
        operation_id="monitoring_snapshot_capture",
        request=None,
        responses={
            200: OpenApiResponse(snapshots.CapturedSerializer, description="The running slot had a snapshot already."),
            201: OpenApiResponse(snapshots.CapturedSerializer, description="Captured."),
        },
    )
    def post(self, request: Request) -> Response:  # noqa: ARG002  (there is nothing to say)
        """Capture the running slot, also while the scheduler is switched off."""
        result = capture_now(trigger="api")
        snapshot = get_slot_snapshot(slot=result.slot)
        freshness = snapshots.FreshnessSerializer(get_freshness(snapshot)).data
        is_new = result.state is RunState.CAPTURED
        return Response(
            {**describe_record(snapshot), "freshness": freshness},
            status=HTTPStatus.CREATED if is_new else HTTPStatus.OK,
        )
