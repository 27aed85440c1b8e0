"""Webhooks against a receiver that misbehaves: what is sent, and what a failure is taken for."""

import hashlib
import hmac
import json
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from monitoring.channels import PermanentError, TemporaryError, send
from monitoring.domain.letter import Letter
from monitoring.models import NotificationChannel
from monitoring.tests.channels.conftest import SHORT_SECONDS, SLACK_SECONDS
from monitoring.tests.receivers.http_receiver import HttpReceiver

KEY = UUID("0b7b3b3e-3f0a-4d6e-9c55-1f6a3a1a2b3c")
SECRET = "what-it-is-signed-with"


def make_webhook(url: str, secret: str | None = SECRET) -> NotificationChannel:
    return NotificationChannel(name="Склад", kind="webhook", url=url, secret=secret)


def test_the_letter_is_posted_as_json_with_the_key(http_receiver: HttpReceiver, letter: Letter) -> None:
    send(make_webhook(http_receiver.do("ok")), letter, key=KEY)
    (request,) = http_receiver.list_requests()
    assert json.loads(request["body"]) == {"version": 1, "key": str(KEY), "channel": "Склад", **letter.data}
    assert request["headers"]["content-type"] == "application/json"
    assert request["headers"]["idempotency-key"] == request["key"] == str(KEY)


def test_a_receiver_can_check_the_signature(http_receiver: HttpReceiver, letter: Letter) -> None:
    send(make_webhook(http_receiver.do("ok")), letter, key=KEY)
    (request,) = http_receiver.list_requests()
    timestamp = request["headers"]["x-supplybrain-timestamp"]
    expected = hmac.new(SECRET.encode(), f"{timestamp}.{request['body']}".encode(), hashlib.sha256).hexdigest()
    assert request["headers"]["x-supplybrain-signature"] == f"sha256={expected}"
    assert abs(time.time() - int(timestamp)) < 10


def test_without_a_secret_nothing_is_signed(http_receiver: HttpReceiver, letter: Letter) -> None:
    send(make_webhook(http_receiver.do("ok"), secret=None), letter, key=KEY)
    (request,) = http_receiver.list_requests()
    assert "x-supplybrain-signature" not in request["headers"]


def test_a_repeat_is_the_same_body_under_the_same_key(http_receiver: HttpReceiver, letter: Letter) -> None:
    channel = make_webhook(http_receiver.do("500", "ok"))
    with pytest.raises(TemporaryError):
        send(channel, letter, key=KEY)
    send(channel, letter, key=KEY)
    first, second = http_receiver.list_requests()
    assert first["body"] == second["body"]
    assert first["key"] == second["key"]


@pytest.mark.parametrize("word", ["408", "425", "429", "500", "502", "503", "504", "reset", "garbage"])
def test_what_may_pass_is_temporary(word: str, http_receiver: HttpReceiver, letter: Letter) -> None:
    with pytest.raises(TemporaryError) as caught:
        send(make_webhook(http_receiver.do(word)), letter, key=KEY)
    assert caught.value.retry_after is None
    assert len(http_receiver.list_requests()) == 1


@pytest.mark.parametrize("word", ["hang", "drip"])
def test_who_never_comes_to_an_end_is_left(
    word: str, http_receiver: HttpReceiver, letter: Letter, settings: Settings
) -> None:
    settings.NOTIFICATION_TIMEOUT_SECONDS = SHORT_SECONDS
    began = time.monotonic()
    with pytest.raises(TemporaryError, match=r"No complete answer within 0\.5 s\."):
        send(make_webhook(http_receiver.do(word)), letter, key=KEY)
    assert SHORT_SECONDS <= time.monotonic() - began < SLACK_SECONDS


@pytest.mark.parametrize("word", ["400", "401", "403", "404", "410", "422", "redirect", "301", "308"])
def test_what_stays_so_is_permanent(word: str, http_receiver: HttpReceiver, letter: Letter) -> None:
    with pytest.raises(PermanentError):
        send(make_webhook(http_receiver.do(word)), letter, key=KEY)
    assert len(http_receiver.list_requests()) == 1  # a redirect is not followed


@pytest.mark.parametrize(
    ("word", "shortest", "longest"),
    [("429:7", 7, 7), ("503:120", 120, 120), ("date:90", 60, 90), ("429:999999", 86_400, 86_400)],
)
def test_the_receiver_says_when_to_come_again(
    word: str, shortest: int, longest: int, http_receiver: HttpReceiver, letter: Letter
) -> None:
    with pytest.raises(TemporaryError) as caught:
        send(make_webhook(http_receiver.do(word)), letter, key=KEY)
    assert caught.value.retry_after is not None
    assert timedelta(seconds=shortest) <= caught.value.retry_after <= timedelta(seconds=longest)


def test_an_answer_without_end_is_not_read(http_receiver: HttpReceiver, letter: Letter) -> None:
    began = time.monotonic()
    send(make_webhook(http_receiver.do("endless")), letter, key=KEY)
    assert time.monotonic() - began < SLACK_SECONDS


def test_nobody_listens(http_receiver: HttpReceiver, letter: Letter) -> None:
    with pytest.raises(TemporaryError):
        send(make_webhook("http://127.0.0.1:1/hook"), letter, key=KEY)


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://127.0.0.1/x", "https://", "http://[::1"])
def test_a_url_that_cannot_be_asked_is_permanent(url: str, letter: Letter) -> None:
    with pytest.raises(PermanentError):
        send(make_webhook(url), letter, key=KEY)


@pytest.mark.parametrize("word", ["400", "500", "redirect", "reset", "garbage", "hang"])
def test_errors_say_neither_url_nor_secret_nor_letter(
    word: str, http_receiver: HttpReceiver, letter: Letter, settings: Settings
) -> None:
    if word == "hang":
        settings.NOTIFICATION_TIMEOUT_SECONDS = SHORT_SECONDS
    url = http_receiver.do(word)
    with pytest.raises((TemporaryError, PermanentError)) as caught:
        send(make_webhook(url), letter, key=uuid4())
    told = repr(caught.value) + repr(caught.value.__cause__)
    assert caught.value.message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None  # and so no traceback shows it
    for hidden in (url, http_receiver.url, "/do/", "127.0.0.1", SECRET, "Осталось"):
        assert hidden not in told


def test_the_log_says_no_url(http_receiver: HttpReceiver, letter: Letter, caplog: pytest.LogCaptureFixture) -> None:
    send(make_webhook(http_receiver.do("ok")), letter, key=KEY)
    assert http_receiver.url not in caplog.text


def test_the_documented_check_knows_what_is_genuine(http_receiver: HttpReceiver, letter: Letter) -> None:
    page = (Path(django_settings.BASE_DIR) / "docs" / "ALERTING.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(snippet, names)  # noqa: S102  (our own documentation)
    send(make_webhook(http_receiver.do("ok")), letter, key=KEY)
    (request,) = http_receiver.list_requests()
    headers = {
        "X-SupplyBrain-Timestamp": request["headers"]["x-supplybrain-timestamp"],
        "X-SupplyBrain-Signature": request["headers"]["x-supplybrain-signature"],
    }
    body = request["body"].encode()
    assert names["is_genuine"](SECRET, headers, body)
    assert not names["is_genuine"](SECRET, headers, body + b" ")
    assert not names["is_genuine"]("another", headers, body)
    assert not names["is_genuine"](SECRET, {**headers, "X-SupplyBrain-Timestamp": "1767225600"}, body)
