"""Changing alert rules."""

from dataclasses import dataclass

from django.db import connection, transaction

from monitoring.domain.alerts import DEFAULT_RULES, Rule
from monitoring.models import AlertRule
from monitoring.selectors.latest import find_latest_and_clock
from monitoring.selectors.rules import list_rules
from monitoring.services.evaluation import reevaluate_rules
from monitoring.services.freshness import HEALTHY, measure_freshness
from monitoring.services.interval import get_interval
from monitoring.services.slots import hold_capture
from supplybrain.locks import LOCK_NAMESPACE, LockedJob


@dataclass(frozen=True, slots=True)
class SeedResult:
    """Which rules were made, and which were there already; ids in the order of the default rules."""

    created_ids: list[int]
    skipped_ids: list[int]


@transaction.atomic
def seed_rules() -> SeedResult:
    """Create the default rules that are missing, and let them take effect. Safe to repeat, also at the same time.

    Raises:
        CaptureRunningError: As `apply_rule_changes`.
    """
    result = create_default_rules()
    apply_rule_changes()
    return result


@transaction.atomic
def create_default_rules() -> SeedResult:
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


def apply_rule_changes() -> None:
    """Let rules that were added, changed, switched off or deleted take effect, judged on the latest snapshot.

    Call it in the transaction of the change, after it. Edits that nobody announces are noticed by the next capture;
    that also judges changed rules if the latest snapshot is too old to say anything now. A capture that runs meanwhile
    is waited for, since both write what is remembered of alerts.

    Raises:
        CaptureRunningError: If a capture takes longer than MONITORING_LOCK_TIMEOUT_SECONDS.
    """
    hold_capture()
    interval = get_interval()
    latest, clock = find_latest_and_clock(interval=interval)
    is_recent = measure_freshness(latest, clock).state in HEALTHY
    reevaluate_rules(latest=latest if is_recent else None, clock=clock, interval=interval)


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
