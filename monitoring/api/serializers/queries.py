"""Query parameters of the monitoring endpoints."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from monitoring.api.fields import CursorField, MomentField, StepField
from monitoring.domain.metrics import TIMESERIES_METRIC_NAMES
from monitoring.selectors.timeseries import Aggregation
from supplybrain.api.queries import AsOfQuery

MAX_RECORDS = 365
DEFAULT_RECORDS = 30
MAX_FOCUS_ROWS = 100
DEFAULT_FOCUS_ROWS = 20

RANGE_PARAMETERS = ("start", "end", "step", "agg")
MOMENT_HELP = "RFC 3339 with an offset; of a business day as YYYY-MM-DD"


class LimitQuery(serializers.Serializer[Any]):
    """How far back to look."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_RECORDS, default=DEFAULT_RECORDS, help_text="How many of the newest snapshots."
    )


class HistoryQuery(LimitQuery):
    """Which page of the stored snapshots."""

    cursor = CursorField(of="history")
    start = MomentField(required=False, help_text=f"Nothing older. {MOMENT_HELP} its start.")
    end = MomentField(required=False, is_end=True, help_text=f"Only what is older. {MOMENT_HELP} its end.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the query if its range holds any time at all."""
        if "start" in attrs and "end" in attrs and attrs["start"] >= attrs["end"]:
            text = _("Must be before `end`. Choose an earlier start or a later end.")
            raise serializers.ValidationError({"start": text}, code="empty_range")
        return attrs


class MetricListField(serializers.ListField):
    """Metrics by name. What is unknown is refused under the name of the parameter, with what would be known."""

    child = serializers.ChoiceField(choices=TIMESERIES_METRIC_NAMES)
    default_error_messages = {"unknown_metric": gettext_lazy("No such metric: {input}. Valid: {valid}.")}

    def run_child_validation(self, data: Sequence[Any]) -> list[str]:
        """Return the names if all of them are known."""
        if unknown := [str(name) for name in data if name not in TIMESERIES_METRIC_NAMES]:
            self.fail("unknown_metric", input=", ".join(unknown), valid=", ".join(TIMESERIES_METRIC_NAMES))
        return list(data)


class TimeseriesQuery(LimitQuery):
    """Which metrics, and either how many snapshots back or over which range of time.

    The newest snapshots as they are, unless one of `start`, `end`, `step` and `agg` asks for a range in buckets.
    """

    metrics = MetricListField(allow_empty=False, help_text="Repeat the parameter for more than one metric.")
    start = MomentField(
        required=False,
        help_text=f"First moment of the range; 24 hours before its end if left out. {MOMENT_HELP} its start.",
    )
    end = MomentField(
        required=False,
        is_end=True,
        help_text=f"End of the range; that of the running slot if left out. {MOMENT_HELP} its end.",
    )
    step = StepField(
        required=False,
        help_text="Length of a bucket, a whole number of slots: seconds, or with a unit as in 15m, 1h, 1d. If left "
        "out, the shortest round one that makes 500 points at most. Days are business days, weeks begin on Mondays.",
    )
    agg = serializers.ChoiceField(
        choices=[agg.value for agg in Aggregation],
        required=False,
        help_text="Which value of a bucket stands for it; `last` if left out.",
        error_messages={"invalid_choice": gettext_lazy("No such aggregation: {input}. Valid: last, min, max.")},
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the query, what it says about a range gathered under `range`."""
        attrs["range"] = {name: attrs.pop(name) for name in RANGE_PARAMETERS if name in attrs}
        if attrs["range"] and self.initial_data.get("limit"):
            text = _("Leave it out: a range in buckets is limited by `start` and `end`.")
            raise serializers.ValidationError({"limit": text}, code="not_with_range")
        return attrs


class RiskFocusQuery(AsOfQuery):
    """How many of the most urgent entries."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_FOCUS_ROWS, default=DEFAULT_FOCUS_ROWS)
