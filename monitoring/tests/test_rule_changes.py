"""A rule that is added, changed, switched off or deleted takes effect at once, on the latest snapshot."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from monitoring.models import Alert, AlertEpisode, AlertMessage, AlertRule, AlertTransition, MonitoringSnapshot
from monitoring.services.capture import capture_snapshot
from monitoring.services.errors import CaptureRunningError
from monitoring.services.rules import apply_rule_changes, seed_rules
from monitoring.tests.alerts import make_channel, make_rule
from monitoring.tests.company import make_company
from monitoring.tests.recapture import recapture
from monitoring.tests.rivals import connect_rival
from supplybrain.clock import get_business_date
from supplybrain.locks import LOCK_NAMESPACE, LockedJob

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def captured() -> None:
    """One article at critical risk, captured, and no rule."""
    make_company(as_of=get_business_date())
    capture_snapshot(trigger="test")


def apply() -> None:
    with transaction.atomic():
        apply_rule_changes()


def delete(rule: AlertRule) -> None:
    rule.delete()
    apply_rule_changes()


def list_reasons() -> list[str]:
    return list(AlertTransition.objects.order_by("id").values_list("reason", flat=True))


def test_a_new_rule_is_judged_on_the_latest_snapshot() -> None:
    make_channel()
    rule = make_rule(threshold_value=0)
    apply()
    change = AlertTransition.objects.get()
    assert (change.to_state, change.cause, change.snapshot) == ("firing", "edit", MonitoringSnapshot.objects.get())
    assert Alert.objects.get(rule_id=rule.pk).last_value == 1
    assert AlertMessage.objects.get().batch.startswith("edit:")
    apply()
    assert AlertTransition.objects.count() == 1


def test_terms_that_no_longer_breach_end_the_alert_and_nobody_says_recovered() -> None:
    rule = make_rule(threshold_value=0)
    apply()
    rule.threshold_value = 9
    rule.save()
    apply()
    assert list_reasons() == ["fired", "rule_changed"]
    assert AlertMessage.objects.latest("id").kind == "closed"
    rule.threshold_value = 0
    rule.save()
    apply()
    assert list_reasons() == ["fired", "rule_changed", "fired"]
    assert AlertEpisode.objects.filter(closed_slot=None).count() == 1


def test_waiting_starts_with_the_slot_that_is_there_and_is_not_counted_twice() -> None:
    rule = make_rule(threshold_value=0, pending_slots=3)
    apply()
    rule.pending_slots = 2
    rule.save()
    apply()
    alert = Alert.objects.get(rule_id=rule.pk)
    assert (alert.state, alert.breach_count) == ("pending", 1)
    rule.pending_slots = 1
    rule.save()
    apply()
    assert Alert.objects.get(rule_id=rule.pk).state == "firing"


def test_a_rule_that_is_switched_off_or_deleted_ends_its_alert_at_once() -> None:
    off, gone = make_rule("off", threshold_value=0), make_rule("gone", threshold_value=0)
    apply()
    AlertRule.objects.filter(pk=off.pk).update(is_active=False)
    gone_id = gone.pk
    gone.delete()
    apply()
    endings = AlertEpisode.objects.values_list("alert__rule_id", "close_reason")
    assert dict(endings) == {off.pk: "rule_disabled", gone_id: "rule_deleted"}
    AlertRule.objects.update(is_active=True)
    apply()
    assert AlertEpisode.objects.filter(closed_slot=None, alert__rule_id=off.pk).count() == 1


def test_a_name_is_no_new_version() -> None:
    rule = make_rule(threshold_value=0)
    apply()
    rule.name, rule.description = "Another name", "What to do"
    rule.save()
    apply()
    assert list_reasons() == ["fired"]
    version = AlertEpisode.objects.get().rule_version
    assert (version.name, version.version) == ("Another name", 1)  # type: ignore[union-attr]


def test_an_old_snapshot_opens_nothing_but_rules_still_end(settings: Settings) -> None:
    rule = make_rule("firing", threshold_value=0)
    apply()
    MonitoringSnapshot.objects.update(created_at="2026-01-01T00:00:00Z")
    make_rule("new", threshold_value=0)
    rule.delete()
    apply()
    assert list_reasons() == ["fired", "rule_deleted"]


def test_the_default_rules_are_judged_as_they_are_made() -> None:
    seed_rules()
    assert AlertEpisode.objects.get().rule_version.metric == "risk_critical"  # type: ignore[union-attr]


def test_an_edit_that_is_undone_leaves_nothing() -> None:
    with transaction.atomic():
        make_rule(threshold_value=0)
        apply_rule_changes()
        transaction.set_rollback(True)
    assert not Alert.objects.filter(kind="rule").exists()
    assert not AlertMessage.objects.exists()


def test_the_next_capture_goes_on_where_the_edit_left() -> None:
    rule = make_rule(threshold_value=0, pending_slots=2)
    apply()
    recapture()
    alert = Alert.objects.get(rule_id=rule.pk)
    assert alert.state == "firing"
    assert alert.fired_slot - alert.first_breach_slot == timedelta(minutes=15)  # type: ignore[operator]


def test_an_edit_waits_for_a_capture_and_says_so_when_that_takes_too_long(settings: Settings) -> None:
    settings.MONITORING_LOCK_TIMEOUT_SECONDS = 1
    rule = make_rule(threshold_value=0)
    with connect_rival() as rival, rival.transaction():
        rival.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_NAMESPACE, LockedJob.CAPTURE_SNAPSHOT.value])
        with pytest.raises(CaptureRunningError), transaction.atomic():
            delete(rule)
    assert AlertRule.objects.exists()
    assert not connection.in_atomic_block
