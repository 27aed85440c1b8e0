"""The log of captures as clients see it: what was tried, and the slots that were missed."""

from typing import Any, ClassVar

from rest_framework import serializers

from monitoring.api.serializers.episode_queries import RangeQuery
from monitoring.models import GapReason, MonitoringGap, MonitoringRun, RunState

NEIGHBOUR_HELP = "`cursor` of the page beside this one; null if there is none."


class GapsQuery(RangeQuery):
    """Which gaps; `from` and `to` are about their slots."""

    list_name = "gaps"

    reason = serializers.ChoiceField(choices=GapReason.choices, required=False)


class RunsQuery(RangeQuery):
    """Which runs; `from` and `to` are about when they started."""

    list_name = "runs"

    state = serializers.ChoiceField(choices=RunState.choices, required=False)


class GapSerializer(serializers.ModelSerializer[MonitoringGap]):
    """A slot that nobody filled."""

    class Meta:
        model = MonitoringGap
        fields: ClassVar = ("id", "slot", "reason", "detected_at")


class RunSerializer(serializers.ModelSerializer[MonitoringRun]):
    """An attempt to fill a slot."""

    class Meta:
        model = MonitoringRun
        fields: ClassVar = (
            "id",
            "run_id",
            "slot",
            "trigger",
            "instance",
            "started_at",
            "finished_at",
            "state",
            "error",
        )


class PageSerializer(serializers.Serializer[Any]):
    """A page and the cursors of those beside it."""

    next = serializers.CharField(allow_null=True, help_text=NEIGHBOUR_HELP)
    previous = serializers.CharField(allow_null=True, help_text=NEIGHBOUR_HELP)


class GapsSerializer(PageSerializer):
    """Gaps, newest slot first."""

    items = GapSerializer(many=True)


class RunsSerializer(PageSerializer):
    """Runs, newest first."""

    items = RunSerializer(many=True)
