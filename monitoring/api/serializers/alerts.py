"""Alert rules and alerts as clients see them."""

from datetime import datetime
from typing import Any, ClassVar, NoReturn

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from monitoring.domain.metrics import ALERT_METRIC_NAMES
from monitoring.models import AlertRule, HealthChoice, Severity, StateChoice, ThresholdType
from monitoring.rule_wording import explain_recovery
from supplybrain.api.model_serializers import RowSerializer

MAX_THRESHOLD = 2**63 - 1
LONGEST_DESCRIPTION = 4000


class MetricField(serializers.ChoiceField):
    """A metric by name. What is unknown is refused with what would be known."""

    default_error_messages: ClassVar = {"invalid_choice": _("No such metric: {input}. Valid: {valid}.")}

    def fail(self, key: str, **params: Any) -> NoReturn:
        """Raise the error."""
        super().fail(key, valid=", ".join(self.choices), **params)


class WrittenMomentField(serializers.DateTimeField):
    """A moment that the database has written into JSON."""

    def to_representation(self, value: Any) -> Any:
        """Return the moment as all others are written."""
        return super().to_representation(datetime.fromisoformat(value))


class RuleAlertSerializer(serializers.Serializer[Any]):
    """How a rule stands: its state, and apart from that whether it can be judged at all."""

    state = serializers.ChoiceField(choices=StateChoice.choices)
    health = serializers.ChoiceField(choices=HealthChoice.choices)
    health_detail = serializers.CharField(
        allow_blank=True, help_text="Sources that are too old, comma-separated, or `unknown_metric`."
    )
    since = WrittenMomentField(allow_null=True, help_text="First slot in breach; null while inactive.")
    fired_slot = WrittenMomentField(allow_null=True, help_text="Null unless firing or recovering.")
    stale_since = WrittenMomentField(allow_null=True, help_text="First slot that it could not be judged in.")
    last_slot = WrittenMomentField(allow_null=True, help_text="The last slot that was looked at.")
    last_value = serializers.IntegerField(allow_null=True)
    flap_count = serializers.IntegerField(min_value=0, help_text="How often it was nearly over in this episode.")
    flapping_since = WrittenMomentField(
        allow_null=True, help_text="It comes and goes too often since then; nothing is told until it is stable."
    )
    episode_id = serializers.IntegerField(allow_null=True, help_text="The open episode.")


class ActiveUserField(serializers.PrimaryKeyRelatedField[User]):
    """A user by id; users who may no longer sign in are refused."""

    default_error_messages: ClassVar = {
        "does_not_exist": _("There is no active user with the id {pk_value}. Choose another one, or null for nobody.")
    }


class AlertRuleSerializer(RowSerializer):
    """A threshold on a metric: `above` is breached by a greater value, `below` by a lesser one.

    It fires after `pending_slots` slots in breach, and is over after `recover_slots` clear ones. With a recovery
    threshold a value is clear at that one and better, and between the two it is neither.
    """

    metric = MetricField(choices=ALERT_METRIC_NAMES)
    threshold_value = serializers.IntegerField(min_value=0, max_value=MAX_THRESHOLD)
    recovery_threshold = serializers.IntegerField(
        min_value=0,
        max_value=MAX_THRESHOLD,
        allow_null=True,
        required=False,
        help_text="Not beyond the threshold; null: whatever is no breach is clear.",
    )
    description = serializers.CharField(
        max_length=LONGEST_DESCRIPTION,
        allow_blank=True,
        required=False,
        help_text="What it means and what to do. It is part of every message.",
    )
    owner_id = ActiveUserField(
        source="owner",
        queryset=User.objects.filter(is_active=True),
        allow_null=True,
        required=False,
        help_text="Who looks after this rule.",
    )
    owner_name = serializers.SerializerMethodField()
    alert = RuleAlertSerializer(
        source="standing", read_only=True, allow_null=True, help_text="Null before a snapshot was judged by it."
    )

    class Meta:
        model = AlertRule
        fields: ClassVar = (
            "id",
            "name",
            "metric",
            "threshold_type",
            "threshold_value",
            "recovery_threshold",
            "pending_slots",
            "recover_slots",
            "severity",
            "is_active",
            "description",
            "owner_id",
            "owner_name",
            "version",
            "alert",
        )

    def get_owner_name(self, rule: AlertRule) -> str | None:
        """Return what the owner signs in as."""
        return rule.owner.get_username() if rule.owner else None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the values if the table would take the row.

        Raises:
            ValidationError: If it would not; the problem names the field.
        """
        self._check_recovery(attrs)
        return super().validate(attrs)

    def _check_recovery(self, attrs: dict[str, Any]) -> None:
        names = ("threshold_type", "threshold_value", "recovery_threshold")
        values: list[Any] = [attrs.get(name, getattr(self.instance, name, None)) for name in names]
        side, threshold, recovery = values
        if detail := explain_recovery(side, threshold, recovery):
            raise serializers.ValidationError({"recovery_threshold": detail}, code="beyond_threshold")


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
