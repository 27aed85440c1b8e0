"""Reads of alert rules."""

from django.db.models import QuerySet

from monitoring.domain.alerts import Rule
from monitoring.models import AlertRule


def list_rules() -> QuerySet[AlertRule]:
    """Return all alert rules, oldest first."""
    return AlertRule.objects.order_by("id")


def describe_rule(rule: AlertRule) -> Rule:
    """Return a stored rule as the domain sees it."""
    return Rule(
        rule_id=rule.pk,
        name=rule.name,
        metric=rule.metric,
        threshold_type=rule.threshold_type,
        threshold_value=rule.threshold_value,
        severity=rule.severity,
        is_active=rule.is_active,
    )
