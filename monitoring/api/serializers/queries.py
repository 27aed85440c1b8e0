"""Query parameters of the monitoring endpoints."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from monitoring.domain.metrics import TIMESERIES_METRIC_NAMES
from supplybrain.api.queries import AsOfQuery

MAX_RECORDS = 365
DEFAULT_RECORDS = 30
MAX_FOCUS_ROWS = 100
DEFAULT_FOCUS_ROWS = 20


class HistoryQuery(serializers.Serializer[Any]):
    """How far back to look."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_RECORDS, default=DEFAULT_RECORDS, help_text="How many of the newest snapshots."
    )


class MetricListField(serializers.ListField):
    """Metrics by name. What is unknown is refused under the name of the parameter, with what would be known."""

    child = serializers.ChoiceField(choices=TIMESERIES_METRIC_NAMES)
    default_error_messages = {"unknown_metric": "No such metric: {unknown}. Valid: {valid}."}

    def run_child_validation(self, data: Sequence[Any]) -> list[str]:
        """Return the names if all of them are known."""
        if unknown := [str(name) for name in data if name not in TIMESERIES_METRIC_NAMES]:
            self.fail("unknown_metric", unknown=", ".join(unknown), valid=", ".join(TIMESERIES_METRIC_NAMES))
        return list(data)


class TimeseriesQuery(HistoryQuery):
    """Which metrics, how far back."""

    metrics = MetricListField(allow_empty=False, help_text="Repeat the parameter for more than one metric.")


class RiskFocusQuery(AsOfQuery):
    """How many of the most urgent entries."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_FOCUS_ROWS, default=DEFAULT_FOCUS_ROWS)
