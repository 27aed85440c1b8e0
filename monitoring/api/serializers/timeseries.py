"""Time series as clients see them."""

from typing import Any

from rest_framework import serializers

from monitoring.domain.metrics import TIMESERIES_METRIC_NAMES
from monitoring.selectors.timeseries import Aggregation, MissingReason


class PointSerializer(serializers.Serializer[Any]):
    """A value and when it was read, or of a range when its bucket begins."""

    timestamp = serializers.DateTimeField()
    value = serializers.IntegerField(allow_null=True, help_text="Null for a bucket of a range that has no value.")
    reason = serializers.ChoiceField(
        choices=MissingReason.choices,
        required=False,
        help_text="Why a bucket has no value; only there when it is null.",
    )


class SeriesSerializer(serializers.Serializer[Any]):
    """One metric over time, oldest first."""

    metric = serializers.ChoiceField(choices=TIMESERIES_METRIC_NAMES)
    points = PointSerializer(many=True)


class TimeseriesSerializer(serializers.Serializer[Any]):
    """The metrics in the order they were asked for; without a range none before the first snapshot.

    Only a range in buckets has the members beside `items`. It is widened to whole buckets; `start` and `end` are what
    it became.
    """

    items = SeriesSerializer(many=True)
    start = serializers.DateTimeField(required=False, help_text="When the first bucket begins.")
    end = serializers.DateTimeField(required=False, help_text="When the last bucket ends.")
    step_seconds = serializers.IntegerField(
        required=False, help_text="Length of a bucket; a business day may be shorter or longer where clocks change."
    )
    agg = serializers.ChoiceField(choices=[agg.value for agg in Aggregation], required=False)
