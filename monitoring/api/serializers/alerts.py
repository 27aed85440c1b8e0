"""Alert rules and alerts as clients see them."""

from typing import Any, ClassVar, NoReturn

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from monitoring.domain.metrics import ALERT_METRIC_NAMES
from monitoring.models import AlertRule, Severity, ThresholdType
from supplybrain.api.model_serializers import RowSerializer

MAX_THRESHOLD = 2**63 - 1


class MetricField(serializers.ChoiceField):
    """A metric by name. What is unknown is refused with what would be known."""

    default_error_messages: ClassVar = {"invalid_choice": _("No such metric: {input}. Valid: {valid}.")}

    def fail(self, key: str, **params: Any) -> NoReturn:
        """Raise the error."""
        super().fail(key, valid=", ".join(self.choices), **params)


class AlertRuleSerializer(RowSerializer):
    """A threshold on a metric: `above` is breached by a greater value, `below` by a lesser one."""

    metric = MetricField(choices=ALERT_METRIC_NAMES)
    threshold_value = serializers.IntegerField(min_value=0, max_value=MAX_THRESHOLD)

    class Meta:
        model = AlertRule
        fields: ClassVar = ("id", "name", "metric", "threshold_type", "threshold_value", "severity", "is_active")


@extend_schema_serializer(many=False)
class AlertRulesSerializer(serializers.Serializer[Any]):
    """All rules, oldest first."""

    items = AlertRuleSerializer(many=True)


class SeedSerializer(serializers.Serializer[Any]):
    """What became of the default rules."""

    created_ids = serializers.ListField(child=serializers.IntegerField())
    skipped_ids = serializers.ListField(
        child=serializers.IntegerField(), help_text="Rules of the same metric, threshold type and severity."
    )


class AlertSerializer(serializers.Serializer[Any]):
    """A breached rule and the value that breaches it."""

    rule_id = serializers.IntegerField(source="rule.rule_id")
    name = serializers.CharField(source="rule.name")
    severity = serializers.ChoiceField(choices=Severity.choices, source="rule.severity")
    metric = serializers.CharField(source="rule.metric")
    current_value = serializers.IntegerField()
    threshold_type = serializers.ChoiceField(choices=ThresholdType.choices, source="rule.threshold_type")
    threshold_value = serializers.IntegerField(source="rule.threshold_value")


class AlertsSerializer(serializers.Serializer[Any]):
    """What is breached on the latest snapshot, in the order of the rules."""

    items = AlertSerializer(many=True)
