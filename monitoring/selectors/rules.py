"""Reads of alert rules."""

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from monitoring.domain.alerts import Rule
from monitoring.models import Alert, AlertEpisode, AlertKind, AlertRule

STANDING = (
    "state",
    "health",
    "health_detail",
    "fired_slot",
    "stale_since",
    "last_slot",
    "last_value",
    "flap_count",
    "flapping_since",
)


def list_rules() -> QuerySet[AlertRule]:
    """Return all alert rules, oldest first."""
    return AlertRule.objects.order_by("id")


def list_rules_with_alerts() -> QuerySet[AlertRule]:
    """Return all alert rules, oldest first, each with how it stands as `standing`, in one statement.

    That is a dictionary of the columns `STANDING`, `since` (first slot in breach) and `episode_id` (the open one), with
    moments as texts, as JSON has them. None for a rule that no snapshot was judged by yet. Owners are loaded too.
    """
    return list_rules().select_related("owner").annotate(standing=Subquery(_select_standing()))


def _select_standing() -> QuerySet[Alert, dict[str, object]]:
    """Return the alert of an outer query's rule; found by the unique index of its subject."""
    open_episode = AlertEpisode.objects.filter(alert=OuterRef("pk"), closed_slot=None)
    standing = JSONObject(
        **{name: F(name) for name in STANDING},
        since=F("first_breach_slot"),
        episode_id=Subquery(open_episode.values("pk")[:1]),
    )
    return Alert.objects.filter(kind=AlertKind.RULE, rule_id=OuterRef("pk"), source="").values_list(standing)[:1]


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
