"""Telegram against a receiver that answers as the Bot API does."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from pytest_django import Settings

from monitoring.channels import PermanentError, TemporaryError, send
from monitoring.domain.letter import Letter
from monitoring.models import NotificationChannel
from monitoring.tests.channels.conftest import SHORT_SECONDS
from monitoring.tests.receivers.http_receiver import HttpReceiver

TOKEN = "123456:AAE-token_of-the-bot"


@pytest.fixture
def channel() -> NotificationChannel:
    return NotificationChannel(name="Team", kind="telegram", chat_id="-1001", secret=TOKEN)


def answer_with(word: str, receiver: HttpReceiver, settings: Settings) -> None:
    settings.TELEGRAM_API_URL = f"{receiver.url}/do/{word}/"


def test_the_short_form_is_sent_to_the_chat(
    http_receiver: HttpReceiver, letter: Letter, channel: NotificationChannel, settings: Settings
) -> None:
    answer_with("ok", http_receiver, settings)
    key = uuid4()
    send(channel, letter, key=key)
    (request,) = http_receiver.list_requests()
    assert request["path"] == f"/do/ok/bot{TOKEN}/sendMessage"
    assert request["key"] == str(key)
    assert json.loads(request["body"]) == {
        "chat_id": "-1001",
        "text": letter.chat,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


@pytest.mark.parametrize(
    ("word", "error", "message"),
    [
        ("401", PermanentError, "Telegram does not know the bot. Check its token."),
        ("404", PermanentError, "Telegram does not know the bot. Check its token."),
        ("403", PermanentError, "The bot may not write to the chat. Add it to the chat, or unblock it."),
        ("400", PermanentError, "Telegram refused the message, as a rule because it does not know the chat."),
        (
            "moved:-100200",
            PermanentError,
            "The group has become a supergroup and has another number: -100200. Enter that one.",
        ),
        ("500", TemporaryError, "The receiver answered 500."),
        ("garbage", TemporaryError, "The connection failed (RemoteProtocolError)."),
    ],
)
def test_failures_say_what_to_do(
    word: str,
    error: type[Exception],
    message: str,
    http_receiver: HttpReceiver,
    letter: Letter,
    channel: NotificationChannel,
    settings: Settings,
) -> None:
    answer_with(word, http_receiver, settings)
    with pytest.raises(error) as caught:
        send(channel, letter, key=uuid4())
    assert str(caught.value) == message


def test_telegram_says_when_to_come_again(
    http_receiver: HttpReceiver, letter: Letter, channel: NotificationChannel, settings: Settings
) -> None:
    answer_with("429:35", http_receiver, settings)
    with pytest.raises(TemporaryError) as caught:
        send(channel, letter, key=uuid4())
    assert caught.value.retry_after == timedelta(seconds=35)


@pytest.mark.parametrize("word", ["400", "401", "500", "reset", "hang"])
def test_no_error_says_the_token(
    word: str, http_receiver: HttpReceiver, letter: Letter, channel: NotificationChannel, settings: Settings
) -> None:
    answer_with(word, http_receiver, settings)
    if word == "hang":
        settings.NOTIFICATION_TIMEOUT_SECONDS = SHORT_SECONDS
    with pytest.raises((TemporaryError, PermanentError)) as caught:
        send(channel, letter, key=uuid4())
    assert TOKEN not in repr(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_an_endless_answer_is_cut_off(
    http_receiver: HttpReceiver, letter: Letter, channel: NotificationChannel, settings: Settings
) -> None:
    answer_with("endless", http_receiver, settings)
    send(channel, letter, key=uuid4())
