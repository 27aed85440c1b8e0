"""Silences as clients see them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from monitoring.api.fields import LARGEST_ID, MomentField
from monitoring.api.serializers.queries import MOMENT_HELP
from monitoring.api.serializers.terms import NeighboursSerializer
from monitoring.models import Silence
from monitoring.services.silences import LONGEST_SILENCE

LONGEST_REASON = 500
MOST_MINUTES = int(LONGEST_SILENCE.total_seconds()) // 60


class SilenceSerializer(serializers.Serializer[Silence]):
    """No messages about a rule, or about all rules on a metric, for a while. States go on as they would."""

    id = serializers.IntegerField()
    rule_id = serializers.IntegerField(allow_null=True)
    metric = serializers.CharField(allow_blank=True, help_text="Empty if it is about a rule.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(help_text="Exclusive.")
    is_active = serializers.SerializerMethodField(help_text="Whether it is in force now.")
    reason = serializers.CharField()
    author_id = serializers.IntegerField(allow_null=True, help_text="Null if the user is gone.")
    author_name = serializers.CharField()
    created_at = serializers.DateTimeField()

    def get_is_active(self, row: Silence) -> bool:
        """Return whether it is in force at the `now` of the context."""
        now: datetime = self.context["now"]
        return row.starts_at <= now < row.ends_at


class SilencesSerializer(NeighboursSerializer):
    """A page of silences, those that began last first."""

    items = SilenceSerializer(many=True)


class SilenceEndSerializer(serializers.Serializer[Any]):
    """When a silence ends: at a moment, or after so many minutes."""

    ends_at = MomentField(required=False, is_end=True, help_text=f"{MOMENT_HELP} its end.")
    duration_minutes = serializers.IntegerField(
        min_value=1, max_value=MOST_MINUTES, required=False, help_text="Instead of `ends_at`."
    )
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the values if they name one end at most."""
        if "ends_at" in attrs and "duration_minutes" in attrs:
            text = _("Name either an end or a duration.")
            raise serializers.ValidationError({"ends_at": text, "duration_minutes": text}, code="either_or")
        return attrs


class NewSilenceSerializer(SilenceEndSerializer):
    """A silence to begin."""

    rule_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, allow_null=True, default=None, help_text="Either this or `metric`."
    )
    metric = serializers.CharField(max_length=64, allow_blank=True, default="", help_text="Of all rules on it.")
    starts_at = MomentField(required=False, help_text=f"Now if left out. {MOMENT_HELP} its start.")
    reason = serializers.CharField(max_length=LONGEST_REASON)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the values if they name one end."""
        if "ends_at" not in attrs and "duration_minutes" not in attrs:
            text = _("Say when it ends, by `ends_at` or `duration_minutes`.")
            raise serializers.ValidationError({"ends_at": text}, code="required")
        return super().validate(attrs)
