"""Changing alert rules."""

from dataclasses import dataclass

from django.db import connection, transaction

from monitoring.domain.alerts import DEFAULT_RULES, Rule
from monitoring.models import AlertRule
from monitoring.selectors.rules import list_rules
from supplybrain.locks import LOCK_NAMESPACE, LockedJob


@dataclass(frozen=True, slots=True)
class SeedResult:
    """Which rules were made, and which were there already; ids in the order of the default rules."""

    created_ids: list[int]
    skipped_ids: list[int]


@transaction.atomic
def seed_rules() -> SeedResult:
    """Create the default rules that are missing. Safe to repeat, also at the same time.

    A default rule counts as there when a rule with its metric, threshold type and severity exists, whatever its
    threshold: the seller may have moved it, or switched it off.
    """
    with connection.cursor() as cursor:  # two seeds at once would both find nothing
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_NAMESPACE, LockedJob.SEED_ALERT_RULES.value])
    existing = {
        (rule.metric, rule.threshold_type, rule.severity): rule.pk for rule in list_rules().reverse()
    }  # of several alike the oldest is named
    created = AlertRule.objects.bulk_create(
        [_build_row(rule) for rule in DEFAULT_RULES if _identify(rule) not in existing]
    )
    skipped = [existing[_identify(rule)] for rule in DEFAULT_RULES if _identify(rule) in existing]
    return SeedResult(created_ids=[rule.pk for rule in created], skipped_ids=skipped)


def _identify(rule: Rule) -> tuple[str, str, str]:
    return rule.metric, rule.threshold_type, rule.severity


def _build_row(rule: Rule) -> AlertRule:
    return AlertRule(
        name=rule.name,
        metric=rule.metric,
        threshold_type=rule.threshold_type,
        threshold_value=rule.threshold_value,
        severity=rule.severity,
        is_active=rule.is_active,
    )
