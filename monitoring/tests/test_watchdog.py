"""The dead man's switch: once per outage, whoever looks; over with the next capture; told without any worker."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from monitoring import watchdog as threads
from monitoring.models import (
    Alert,
    AlertEpisode,
    AlertMessage,
    AlertTransition,
    MonitoringSnapshot,
    Notification,
)
from monitoring.selectors.clock import get_database_clock
from monitoring.services.capture import capture_snapshot
from monitoring.services.watchdog import watch_scheduler
from monitoring.tests.alerts import make_channel
from monitoring.tests.receivers.http_receiver import running_http_receiver
from monitoring.tests.rivals import connect_rival, holding_capture_lock
from monitoring.watchdog import PATIENCE_LOOKS, Watchdog, start_watchdog
from supplybrain.locks import LOCK_NAMESPACE, LockedJob

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)


def store(age: timedelta) -> MonitoringSnapshot:
    """Store a snapshot of a slot that began so long ago, taken at its start."""
    slot = get_database_clock(interval=QUARTER).slot - age
    return MonitoringSnapshot.objects.create(slot=slot, created_at=slot, schema_version=1, metrics_version=1)


def count_everything() -> tuple[int, ...]:
    models = (Alert, AlertEpisode, AlertTransition, AlertMessage, Notification)
    return tuple(model.objects.count() for model in models)


def test_an_outage_is_told_once(settings: Settings) -> None:
    make_channel()
    latest = store(5 * QUARTER)
    first_missed = latest.created_at + QUARTER
    assert watch_scheduler()
    assert not watch_scheduler()
    assert count_everything() == (1, 1, 1, 1, 1)
    episode = AlertEpisode.objects.select_related("alert").get()
    assert (episode.alert.kind, episode.alert.state, episode.severity) == ("scheduler", "firing", "critical")
    assert (episode.opened_slot, episode.fired_slot, episode.closed_slot) == (first_missed, first_missed, None)
    transition = AlertTransition.objects.get()
    assert (transition.cause, transition.slot, transition.snapshot_id) == ("watchdog", first_missed, None)
    assert (transition.from_state, transition.to_state, transition.reason) == ("inactive", "firing", "fired")
    message = AlertMessage.objects.get()
    assert (message.kind, message.severity, message.transition) == ("firing", "critical", transition)
    assert message.batch == Notification.objects.get().batch == f"watchdog:{first_missed.isoformat()}"
    assert message.data["since"] == first_missed.isoformat()
    assert message.data["last_good_at"] == latest.created_at.isoformat()


@pytest.mark.parametrize("age", [timedelta(0), QUARTER])
def test_fresh_and_late_snapshots_alarm_nobody(age: timedelta) -> None:
    store(age)
    with CaptureQueriesContext(connection) as statements:
        assert not watch_scheduler()
    assert len(statements) == 1  # all that a look costs while all is well
    assert count_everything() == (0, 0, 0, 0, 0)


def test_before_the_first_snapshot_there_is_nothing_to_miss() -> None:
    assert not watch_scheduler()
    assert count_everything() == (0, 0, 0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_the_next_capture_ends_it_and_the_next_outage_is_another_one() -> None:
    make_channel()
    store(8 * QUARTER)
    watch_scheduler()
    captured = capture_snapshot(trigger="test")
    first = AlertEpisode.objects.get()
    assert (first.closed_slot, first.close_reason) == (captured.slot, "recovered")
    resolved = AlertMessage.objects.get(kind="resolved", transition__cause="capture")
    assert resolved.batch == f"slot:{captured.slot.isoformat()}"
    assert resolved.data["duration_seconds"] == 7 * 15 * 60
    assert not watch_scheduler()

    move_into_the_past(timedelta(hours=5))
    assert watch_scheduler()
    second = AlertEpisode.objects.get(closed_slot=None)
    assert second.fired_slot == captured.slot - timedelta(hours=5) + QUARTER
    assert AlertTransition.objects.count() == 3


def move_into_the_past(age: timedelta) -> None:
    """Let so much time pass without a capture."""
    columns = {
        "monitoring_snapshots": ("slot", "created_at"),
        "monitoring_alerts": ("last_slot",),
        "monitoring_alert_transitions": ("slot",),
        "monitoring_alert_episodes": ("opened_slot", "fired_slot", "closed_slot", "messaged_slot"),
    }
    with connection.cursor() as cursor:
        for table, names in columns.items():
            moved = ", ".join(f"{name} = {name} - make_interval(secs => %(seconds)s)" for name in names)
            cursor.execute(f"UPDATE {table} SET {moved}", {"seconds": age.total_seconds()})  # noqa: S608  (constants)


@pytest.mark.django_db(transaction=True)
def test_a_long_outage_is_told_again_in_time(settings: Settings) -> None:
    settings.ALERT_REMINDER_HOURS_CRITICAL = 4
    make_channel()
    store(5 * QUARTER)
    watch_scheduler()
    move_into_the_past(timedelta(hours=3, minutes=45))
    assert not watch_scheduler()
    move_into_the_past(QUARTER)
    assert watch_scheduler()
    assert not watch_scheduler()
    assert list(AlertMessage.objects.order_by("id").values_list("kind", flat=True)) == ["firing", "reminder"]
    assert AlertTransition.objects.count() == AlertEpisode.objects.count() == 1
    result = capture_snapshot(trigger="test")  # in the very slot that was reminded in
    assert AlertEpisode.objects.get().closed_slot == result.slot


@pytest.mark.django_db(transaction=True)
def test_while_somebody_captures_nobody_alarms() -> None:
    store(5 * QUARTER)
    with holding_capture_lock():
        assert not watch_scheduler()
    assert count_everything() == (0, 0, 0, 0, 0)
    with connect_rival(autocommit=False) as rival:
        rival.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_NAMESPACE, LockedJob.WATCH_SCHEDULER.value])
        assert not watch_scheduler()
        rival.rollback()
    assert watch_scheduler()


@pytest.mark.django_db(transaction=True)
def test_an_outage_that_was_told_keeps_no_capture_away() -> None:
    store(5 * QUARTER)
    watch_scheduler()
    with CaptureQueriesContext(connection) as statements:
        assert not watch_scheduler()
    assert not [query["sql"] for query in statements.captured_queries if "advisory" in query["sql"]]


@pytest.mark.django_db(transaction=True)
def test_many_processes_tell_once() -> None:
    make_channel()
    store(5 * QUARTER)

    def look(_number: int) -> bool:
        try:
            return watch_scheduler()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        told = sum(pool.map(look, range(40)))
    assert told == 1
    assert count_everything() == (1, 1, 1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_thread_waits_for_a_machine_that_has_just_woken_up(tmp_path: Path) -> None:
    with running_http_receiver(tmp_path / "received") as receiver:
        make_channel(kind="webhook", recipients="", url=receiver.do("ok"))
        store(5 * QUARTER)
        watchdog = Watchdog(seconds=60)
        for _look in range(PATIENCE_LOOKS - 1):
            watchdog.look()
        capture_snapshot(trigger="test")
        watchdog.look()
        move_into_the_past(timedelta(hours=1))
        for _look in range(PATIENCE_LOOKS - 1):
            watchdog.look()
        assert receiver.list_requests() == []
        assert AlertEpisode.objects.count() == 0
        watchdog.look()
        [request] = receiver.list_requests()
        watchdog.look()
        assert len(receiver.list_requests()) == 1
    assert '"kind":"firing"' in request["body"]
    assert request["key"] == str(Notification.objects.get(batch__startswith="watchdog:").key)


@pytest.mark.django_db(transaction=True)
def test_the_thread_sends_what_no_worker_looks_after(tmp_path: Path) -> None:
    with running_http_receiver(tmp_path / "received") as receiver:
        channel = make_channel(kind="webhook", recipients="", url=receiver.do("ok"))
        store(QUARTER)
        now = timezone.now()
        for minutes, is_active in ((1, True), (5, False)):
            channel.is_active = is_active
            channel.save()
            at = now - timedelta(minutes=minutes)
            Notification.objects.create(channel=channel, batch=str(minutes), created_at=at, next_attempt_at=at)
            Watchdog(seconds=60).look()
            assert set(Notification.objects.values_list("state", "attempts")) == {("pending", 0)}
        channel.is_active = True
        channel.save()
        Watchdog(seconds=60).look()
    assert set(Notification.objects.values_list("attempts", flat=True)) == {1}


def fail_once(error: Exception) -> Callable[[], Any]:
    """Return a stand-in for the first look that fails."""
    return lambda: (_ for _ in ()).throw(error)


@pytest.mark.parametrize(
    ("error", "event", "count"), [(OperationalError("gone"), "watchdog_blind", 1), (ValueError("x"), "failed", 2)]
)
def test_the_thread_survives_whatever_happens(
    error: Exception, event: str, count: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    watchdog = Watchdog(seconds=60)
    monkeypatch.setattr(threads, "is_scheduler_overdue", fail_once(error))
    watchdog.look()
    watchdog.look()
    assert caplog.text.count(event) == count


@pytest.mark.django_db(transaction=True)
def test_the_thread_keeps_no_connection(settings: Settings) -> None:
    closed: list[datetime] = []
    watchdog = Watchdog(seconds=0.01)
    look = watchdog.look

    def look_and_count() -> None:
        look()
        assert connection.connection is None
        closed.append(datetime.now().astimezone())

    watchdog.look = look_and_count  # type: ignore[method-assign]
    watchdog.start()
    while len(closed) < 3 and watchdog.is_alive():
        watchdog.join(0.01)
    watchdog.stop()
    watchdog.join(5)
    assert not watchdog.is_alive()
    assert len(closed) >= 3


def test_zero_seconds_switch_it_off(settings: Settings) -> None:
    settings.MONITORING_WATCHDOG_SECONDS = 0
    assert start_watchdog() is None
