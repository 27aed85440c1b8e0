"""Telegram: the short form of the letter, through the Bot API's sendMessage."""

import json
from typing import Any, TypeGuard
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from monitoring.channels.errors import PermanentError, TemporaryError
from monitoring.channels.posting import MOST_ANSWER_BYTES, Answer, judge, post, wait_seconds
from monitoring.domain.letter import Letter
from monitoring.models import NotificationChannel

BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY = 400, 401, 403, 404, 429


def send(channel: NotificationChannel, letter: Letter, *, key: UUID) -> None:
    """Send a letter's short form to the channel's chat.

    Telegram knows no idempotency keys: when its answer is lost, the repeat is a second message in the chat. The key is
    sent all the same, for a proxy of the operator's in between.

    Raises:
        TemporaryError: If it may arrive later.
        PermanentError: If it will not until somebody changes the channel.
    """
    url = f"{settings.TELEGRAM_API_URL.rstrip('/')}/bot{quote(channel.secret or '', safe=':')}/sendMessage"
    message = {
        "chat_id": channel.chat_id,
        "text": letter.chat,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    headers = {"Content-Type": "application/json", "User-Agent": "SupplyBrain", "Idempotency-Key": str(key)}
    answer = post(url, json.dumps(message).encode(), headers, answer_bytes=MOST_ANSWER_BYTES)
    _refuse(answer)
    judge(answer)


def _refuse(answer: Answer) -> None:
    """Say what Telegram means where its status alone does not."""
    parameters = _read_parameters(answer.body)
    match answer.status:
        case code if code == TOO_MANY and _is_number(seconds := parameters.get("retry_after")):
            raise TemporaryError(_("Telegram asks to wait."), wait_seconds(float(seconds)))
        case code if code in (UNAUTHORIZED, NOT_FOUND):
            raise PermanentError(_("Telegram does not know the bot. Check its token."))
        case code if code == FORBIDDEN:
            raise PermanentError(_("The bot may not write to the chat. Add it to the chat, or unblock it."))
        case code if code == BAD_REQUEST and _is_number(moved := parameters.get("migrate_to_chat_id")):
            words = _("The group has become a supergroup and has another number: %(chat)s. Enter that one.")
            raise PermanentError(words % {"chat": int(moved)})
        case code if code == BAD_REQUEST:
            raise PermanentError(_("Telegram refused the message, as a rule because it does not know the chat."))


def _read_parameters(body: bytes) -> dict[str, Any]:
    """Return the `parameters` of an error, which may be missing, cut off or something else altogether."""
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    parameters = answer.get("parameters") if isinstance(answer, dict) else None
    return parameters if isinstance(parameters, dict) else {}


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
