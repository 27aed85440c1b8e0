"""Writing letters: what a channel is told at once, in its language and in every form."""

import json
from collections.abc import Sequence
from html import escape

import structlog
from django.utils.translation import override

from monitoring.domain.alerting.words import MessageKind
from monitoring.domain.alerts import AlertSeverity
from monitoring.domain.letter import Letter
from monitoring.letter_wording import Story, tell
from monitoring.services.letter_data import describe_letter
from monitoring.services.letter_forms import (
    LONGEST_CHAT,
    measure_chat,
    write_chat,
    write_html,
    write_subject,
    write_text,
)
from monitoring.services.notices import Notice, load_notices

__all__ = ["Letter", "Notice", "Story", "load_notices", "write_letter"]

log = structlog.get_logger(__name__)

URGENCY = (
    MessageKind.FIRING,
    MessageKind.REMINDER,
    MessageKind.FLAPPING,
    MessageKind.CHANNEL_DISABLED,
    MessageKind.DELIVERY_DEAD,
    MessageKind.RESOLVED,
    MessageKind.CLOSED,
    MessageKind.CALM,
    MessageKind.TEST,
)
N_URGENT = 5
"""How many of them ask somebody to do something."""


def write_letter(notices: Sequence[Notice], *, language: str) -> Letter:
    """Return what a channel is told at once, the most severe message first.

    Never fails over its texts: a message that cannot be worded says its raw values, and so does a letter that cannot be
    laid out. What was wrong is in the log.

    Args:
        notices: What there is to say, at least one.
        language: `ru` or `en`.
    """
    ordered = sorted(notices, key=_rank)
    with override(language):
        stories = list(map(_tell_anyway, ordered))
        try:
            return _lay_out(ordered, stories, language)
        except Exception:  # whatever is wrong with a template or a translation, people are told
            log.exception("letter_not_laid_out", messages=[notice.message_id for notice in ordered])
            return _lay_out_raw(ordered, language)


def tell_raw(notice: Notice) -> Story:
    """Return a notice as its values, without a template or a translation that could be broken."""
    title = notice.rule_name or notice.source or str(notice.data.get("channel", ""))
    values = {**notice.data, "metric": notice.metric, "slot": notice.slot and notice.slot.isoformat()}
    return Story(
        title=title,
        headline=f"{notice.kind} ({notice.severity}): {title}",
        sentences=[f"{name}: {json.dumps(value, ensure_ascii=False, default=str)}" for name, value in values.items()],
        link=notice.link,
    )


def _rank(notice: Notice) -> tuple[bool, bool, int, str]:
    place = URGENCY.index(MessageKind(notice.kind))
    return place >= N_URGENT, notice.severity != AlertSeverity.CRITICAL, place, notice.rule_name


def _tell_anyway(notice: Notice) -> Story:
    try:
        return tell(notice)
    except Exception:  # as above
        log.exception("message_not_worded", message=notice.message_id, kind=notice.kind)
        return tell_raw(notice)


def _lay_out(notices: Sequence[Notice], stories: Sequence[Story], language: str) -> Letter:
    subject, text = write_subject(notices, stories), write_text(stories)
    return Letter(
        subject=subject,
        text=text,
        html=write_html(subject, notices, stories),
        chat=write_chat(stories),
        data=describe_letter(notices, stories, subject=subject, text=text, language=language),
    )


def _lay_out_raw(notices: Sequence[Notice], language: str) -> Letter:
    stories = list(map(tell_raw, notices))
    subject, text = f"Supply Brain: {len(notices)}", write_text(stories)
    # five times as long at most when it is escaped
    chats = (escape(text[:length], quote=False) for length in (LONGEST_CHAT, LONGEST_CHAT // 5))
    return Letter(
        subject=subject,
        text=text,
        html=f"<pre>{escape(text)}</pre>",
        chat=next(chat for chat in chats if measure_chat(chat) <= LONGEST_CHAT),
        data=describe_letter(notices, stories, subject=subject, text=text, language=language),
    )
