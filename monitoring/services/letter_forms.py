"""The forms of a letter: one line, plain text, a page of HTML, a Telegram message."""

from collections.abc import Iterable, Sequence
from html import escape

from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext, ngettext

from monitoring.domain.alerting.words import MessageKind
from monitoring.domain.alerts import AlertSeverity
from monitoring.letter_wording import CLIPPED, Story
from monitoring.services.notices import Notice

LONGEST_SUBJECT = 150
LONGEST_CHAT = 4096
"""Of a Telegram message, after its tags and entities are read. Counting them in as well is on the safe side."""
LONGEST_CHAT_LINE = 350
"""Short enough for a headline and a sentence to fit when every sign of them has to be escaped."""
RULE_OFF = "\n\n* * *\n\n"
COLOURS = {"critical": "#b91c1c", "warning": "#b45309", "problem": "#b45309"}
CALM_COLOUR = "#374151"
PROBLEMS = frozenset({MessageKind.CHANNEL_DISABLED, MessageKind.DELIVERY_DEAD})
ALARMS = frozenset({MessageKind.FIRING, MessageKind.REMINDER, MessageKind.FLAPPING})


def write_subject(notices: Sequence[Notice], stories: Sequence[Story]) -> str:
    """Return what happened in one line: a single headline, or how much of what and to whom.

    Args:
        notices: In the order of the letter.
        stories: The same in words.
    """
    if len(stories) == 1:
        return clip(stories[0].headline, LONGEST_SUBJECT)
    titles = dict.fromkeys(story.title for story in stories if story.title)
    return clip(f"{', '.join(count_notices(notices))}: {'; '.join(titles)}", LONGEST_SUBJECT)


def count_notices(notices: Iterable[Notice]) -> list[str]:
    """Return how many notices there are of each sort, the worst sort first."""
    counts = dict.fromkeys(("critical", "warning", "problem", "resolved", "closed", "calm", "test"), 0)
    for notice in notices:
        counts[_sort_notice(notice)] += 1
    words = {
        "critical": ngettext("%(count)s critical", "%(count)s critical", counts["critical"]),
        "warning": ngettext("%(count)s warning", "%(count)s warnings", counts["warning"]),
        "problem": ngettext("%(count)s delivery problem", "%(count)s delivery problems", counts["problem"]),
        "resolved": ngettext("%(count)s resolved", "%(count)s resolved", counts["resolved"]),
        "closed": ngettext("%(count)s closed", "%(count)s closed", counts["closed"]),
        "calm": ngettext("%(count)s calm again", "%(count)s calm again", counts["calm"]),
        "test": ngettext("%(count)s test", "%(count)s tests", counts["test"]),
    }
    return [words[sort] % {"count": count} for sort, count in counts.items() if count]


def write_text(stories: Iterable[Story]) -> str:
    """Return everything as plain text."""
    return RULE_OFF.join(map(write_story, stories))


def write_story(story: Story) -> str:
    """Return one message as plain text."""
    contributors = "\n".join([story.people, *(f"- {one}" for one in story.contributors)]) if story.people else ""
    parts = [story.headline, "\n".join(story.sentences), story.advice, contributors, story.link]
    return "\n\n".join(part for part in parts if part)


def write_html(subject: str, notices: Sequence[Notice], stories: Sequence[Story]) -> str:
    """Return everything as a page."""
    colours = [COLOURS.get(_sort_notice(notice), CALM_COLOUR) for notice in notices]
    context = {"subject": subject, "language": get_language(), "parts": list(zip(stories, colours, strict=True))}
    return render_to_string("monitoring/letter.html", context)


def write_chat(stories: Sequence[Story]) -> str:
    """Return everything in Telegram's HTML, short enough for one message.

    What does not fit loses contributors and advice first, then the last messages; how many these are is said.
    """
    whole = "\n\n".join("\n".join(_list_chat_lines(story)) for story in stories)
    if measure_chat(whole) <= LONGEST_CHAT:
        return whole
    return _fit(["\n".join(_list_chat_lines(story, is_short=True)) for story in stories])


def measure_chat(text: str) -> int:
    """Return the length of a text in UTF-16 code units, at least as many as the characters that Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def clip(text: str, length: int) -> str:
    """Return a text on one line, with its end cut off if it is longer.

    Example:
        >>> clip("far too long", 8)
        'far too…'
    """
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + CLIPPED


def _sort_notice(notice: Notice) -> str:
    if notice.kind in ALARMS:
        return "critical" if notice.severity == AlertSeverity.CRITICAL else "warning"
    return "problem" if notice.kind in PROBLEMS else notice.kind


def _list_chat_lines(story: Story, *, is_short: bool = False) -> list[str]:
    """Return lines whose tags are closed within each."""
    lines = [f"<b>{_escape(story.headline)}</b>", *map(_escape, story.sentences[:1] if is_short else story.sentences)]
    if not is_short:
        lines += [f"<i>{_escape(line)}</i>" for line in story.advice.splitlines() if line.strip()]
        lines += [_escape(line) for line in (story.people, *(f"• {one}" for one in story.contributors)) if line]
    if story.link:
        lines.append(f'<a href="{escape(story.link)}">{_escape(gettext("Open in Supply Brain"))}</a>')
    return lines


def _escape(text: str) -> str:
    return escape(clip(text, LONGEST_CHAT_LINE), quote=False)


def _fit(parts: Sequence[str]) -> str:
    """Return as many whole parts as fit, and how many do not."""
    kept = list(parts)
    while True:
        n_left = len(parts) - len(kept)
        more = ngettext("… and %(count)s more message.", "… and %(count)s more messages.", n_left) % {"count": n_left}
        text = "\n\n".join([*kept, more] if n_left else kept)
        if measure_chat(text) <= LONGEST_CHAT or not kept:
            return text
        kept.pop()
