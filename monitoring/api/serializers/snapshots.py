"""Snapshots as clients see them. The metrics come from the registry, so that a new one shows up by itself."""

from typing import Any

from rest_framework import serializers

from monitoring.domain.freshness import FreshnessState
from monitoring.domain.metrics import METRICS, Category, Metric
from monitoring.services.overview import CurrentSnapshot

KEY_PREFIX = {Category.RISK: "risk_"}  # `risk_critical` is `critical` among the risks of a snapshot


def build_metric_field(metric: Metric) -> serializers.IntegerField:
    """Return the field of a metric's value."""
    return serializers.IntegerField(allow_null=True, help_text=f"{metric.description} [{metric.unit}]")


def list_metrics(category: Category) -> dict[str, Metric]:
    """Return the metrics of a category by their key in a snapshot."""
    prefix = KEY_PREFIX.get(category, "")
    return {metric.name.removeprefix(prefix): metric for metric in METRICS if metric.category is category}


class FreshnessSerializer(serializers.Serializer[Any]):
    """How old the data are."""

    state = serializers.ChoiceField(
        choices=[state.value for state in FreshnessState],
        help_text="`never`: no snapshot is stored yet, and what is shown was built just now.",
    )
    age_seconds = serializers.IntegerField(allow_null=True, min_value=0, help_text="Null before the first snapshot.")
    slot = serializers.DateTimeField(allow_null=True, help_text="The slot on show; null for data built just now.")
    expected_slot = serializers.DateTimeField(help_text="The running slot by the database's clock.")


class CategorySerializer(serializers.Serializer[Any]):
    """The metrics of one category."""

    category: Category

    def get_fields(self) -> dict[str, Any]:
        """Return a field per metric of the category."""
        return {key: build_metric_field(metric) for key, metric in list_metrics(self.category).items()}


class IntegrationsSerializer(CategorySerializer):
    """Accounts."""

    category = Category.INTEGRATIONS


class RisksSerializer(CategorySerializer):
    """Bundle types of articles by risk level."""

    category = Category.RISK


class OrdersSerializer(CategorySerializer):
    """What the plan wants to order."""

    category = Category.ORDERS


class SnapshotSerializer(serializers.Serializer[Any]):
    """The metrics of one moment, by category. A metric that the snapshot is older than is null."""

    integrations = IntegrationsSerializer()
    risks = RisksSerializer()
    orders = OrdersSerializer()
    updated_at = serializers.DateTimeField(help_text="When the data were read.")
    freshness = FreshnessSerializer()

    def to_representation(self, instance: CurrentSnapshot) -> dict[str, Any]:
        """Return the answer; the values are plain numbers already."""
        return {
            **{
                name: {key: instance.values[metric.name] for key, metric in list_metrics(category).items()}
                for name, category in CATEGORY_OF_FIELD.items()
            },
            "updated_at": instance.updated_at,
            "freshness": FreshnessSerializer(instance.freshness).data,
        }


CATEGORY_OF_FIELD = {"integrations": Category.INTEGRATIONS, "risks": Category.RISK, "orders": Category.ORDERS}


class RecordSerializer(serializers.Serializer[Any]):
    """A stored snapshot. Describes what the selector reads; a metric that the row is older than is null."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields in their order."""
        return {
            "id": serializers.IntegerField(),
            "created_at": serializers.DateTimeField(),
            **{metric.name: build_metric_field(metric) for metric in METRICS},
            "slot": serializers.DateTimeField(allow_null=True, help_text="Null for some imported snapshots."),
            "schema_version": serializers.IntegerField(help_text="Which columns the row was written with."),
            "metrics_version": serializers.IntegerField(help_text="Which policy computed it."),
        }


class CapturedSerializer(RecordSerializer):
    """A stored snapshot and its freshness."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields of the record and the freshness."""
        return {**super().get_fields(), "freshness": FreshnessSerializer()}


class HistorySerializer(serializers.Serializer[Any]):
    """Stored snapshots, newest first."""

    items = RecordSerializer(many=True)


class HistoryPageSerializer(HistorySerializer):
    """A page of stored snapshots, newest first, and the cursors of the pages beside it."""

    freshness = FreshnessSerializer(help_text="Of the latest snapshot, whichever the page shows.")

    next = serializers.CharField(allow_null=True, help_text="`cursor` of the older page; null on the last one.")
    previous = serializers.CharField(allow_null=True, help_text="`cursor` of the newer page; null on the first one.")
