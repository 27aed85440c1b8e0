"""The schedule of the code reaches beat's tables, and what people changed there by hand survives."""

import threading
from typing import Any

import pytest
from celery import current_app
from celery.schedules import crontab, schedule
from django.core.management import call_command
from django.db import connection
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks
from django_celery_beat.schedulers import ModelEntry

from supplybrain.beat import BEAT_SCHEDULE
from supplybrain.management.commands.sync_beat_schedule import sync_beat_schedule

TABLE: dict[str, dict[str, Any]] = {
    "test: knock": {"task": "a", "schedule": schedule(run_every=30), "options": {"expire_seconds": 20}},
    "test: tidy": {"task": "b", "schedule": crontab(minute="0", hour="4"), "kwargs": {"days": 7}},
}


@pytest.mark.django_db
def test_the_table_of_the_code_is_stored_as_written() -> None:
    call_command("sync_beat_schedule", verbosity=0)
    stored = {task.name: ModelEntry(task, app=current_app) for task in PeriodicTask.objects.all()}
    assert stored.keys() == BEAT_SCHEDULE.keys()
    for name, entry in BEAT_SCHEDULE.items():
        assert stored[name].task == entry["task"]
        assert stored[name].schedule == entry["schedule"]
        assert stored[name].model.expire_seconds == entry["options"]["expire_seconds"]


def test_every_scheduled_task_exists() -> None:
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(current_app.tasks)


@pytest.mark.django_db
def test_a_second_run_changes_nothing_and_keeps_what_operators_and_beat_wrote() -> None:
    sync_beat_schedule(TABLE)
    PeriodicTask.objects.filter(name="test: knock").update(enabled=False, total_run_count=5)
    before = list(PeriodicTask.objects.order_by("name").values_list("id", "name", "enabled", "total_run_count"))
    assert sync_beat_schedule(TABLE) == 0
    after = list(PeriodicTask.objects.order_by("name").values_list("id", "name", "enabled", "total_run_count"))
    assert after == before
    assert [row[2:] for row in after] == [(False, 5), (True, 0)]


@pytest.mark.django_db
def test_a_changed_schedule_is_written_again_and_beat_is_told() -> None:
    sync_beat_schedule(TABLE)
    told_at = PeriodicTasks.last_change()
    sync_beat_schedule({**TABLE, "test: knock": {**TABLE["test: knock"], "schedule": schedule(run_every=10)}})
    assert PeriodicTask.objects.get(name="test: knock").interval.every == 10
    assert PeriodicTasks.last_change() > told_at


@pytest.mark.django_db
def test_an_entry_that_left_the_table_goes_and_one_made_by_hand_stays() -> None:
    sync_beat_schedule(TABLE)
    interval = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.HOURS)
    PeriodicTask.objects.create(name="by hand", task="c", interval=interval, description="ours")
    assert sync_beat_schedule({"test: tidy": TABLE["test: tidy"]}) == 1
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {"test: tidy", "by hand"}


@pytest.mark.django_db
def test_an_option_that_would_be_dropped_is_refused_and_nothing_is_stored() -> None:
    with pytest.raises(ValueError, match=r"^test: knock: expires is not stored; use one of exchange, expire_seconds, "):
        sync_beat_schedule({**TABLE, "test: knock": {**TABLE["test: knock"], "options": {"expires": 20}}})
    assert not PeriodicTask.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_deployments_at_once_make_one_entry_and_one_interval() -> None:
    errors: list[BaseException] = []

    def deploy() -> None:
        try:
            sync_beat_schedule(TABLE)
        except BaseException as error:  # noqa: BLE001  (shown by the assertion below)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=deploy) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (PeriodicTask.objects.count(), IntervalSchedule.objects.count()) == (2, 1)
