"""The heartbeat: somebody outside hears of every capture, and a deaf one harms nobody."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from pytest_django import Settings

from monitoring.models import MonitoringSnapshot, RunState
from monitoring.services import heartbeat
from monitoring.services.capture import capture_snapshot
from monitoring.tests.conftest import Install
from monitoring.tests.rivals import count_advisory_locks, fill_slot, holding_capture_lock

pytestmark = pytest.mark.django_db

SECRET = "0f3c-secret"


class Listener:
    """A real HTTP server that notes what it is asked for."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 200
        self.delay = Event()  # set: do not answer until the end
        self.closing = Event()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                listener.heard.append(self.path)
                if listener.delay.is_set():
                    listener.closing.wait(timeout=20)
                self.send_response(listener.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping/{SECRET}"


@pytest.fixture
def listener(settings: Settings) -> Iterator[Listener]:
    listener = Listener()
    settings.MONITORING_HEARTBEAT_URL = listener.url
    thread = Thread(target=listener.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield listener
    listener.closing.set()
    listener.server.shutdown()
    thread.join()
    listener.server.server_close()


def test_a_capture_is_told_before_and_after_under_its_run_id(listener: Listener) -> None:
    result = capture_snapshot(trigger="test")
    assert listener.heard == [f"/ping/{SECRET}/start?rid={result.run_id}", f"/ping/{SECRET}?rid={result.run_id}"]


def test_a_failure_is_told(listener: Listener, during_build: Install) -> None:
    def fail() -> None:
        raise OSError("disk")

    during_build(fail)
    with pytest.raises(OSError, match="disk"):
        capture_snapshot(trigger="test")
    start, end = listener.heard
    assert start.startswith(f"/ping/{SECRET}/start?rid=")
    assert end == start.replace("/start", "/fail")


@pytest.mark.django_db(transaction=True)
def test_a_lost_race_is_a_success_for_the_slot_is_filled(listener: Listener, during_build: Install) -> None:
    slot = capture_snapshot(trigger="test").slot
    MonitoringSnapshot.objects.all().delete()
    during_build(lambda: fill_slot(slot))
    assert capture_snapshot(trigger="test").state is RunState.LOST_RACE
    assert [path.partition("?")[0] for path in listener.heard[2:]] == [f"/ping/{SECRET}/start", f"/ping/{SECRET}"]


@pytest.mark.django_db(transaction=True)
def test_whoever_builds_nothing_says_nothing(listener: Listener) -> None:
    with holding_capture_lock():
        capture_snapshot(trigger="test")
    assert listener.heard == []
    capture_snapshot(trigger="test")
    listener.heard.clear()
    assert capture_snapshot(trigger="test").state is RunState.SKIPPED_DONE
    assert listener.heard == []


def test_the_parameters_of_the_url_are_kept(listener: Listener, settings: Settings) -> None:
    settings.MONITORING_HEARTBEAT_URL = f"{listener.url}/?create=1"
    result = capture_snapshot(trigger="test")
    assert listener.heard[1] == f"/ping/{SECRET}?create=1&rid={result.run_id}"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_it_is_told(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(heartbeat, "TIMEOUT_SECONDS", 0.5)
    listener.delay.set()
    locks_seen: list[int] = []
    note = heartbeat.log.warning

    def look_and_note(*arguments: Any, **fields: Any) -> None:
        locks_seen.append(count_advisory_locks())
        note(*arguments, **fields)

    monkeypatch.setattr(heartbeat.log, "warning", look_and_note)
    started = time.monotonic()
    assert capture_snapshot(trigger="test").state is RunState.CAPTURED
    assert 1.0 <= time.monotonic() - started < 3.0  # twice the time-out
    assert locks_seen == [0, 0]
    assert "ReadTimeout" in caplog.text


@pytest.mark.parametrize("trouble", ["status", "refused", "malformed"])
def test_a_deaf_receiver_harms_nobody_and_its_url_stays_secret(
    trouble: str, listener: Listener, settings: Settings, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    listener.status = 500
    if trouble == "refused":
        settings.MONITORING_HEARTBEAT_URL = f"http://127.0.0.1:9/ping/{SECRET}"
    if trouble == "malformed":
        settings.MONITORING_HEARTBEAT_URL = f"http://[{SECRET}"
    assert capture_snapshot(trigger="test").state is RunState.CAPTURED
    assert MonitoringSnapshot.objects.count() == 1
    assert caplog.text.count("heartbeat_failed") == 2
    assert SECRET not in caplog.text + "".join(capfd.readouterr())
