"""Status, dashboard and the answers that a front end starts with."""

from typing import Any

from rest_framework import serializers

from monitoring.api.serializers.alerts import AlertRulesSerializer, AlertsSerializer
from monitoring.api.serializers.catalogue import LayoutSerializer, MetricsSerializer
from monitoring.api.serializers.snapshots import FreshnessSerializer, HistorySerializer, SnapshotSerializer
from monitoring.domain.freshness import FreshnessState
from monitoring.domain.status import OverallStatus
from monitoring.services.overview import Overview
from planning_core.domain.bundle_risk import RISK_LEVELS


class StatusSerializer(serializers.Serializer[Any]):
    """The traffic light."""

    overall_status = serializers.ChoiceField(choices=[status.value for status in OverallStatus])
    critical_alerts = serializers.IntegerField(min_value=0)
    warning_alerts = serializers.IntegerField(min_value=0)
    updated_at = serializers.DateTimeField(help_text="When the data were read that it stands for.")
    freshness = FreshnessSerializer()


class CurrentAlertsSerializer(AlertsSerializer):
    """What is breached on the latest snapshot, and how old that is."""

    freshness = FreshnessSerializer()


def describe_alerts(overview: Overview) -> Any:
    """Return what is breached as clients see it."""
    return CurrentAlertsSerializer({"items": overview.breaches, "freshness": overview.snapshot.freshness}).data


class DashboardSerializer(serializers.Serializer[Any]):
    """Everything of a dashboard, about one snapshot: the latest stored one."""

    snapshot = SnapshotSerializer()
    history = HistorySerializer()
    alerts = CurrentAlertsSerializer()
    rules = AlertRulesSerializer()
    status = StatusSerializer()


class BootstrapSerializer(serializers.Serializer[Any]):
    """What a front end needs to start."""

    metrics = MetricsSerializer()
    layout = LayoutSerializer()
    status = StatusSerializer()


class FocusEntrySerializer(serializers.Serializer[Any]):
    """A bundle type of an article, and what its article orders."""

    article_id = serializers.IntegerField()
    article_code = serializers.CharField()
    bundle_type_id = serializers.IntegerField()
    bundle_type_name = serializers.CharField()
    risk_level = serializers.ChoiceField(choices=RISK_LEVELS)
    days_of_cover = serializers.FloatField(allow_null=True)
    final_order_qty = serializers.IntegerField(help_text="Pieces of the whole article.")


class RiskFocusSerializer(serializers.Serializer[Any]):
    """The most urgent entries first."""

    items = FocusEntrySerializer(many=True)


class SchedulerHealthSerializer(serializers.Serializer[Any]):
    """The scheduler works."""

    status = serializers.ChoiceField(choices=[FreshnessState.FRESH.value, FreshnessState.LATE.value])
    freshness = FreshnessSerializer()
