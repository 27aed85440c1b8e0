"""What a snapshot makes of alerts: states, episodes, transitions and messages, all of them or none."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import (
    Alert,
    AlertEpisode,
    AlertMessage,
    AlertRule,
    AlertTransition,
    MonitoringSnapshot,
    Notification,
    Silence,
    WithheldMessage,
)
from monitoring.services.evaluation import Evidence, evaluate_snapshot
from monitoring.tests.alerts import make_channel, make_rule
from monitoring.tests.past import NOON, QUARTER, snap

pytestmark = pytest.mark.django_db

FRESH = timedelta(hours=1)


def judge(place: int, value: int | None, *, metric: str = "risk_critical", age: timedelta | None = FRESH) -> datetime:
    """Store the snapshot of a slot after noon and judge it, every metric but one zero and every source of an age."""
    slot = NOON + place * QUARTER
    values: dict[str, Any] = {**dict.fromkeys(METRIC_NAMES, 0), metric: value}
    snapshot = snap(slot, **values)
    delivered: datetime | None = slot - age if age else None
    sources = dict.fromkeys(("catalogue", "listings", "sales", "wb_stock", "own_stock"), delivered)
    evidence = Evidence(snapshot_id=snapshot.pk, slot=slot, read_at=slot, values=values, sources=sources)
    evaluate_snapshot(evidence, interval=QUARTER)
    return slot


def read_alert(rule: AlertRule) -> Alert:
    return Alert.objects.get(rule_id=rule.pk)


def list_transitions() -> list[tuple[str, str, str]]:
    rows = AlertTransition.objects.order_by("id")
    return list(rows.values_list("from_state", "to_state", "reason"))


def list_kinds(**about: Any) -> list[str]:
    return list(AlertMessage.objects.filter(**about).order_by("id").values_list("kind", flat=True))


def test_a_breach_opens_an_episode_and_is_told_on_the_channels_that_want_to_know() -> None:
    rule = make_rule(threshold_value=5, severity="warning")
    wanted, too_severe = make_channel("all"), make_channel("critical only", min_severity="critical")
    make_channel("off", is_active=False)
    slot = judge(0, 9)
    assert read_alert(rule).state == "firing"
    episode = AlertEpisode.objects.get()
    assert (episode.opened_slot, episode.fired_slot, episode.closed_slot) == (slot, slot, None)
    assert (episode.peak_value, episode.last_value, episode.severity) == (9, 9, "warning")
    change = AlertTransition.objects.get()
    assert (change.snapshot.slot, change.rule_version.version, change.value) == (slot, 1, 9)  # type: ignore[union-attr]
    message = AlertMessage.objects.get()
    assert message.kind == "firing"
    assert message.data["value"] == 9
    assert message.data["threshold_value"] == 5
    assert [one.channel for one in Notification.objects.all()] == [wanted]
    assert Notification.objects.filter(channel=too_severe).count() == 0


def test_several_alerts_of_a_slot_are_one_notification_per_channel() -> None:
    for threshold in (1, 2, 3):
        make_rule(threshold_value=threshold)
    make_channel()
    judge(0, 9)
    assert AlertMessage.objects.count() == 3
    assert Notification.objects.count() == 1


def test_hysteresis_and_waiting_on_both_sides() -> None:
    rule = make_rule(threshold_value=10, recovery_threshold=7, pending_slots=2, recover_slots=2)
    for place, value in enumerate((11, 12, 8, 7, 9, 6, 30)):
        judge(place, value)
    assert list_transitions() == [
        ("inactive", "pending", "breached"),
        ("pending", "firing", "fired"),
        ("firing", "recovering", "clearing"),
        ("recovering", "inactive", "recovered"),
        ("inactive", "pending", "breached"),
    ]
    episode = AlertEpisode.objects.get()
    assert (episode.opened_slot, episode.fired_slot, episode.closed_slot) == (NOON, NOON + QUARTER, NOON + 5 * QUARTER)
    assert (episode.peak_value, episode.close_reason, episode.last_value) == (12, "recovered", 6)
    resolved = AlertMessage.objects.get(kind="resolved")
    assert resolved.data["duration_seconds"] == 4 * 900
    assert resolved.data["peak_value"] == 12
    assert read_alert(rule).breach_count == 1


def test_a_relapse_belongs_to_the_same_episode_and_is_no_news() -> None:
    make_rule(threshold_value=5, recover_slots=3)
    for place, value in enumerate((9, 1, 7, 1, 1, 1)):
        judge(place, value)
    assert AlertEpisode.objects.get().flap_count == 1
    assert list_kinds() == ["firing", "resolved"]


def test_absence_never_resolves() -> None:
    rule = make_rule(threshold_value=5)
    judge(0, 9)
    slot = judge(1, None)
    judge(2, None)
    alert = read_alert(rule)
    assert (alert.state, alert.health, alert.stale_since, alert.last_value) == ("firing", "no_data", slot, 9)
    assert AlertEpisode.objects.get().closed_slot is None
    judge(3, 8)
    alert.refresh_from_db()
    assert (alert.state, alert.health, alert.stale_since) == ("firing", "ok", None)
    assert list_kinds() == ["firing"]


def test_two_hours_without_a_beat_are_no_recovery_and_no_breach() -> None:
    firing = make_rule("firing", threshold_value=5, recover_slots=2)
    pending = make_rule("pending", metric="risk_warning", threshold_value=5, pending_slots=2)
    for place in (0, 1):
        judge(place, 9)
    judge(2, 1)
    judge(3, 7, metric="risk_warning")
    assert (read_alert(firing).state, read_alert(pending).state) == ("inactive", "pending")
    slot = judge(3 + 9, 7, metric="risk_warning")
    alert = read_alert(pending)
    assert (alert.state, alert.breach_count, alert.first_breach_slot) == ("pending", 1, slot)
    judge(3 + 10, 7, metric="risk_warning")
    assert read_alert(pending).state == "firing"


def test_a_gap_interrupts_a_recovery() -> None:
    rule = make_rule(threshold_value=5, recover_slots=2)
    judge(0, 9)
    judge(1, 1)
    judge(5, 1)
    assert read_alert(rule).state == "recovering"
    judge(6, 1)
    assert read_alert(rule).state == "inactive"


def test_old_data_neither_open_nor_resolve_and_their_source_speaks_for_itself() -> None:
    firing = make_rule("firing", threshold_value=5)
    quiet = make_rule("quiet", metric="risk_warning", threshold_value=0)
    accounts = make_rule("accounts", metric="wb_accounts_active", threshold_type="below", threshold_value=1)
    judge(0, 9)
    judge(1, 0, age=timedelta(hours=73))
    assert (read_alert(firing).state, read_alert(firing).health) == ("firing", "degraded")
    assert read_alert(firing).health_detail == "sales,wb_stock,own_stock"
    assert (read_alert(quiet).state, read_alert(quiet).health) == ("inactive", "degraded")
    assert (read_alert(accounts).state, read_alert(accounts).health) == ("firing", "ok")
    old = Alert.objects.filter(kind="source", state="firing").values_list("source", flat=True)
    assert set(old) == {"sales", "wb_stock", "own_stock"}
    assert list_kinds(alert__kind="source") == ["firing"] * 3
    judge(2, 0)
    assert not Alert.objects.filter(kind="source", state="firing").exists()
    assert read_alert(firing).state == "inactive"


def test_a_source_that_never_delivered_is_not_called_old() -> None:
    rule = make_rule(threshold_value=5)
    judge(0, 9, age=None)
    assert read_alert(rule).state == "firing"
    assert not Alert.objects.filter(kind="source").exists()


def test_a_rule_on_a_metric_that_is_gone_says_so() -> None:
    rule = make_rule(metric="risk_abolished")
    judge(0, 9)
    alert = read_alert(rule)
    assert (alert.state, alert.health, alert.health_detail) == ("inactive", "error", "unknown_metric")


def test_the_same_slot_twice_changes_nothing() -> None:
    make_rule(threshold_value=5)
    slot = judge(0, 9)
    evidence = Evidence(
        snapshot_id=MonitoringSnapshot.objects.get().pk,
        slot=slot,
        read_at=slot,
        values={"risk_critical": 0},
        sources={},
    )
    evaluate_snapshot(evidence, interval=QUARTER)
    assert Alert.objects.get(kind="rule").state == "firing"
    assert AlertTransition.objects.count() == 1


@pytest.mark.parametrize("path", ["sql", "delete", "disable"])
def test_a_rule_that_was_changed_behind_our_back_ends_without_recovering(path: str) -> None:
    rule = make_rule(threshold_value=5)
    judge(0, 9)
    if path == "sql":
        AlertRule.objects.update(threshold_value=50)
    elif path == "disable":
        AlertRule.objects.update(is_active=False)
    else:
        AlertRule.objects.all().delete()
    judge(1, 9)
    reasons = {"sql": "rule_changed", "delete": "rule_deleted", "disable": "rule_disabled"}
    assert list_transitions()[-1] == ("firing", "inactive", reasons[path])
    assert AlertEpisode.objects.get().close_reason == reasons[path]
    assert list_kinds() == ["firing", "closed"]
    assert AlertTransition.objects.latest("id").rule_version.version == 2  # type: ignore[union-attr]
    judge(2, 9)
    assert len(list_transitions()) == 2
    assert read_alert(rule).state == "inactive"


def test_what_still_breaches_under_new_terms_goes_on() -> None:
    rule = make_rule(threshold_value=5)
    judge(0, 9)
    AlertRule.objects.update(threshold_value=7, severity="warning")
    judge(1, 9)
    episode = AlertEpisode.objects.get()
    assert (episode.closed_slot, episode.severity, episode.rule_version.version) == (None, "warning", 2)  # type: ignore[union-attr]
    assert len(list_transitions()) == 1
    assert read_alert(rule).state == "firing"


def test_a_rule_that_looks_elsewhere_closes_what_it_was_about() -> None:
    make_rule(threshold_value=5)
    judge(0, 9)
    AlertRule.objects.update(metric="risk_warning")
    judge(1, 9, metric="risk_warning")
    assert AlertEpisode.objects.get().close_reason == "rule_changed"
    judge(2, 9, metric="risk_warning")
    assert list_transitions()[-1] == ("inactive", "firing", "fired")


def test_flapping_is_told_once_and_then_all_is_quiet_until_it_is_stable() -> None:
    make_rule(threshold_value=5)
    for place in range(10):
        judge(place, 9 if place % 2 == 0 else 0)
    loud, quiet = list_kinds(is_quiet=False), list_kinds(is_quiet=True)
    assert loud == ["firing", "resolved"] * 3 + ["flapping"]
    assert quiet == ["firing", "resolved"] * 2
    for place in range(10, 18):
        judge(place, 0)
    assert list_kinds()[-1] == "calm"


@pytest.mark.parametrize(("severity", "slots"), [("critical", 16), ("warning", 96)])
def test_an_open_alert_is_told_again(severity: str, slots: int) -> None:
    make_rule(threshold_value=5, severity=severity)
    for place in range(slots * 2 + 1):
        judge(place, 9)
    assert list_kinds() == ["firing", "reminder", "reminder"]


def test_reminders_can_be_switched_off(settings: Settings) -> None:
    settings.ALERT_REMINDER_HOURS_CRITICAL = 0
    make_rule(threshold_value=5)
    for place in range(20):
        judge(place, 9)
    assert list_kinds() == ["firing"]


def test_what_a_silence_kept_quiet_is_told_when_it_is_over() -> None:
    rule = make_rule(threshold_value=5)
    channel = make_channel()
    slot = judge(0, 9)
    Silence.objects.create(rule=rule, starts_at=slot, ends_at=slot + 2 * QUARTER, reason="Counting stock")
    withhold(channel.notifications.get())
    judge(1, 9)
    assert list_kinds() == ["firing"]
    judge(2, 9)
    assert list_kinds() == ["firing", "reminder"]
    judge(3, 9)
    assert list_kinds() == ["firing", "reminder"]


def withhold(notification: Notification) -> None:
    for message in AlertMessage.objects.filter(batch=notification.batch):
        WithheldMessage.objects.create(
            message=message, notification=notification, reason="silenced", created_at=message.created_at
        )


def test_the_next_snapshot_ends_the_alert_that_there_is_none() -> None:
    Alert.objects.create(kind="scheduler", state="firing", first_breach_slot=NOON, fired_slot=NOON, last_slot=NOON)
    AlertEpisode.objects.create(
        alert=Alert.objects.get(), severity="critical", opened_slot=NOON, fired_slot=NOON, last_slot=NOON
    )
    judge(6, 0)
    assert AlertEpisode.objects.get(alert__kind="scheduler").close_reason == "recovered"
    assert list_kinds() == ["resolved"]


def test_the_number_of_statements_does_not_depend_on_the_number_of_rules() -> None:
    def count(place: int, value: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            judge(place, value)
        return len(queries)

    make_rule(threshold_value=5)
    make_channel()
    judge(0, 0)
    quiet, fires, goes_on, resolves = (count(place, value) for place, value in enumerate((0, 9, 9, 0), start=1))
    for number in range(40):
        make_rule(f"rule {number}", threshold_value=number % 5 + 1)
        make_channel(f"channel {number}")
    judge(5, 0)
    again = [count(place, value) for place, value in enumerate((0, 9, 9, 0), start=6)]
    # Always: the snapshot itself, alerts, open episodes, rules, and what is remembered. While an episode goes on: who
    # was kept quiet, and the episode. When something happens: episode, transition, messages and notifications.
    assert again == [quiet, fires, goes_on, resolves] == [5, 9, 7, 9]


def test_the_schema_refuses_what_must_not_happen() -> None:
    make_rule(threshold_value=5)
    judge(0, 9)
    change = AlertTransition.objects.get()
    episode = AlertEpisode.objects.get()
    for row in (change, episode):
        row.pk = None
        with pytest.raises(IntegrityError, match="once"), transaction.atomic():
            row.save(force_insert=True)
    with pytest.raises(IntegrityError, match="has_snapshot"), transaction.atomic():
        AlertTransition.objects.update(snapshot=None)
