"""The metrics and the layout of the dashboard as clients see them."""

from typing import Any

from rest_framework import serializers

from monitoring.domain.layout import TileType
from monitoring.domain.metrics import METRIC_NAMES, Category, Explanation, Unit
from supplybrain.api.fields import TranslatedTextField


class MetricSerializer(serializers.Serializer[Any]):
    """One metric and what can be done with it."""

    metric = serializers.ChoiceField(choices=METRIC_NAMES, source="name")
    category = serializers.ChoiceField(choices=[category.value for category in Category])
    label = TranslatedTextField()  # type: ignore[assignment]  # the base has an attribute of this name
    description = TranslatedTextField()
    unit = serializers.ChoiceField(choices=[unit.value for unit in Unit])
    supports_alerts = serializers.BooleanField()
    supports_timeseries = serializers.BooleanField()
    used_in_status = serializers.BooleanField()
    since_schema_version = serializers.IntegerField(help_text="Older snapshots have no value of it.")
    explained_by = serializers.ChoiceField(
        choices=[explanation.value for explanation in Explanation], help_text="The rows that it is the count or sum of."
    )


class MetricsSerializer(serializers.Serializer[Any]):
    """Every metric."""

    items = MetricSerializer(many=True)


class TileSerializer(serializers.Serializer[Any]):
    """One tile: what it shows, and the endpoint and parameters that its numbers come from."""

    id = serializers.CharField()
    title = TranslatedTextField()
    description = TranslatedTextField()
    type = serializers.ChoiceField(choices=[tile_type.value for tile_type in TileType])
    primary_metric = serializers.ChoiceField(choices=METRIC_NAMES, allow_null=True)
    secondary_metrics = serializers.ListField(child=serializers.ChoiceField(choices=METRIC_NAMES), allow_null=True)
    source_endpoint = serializers.CharField()
    source_params = serializers.DictField(allow_null=True)


class SectionSerializer(serializers.Serializer[Any]):
    """A titled group of tiles."""

    id = serializers.CharField()
    title = TranslatedTextField()
    description = TranslatedTextField()
    tiles = TileSerializer(many=True)


class LayoutSerializer(serializers.Serializer[Any]):
    """What to show where."""

    sections = SectionSerializer(many=True)
