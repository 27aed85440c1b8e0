"""Parts of several answers about alerting."""

from typing import Any

from rest_framework import serializers

from monitoring.models import Severity, ThresholdType


class RuleTermsSerializer(serializers.Serializer[Any]):
    """What a rule said in one of its versions."""

    version = serializers.IntegerField(min_value=1)
    name = serializers.CharField()
    metric = serializers.CharField()
    threshold_type = serializers.ChoiceField(choices=ThresholdType.choices)
    threshold_value = serializers.IntegerField()
    recovery_threshold = serializers.IntegerField(allow_null=True)
    pending_slots = serializers.IntegerField()
    recover_slots = serializers.IntegerField()
    severity = serializers.ChoiceField(choices=Severity.choices)
    is_active = serializers.BooleanField()


class NeighboursSerializer(serializers.Serializer[Any]):
    """The cursors of the pages beside a page."""

    next = serializers.CharField(allow_null=True, help_text="`cursor` of the older page; null on the last one.")
    previous = serializers.CharField(allow_null=True, help_text="`cursor` of the newer page; null on the first one.")
