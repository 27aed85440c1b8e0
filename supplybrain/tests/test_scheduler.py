"""Beat outlives an outage of the database."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from supplybrain.celery import app
from supplybrain.scheduler import SteadyDatabaseScheduler

pytestmark = pytest.mark.django_db


def refuse(*_args: Any, **_kwargs: Any) -> None:
    """Answer every statement as a server that is gone."""
    raise OperationalError("the connection is lost")


@pytest.fixture
def scheduler() -> SteadyDatabaseScheduler:
    every_minute = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.MINUTES)
    PeriodicTask.objects.create(name="knock", task="knock", interval=every_minute)
    return SteadyDatabaseScheduler(app=app, lazy=True)


def test_a_beat_keeps_its_schedule_while_the_database_is_away(scheduler: SteadyDatabaseScheduler) -> None:
    scheduler._schedule = scheduler.all_as_schedule()
    with connection.execute_wrapper(refuse):
        assert scheduler.all_as_schedule() is scheduler._schedule
    assert "knock" in scheduler._schedule


def test_a_beat_sees_changes_when_the_database_is_back(scheduler: SteadyDatabaseScheduler) -> None:
    scheduler._schedule = scheduler.all_as_schedule()
    with connection.execute_wrapper(refuse):
        scheduler.all_as_schedule()
    PeriodicTask.objects.filter(name="knock").update(enabled=False)
    assert "knock" not in scheduler.all_as_schedule()


def test_a_beat_does_not_start_without_a_database(scheduler: SteadyDatabaseScheduler) -> None:
    with connection.execute_wrapper(refuse), pytest.raises(OperationalError, match="connection is lost"):
        scheduler.all_as_schedule()
