"""Stored snapshots over REST: page by page, and as time series."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api.fields import write_neighbours
from monitoring.api.serializers import queries, snapshots, timeseries
from monitoring.selectors.history import load_history_page
from monitoring.selectors.snapshots import list_series
from monitoring.selectors.timeseries import Aggregation, MetricSeries, SeriesRange
from monitoring.services.freshness import get_latest_freshness
from monitoring.services.timeseries import read_range
from supplybrain.api.queries import read_query

READ_PERMISSION: dict[str, str] = {"GET": "monitoring.view_monitoringsnapshot"}


class HistoryView(APIView):
    """The stored snapshots."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(
        operation_id="monitoring_history",
        parameters=[queries.HistoryQuery],
        responses=OpenApiResponse(snapshots.HistoryPageSerializer, description="Newest first."),
    )
    def get(self, request: Request) -> Response:
        """Answer the newest snapshots, or the page that a cursor stands for."""
        query = read_query(request, queries.HistoryQuery)
        page = load_history_page(
            limit=query["limit"], position=query.get("cursor"), start=query.get("start"), end=query.get("end")
        )
        freshness = snapshots.FreshnessSerializer(get_latest_freshness()).data
        return Response({"items": page.rows, "freshness": freshness, **write_neighbours(page, of="history")})


class TimeseriesView(APIView):
    """Metrics over time."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(
        operation_id="monitoring_timeseries",
        parameters=[queries.TimeseriesQuery],
        responses=timeseries.TimeseriesSerializer,
    )
    def get(self, request: Request) -> Response:
        """Answer the metrics asked for, oldest point first: the newest snapshots, or a range in buckets."""
        query = read_query(request, queries.TimeseriesQuery)
        if query["range"]:
            options = query["range"] | {"agg": Aggregation(query["range"].get("agg", Aggregation.LAST))}
            return Response(describe_range(read_range(metrics=query["metrics"], **options)))
        series = list_series(metrics=query["metrics"], limit=query["limit"])
        # plain values already: no serializer between a few thousand points and the answer
        return Response(
            {
                "items": [
                    {"metric": one.metric, "points": [{"timestamp": at, "value": value} for at, value in one.points]}
                    for one in series
                ]
            }
        )


def describe_range(series_range: SeriesRange) -> dict[str, Any]:
    """Return a range as clients see it."""
    # written once for all metrics: the renderer would do it for each of up to 121,000 points
    timestamps = [write_moment(start) for start in series_range.starts]
    return {
        "items": [
            {"metric": one.metric, "points": list(describe_points(timestamps, one))} for one in series_range.series
        ],
        "start": timestamps[0],
        "end": write_moment(series_range.end),
        "step_seconds": int(series_range.step.total_seconds()),
        "agg": series_range.agg.value,
    }


def describe_points(timestamps: Iterable[str], series: MetricSeries) -> Iterable[dict[str, Any]]:
    """Yield the buckets of a metric, those without a value with their reason."""
    for timestamp, value, reason in zip(timestamps, series.values, series.reasons, strict=True):
        point = {"timestamp": timestamp, "value": value}
        yield point if reason is None else point | {"reason": reason}


def write_moment(moment: datetime) -> str:
    """Return a moment in UTC as the API writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
