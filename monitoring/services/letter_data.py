"""A letter for machines. The format is documented in docs/ALERTING.md: fields are added, never changed or removed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import zip_longest
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from monitoring.domain.contributors import AccountSubject, ArticleSubject, BundleSubject, Contributor, Subject
from monitoring.letter_wording import Story
from monitoring.services.letter_forms import write_story
from monitoring.services.notices import Notice

SUBJECT_KINDS: Mapping[type[Subject], str] = {
    BundleSubject: "bundle",
    ArticleSubject: "article",
    AccountSubject: "account",
}


def describe_letter(
    notices: Sequence[Notice], stories: Sequence[Story], *, subject: str, text: str, language: str
) -> dict[str, Any]:
    """Return a letter as a dictionary of what JSON knows, without a template or a translation that could be broken.

    Args:
        notices: In the order of the letter.
        stories: The same in words.
        subject: The letter in one line.
        text: The letter in plain text.
        language: Of the words.
    """
    described = {
        "language": language,
        "subject": subject,
        "text": text,
        "messages": [describe_notice(notice, story) for notice, story in zip(notices, stories, strict=True)],
    }
    plain: dict[str, Any] = json.loads(json.dumps(described, cls=DjangoJSONEncoder))
    return plain


def describe_notice(notice: Notice, story: Story) -> dict[str, Any]:
    """Return a notice as a dictionary."""
    pairs = zip_longest(notice.contributors, story.contributors, fillvalue="")
    return {
        "id": notice.message_id,
        "kind": notice.kind,
        "severity": notice.severity,
        "title": story.title,
        "text": write_story(story),
        "alert": {
            "kind": notice.alert_kind,
            "rule_id": notice.rule_id,
            "rule_name": notice.rule_name,
            "metric": notice.metric,
            "source": notice.source,
        },
        "episode_id": notice.episode_id,
        "slot": notice.slot,
        "values": notice.data,
        "description": notice.description,
        "contributors_count": notice.n_contributors,
        "contributors": [
            _describe_contributor(one, notice.bundle_type_names, text)
            for one, text in pairs
            if isinstance(one, Contributor)
        ],
        "link": notice.link,
    }


def _describe_contributor(contributor: Contributor, names: Mapping[int, str], text: object) -> dict[str, Any]:
    subject = contributor.subject
    who = {"kind": SUBJECT_KINDS[type(subject)], **asdict(subject)}
    if isinstance(subject, BundleSubject):
        who["bundle_type_name"] = names.get(subject.bundle_type_id, "")
    return {"subject": who, "value": contributor.value, "details": asdict(contributor.details), "text": text}
