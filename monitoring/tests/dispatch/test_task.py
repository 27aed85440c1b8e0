"""The task, and who sends it."""

import json
from typing import NoReturn

import pytest
from celery.exceptions import OperationalError
from django.conf import settings
from redis import Redis

from monitoring import tasks
from monitoring.channels import LONGEST_SEND
from monitoring.services.dispatch.run import RUN_TIME
from supplybrain.beat import BEAT_SCHEDULE
from supplybrain.celery import app

pytestmark = pytest.mark.django_db

NAME = "monitoring.tasks.dispatch_notifications"


def list_messages() -> list[str]:
    """Return the tasks that wait in the broker. Other tests use it at the same time."""
    with Redis.from_url(settings.REDIS_URL) as client:
        messages = client.lrange("celery", 0, -1)
    assert isinstance(messages, list)
    return [json.loads(message)["headers"]["task"] for message in messages]


def test_beat_sends_it_every_ten_seconds_and_lets_none_pile_up() -> None:
    [entry] = [entry for entry in BEAT_SCHEDULE.values() if entry["task"] == NAME]
    assert entry["schedule"].run_every.total_seconds() == 10
    assert entry["options"] == {"expire_seconds": 10}
    assert NAME in app.tasks


def test_a_capture_that_stored_something_has_the_outbox_looked_at(
    company: None, caplog: pytest.LogCaptureFixture
) -> None:
    tasks.capture_current_slot()
    assert NAME in list_messages()
    assert caplog.text.count("task_enqueued") == 1
    tasks.capture_current_slot()
    assert caplog.text.count("task_enqueued") == 1


def test_a_capture_does_not_fail_because_the_broker_is_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(**_options: object) -> NoReturn:
        raise OperationalError("redis://:password@nowhere")

    monkeypatch.setattr(tasks.dispatch_notifications, "apply_async", refuse)
    tasks.send_dispatch()
    assert "dispatch_not_sent" in caplog.text
    assert "password" not in caplog.text


def test_no_run_is_killed_for_what_it_is_allowed_to_do() -> None:
    limit = tasks.dispatch_notifications.time_limit
    assert limit is not None
    assert limit > (RUN_TIME + LONGEST_SEND).total_seconds()
