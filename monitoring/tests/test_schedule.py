"""The scheduled task: the same service, a switch, and limits that fit the run log."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from monitoring.models import MonitoringGap, MonitoringRun, MonitoringSnapshot, RunState
from monitoring.services.capture import capture_now, capture_on_schedule
from monitoring.services.runs import DEAD_AFTER
from monitoring.tasks import capture_current_slot
from supplybrain.beat import BEAT_SCHEDULE
from supplybrain.celery import app

pytestmark = pytest.mark.django_db


def test_the_task_captures(company: None) -> None:
    capture_current_slot()
    assert MonitoringSnapshot.objects.get().risk_critical == 1
    assert MonitoringRun.objects.get().trigger == "schedule"


def test_beat_knows_the_task_under_its_name() -> None:
    assert capture_current_slot.name in {entry["task"] for entry in BEAT_SCHEDULE.values()}
    assert capture_current_slot.name in app.tasks


def test_a_run_is_called_dead_only_after_its_task_was_killed() -> None:
    soft, hard = capture_current_slot.soft_time_limit, capture_current_slot.time_limit
    assert soft is not None
    assert hard is not None
    assert soft < hard < DEAD_AFTER.total_seconds()


def test_switched_off_the_task_captures_nothing_and_says_so_once_per_slot(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MONITORING_SCHEDULER_ENABLED = False
    results = [capture_on_schedule() for _ in range(3)]
    assert {result.state for result in results} == {RunState.DISABLED}
    assert not MonitoringSnapshot.objects.exists()
    slots = {result.slot for result in results}
    assert set(MonitoringRun.objects.values_list("slot", "state", "trigger")) == {
        (slot, "disabled", "schedule") for slot in slots
    }
    assert caplog.text.count("scheduled_capture_disabled") == 3


def test_switched_off_a_slot_that_somebody_filled_is_not_noted(settings: Settings) -> None:
    settings.MONITORING_SCHEDULER_ENABLED = False
    capture_now(trigger="test")
    capture_on_schedule()
    assert list(MonitoringRun.objects.values_list("state", flat=True)) == ["captured"]


def test_switched_off_one_can_still_capture_by_hand_and_the_gap_knows_why(settings: Settings) -> None:
    settings.MONITORING_SCHEDULER_ENABLED = False
    slot = capture_on_schedule().slot
    before = slot - timedelta(minutes=30)
    MonitoringSnapshot.objects.create(slot=before, created_at=before, schema_version=1, metrics_version=1)
    MonitoringRun.objects.filter(state="disabled").update(slot=slot - timedelta(minutes=15))
    assert capture_now(trigger="test").state is RunState.CAPTURED
    assert list(MonitoringGap.objects.values_list("reason", flat=True)) == ["disabled"]
