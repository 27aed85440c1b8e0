"""Letters say everything in every form, whatever is wrong with their texts."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from monitoring.domain.alerting.words import MessageKind
from monitoring.domain.contributors import BundleDetails, BundleSubject, Contributor
from monitoring.domain.letter import Letter
from monitoring.services.letter_forms import LONGEST_CHAT, LONGEST_SUBJECT, measure_chat
from monitoring.services.letters import write_letter
from monitoring.services.notices import Notice

LINK = "https://brain.example.com/admin/monitoring/alertepisode/3/change/"
VALUES = {
    "rule_name": "Too many",
    "metric": "risk_critical",
    "threshold_type": "above",
    "threshold_value": 5,
    "recovery_threshold": None,
    "value": 1234,
    "peak_value": 1234,
    "since": "2026-11-22T06:00:00+00:00",
    "fired": "2026-11-22T06:15:00+00:00",
    "state": "firing",
    "reason": "fired",
    "health": "ok",
    "health_detail": "",
}
BUNDLE = BundleDetails(
    risk_level="critical",
    wb_ready_bundles=0,
    potential_bundles_from_singles=10,
    total_available_bundles=10,
    units=20,
    window_days=10,
    avg_daily_sales=2.5,
    days_of_cover=4.0,
    safety_stock_days=7,
    alert_threshold_days=14,
    overstock_threshold_days=42,
)


def make_notice(kind: str = "firing", severity: str = "critical", **values: Any) -> Notice:
    """Return a notice about a rule; `values` go into its data unless they are fields."""
    fields = {name: values.pop(name) for name in list(values) if name in Notice.__dataclass_fields__}
    given = {"rule_name": "Too many", "metric": "risk_critical", "alert_kind": "rule", "message_id": 1, "rule_id": 2}
    return Notice(kind=kind, severity=severity, **{**given, **fields}, data={**VALUES, **values})


def make_contributor(number: int = 1) -> Contributor:
    return Contributor(BundleSubject(number, f"ART-{number}", 9), 1, BUNDLE)


def write(*notices: Notice, language: str = "en") -> Letter:
    return write_letter(notices, language=language)


def test_a_firing_says_value_threshold_since_when_who_and_where() -> None:
    notice = make_notice(
        description="Pack singles.\nThen call the buyer.",
        contributors=[make_contributor()],
        n_contributors=1200,
        bundle_type_names={9: "Single"},
        link=LINK,
    )
    assert write(notice).text == (
        "Critical: Too many\n"
        "\n"
        "Critical risk is 1,234, which is above 5.\n"
        "It has been so since 2026-11-22 06:00 UTC.\n"
        "\n"
        "Pack singles.\nThen call the buyer.\n"
        "\n"
        "Who is behind it, the first 1 of 1,200:\n"
        "- ART-1, Single: 10 bundles at 2.5 a day last 4 days: critical, since that is within the safety stock of "
        "7 days.\n"
        "\n"
        f"{LINK}"
    )


@pytest.mark.parametrize(
    ("notice", "lines"),
    [
        (
            make_notice(severity="warning", recovery_threshold=3),
            ["Warning: Too many", "It is over at 3 or less."],
        ),
        (
            make_notice(threshold_type="below", value=2, recovery_threshold=8),
            ["Critical risk is 2, which is below 5.", "It is over at 8 or more.", "The worst value was 1,234."],
        ),
        (make_notice("reminder"), ["Still critical: Too many"]),
        (
            make_notice("reminder", health="degraded", health_detail="sales"),
            ["That is the last value known. The alert cannot be judged now: data too old: sales."],
        ),
        (make_notice("reminder", "warning"), ["Still a warning: Too many"]),
        (
            make_notice("resolved", value=2, peak_value=9, duration_seconds=5400, reason="recovered"),
            [
                "Resolved: Too many",
                "Critical risk is 2, which is not above 5.",
                "It lasted 1 h 30 min.",
                "The worst value was 9.",
            ],
        ),
        (
            make_notice("closed", duration_seconds=3600, reason="rule_disabled"),
            ["Closed: Too many", "It was open for 1 h."],
        ),
        (make_notice("flapping"), ["Comes and goes: Too many"]),
        (make_notice("calm", state="firing"), ["No longer comes and goes: Too many"]),
        (
            make_notice(alert_kind="source", source="sales", last_good_at="2026-11-19T05:00:00+00:00"),
            ["They last came on 2026-11-19 05:00 UTC."],
        ),
        (
            make_notice(alert_kind="scheduler", last_good_at="2026-11-22T05:00:04+00:00"),
            ["The last snapshot was stored on 2026-11-22 05:00 UTC."],
        ),
        (make_notice("resolved", alert_kind="scheduler"), ["Snapshots are stored again."]),
        (
            make_notice("channel_disabled", alert_kind="", channel="Team", error="The receiver refused."),
            ["Channel switched off: Team", "It refuses messages for good: The receiver refused."],
        ),
        (
            make_notice("delivery_dead", alert_kind="", channel="Team", error="No answer."),
            ["Message not delivered: Team", "It was given up after the last failure: No answer."],
        ),
        (make_notice("test", alert_kind="", channel="Team"), ["Test message: Team"]),
    ],
)
def test_every_kind_says_its_own(notice: Notice, lines: list[str]) -> None:
    letter = write(notice)
    assert letter.subject == letter.text.splitlines()[0]
    assert set(lines) <= set(letter.text.splitlines())


@pytest.mark.parametrize("reason", ["rule_changed", "rule_disabled", "rule_deleted"])
def test_an_alert_that_nobody_watches_any_more_has_not_recovered(reason: str) -> None:
    text = write(make_notice("closed", reason=reason)).text
    assert "nothing has recovered" in text
    assert "esolved" not in text


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", MessageKind)
def test_no_kind_falls_back_to_raw_values(kind: MessageKind, language: str, caplog: pytest.LogCaptureFixture) -> None:
    for alert_kind in ("rule", "source", "scheduler", ""):
        notice = make_notice(kind.value, alert_kind=alert_kind, source="sales", channel="Team", reason="rule_deleted")
        letter = write(notice, language=language)
        assert letter.data["messages"][0]["values"] == notice.data
    assert caplog.text == ""


def test_numbers_and_times_are_written_in_the_language() -> None:
    english, russian = (write(make_notice(), language=language).text for language in ("en", "ru"))
    assert "1,234" in english
    assert "2026-11-22 06:00" in english
    assert "1\N{NO-BREAK SPACE}234" in russian
    assert "22.11.2026 06:00" in russian
    assert "Критический риск" in russian


def test_a_digest_begins_with_the_worst_and_counts() -> None:
    letter = write(
        make_notice("resolved", "critical", rule_name="D"),
        make_notice("firing", "warning", rule_name="C"),
        make_notice("test", "warning", rule_name="E"),
        make_notice("firing", "critical", rule_name="B"),
        make_notice("reminder", "critical", rule_name="A"),
    )
    assert [one["title"] for one in letter.data["messages"]] == ["B", "A", "C", "D", "E"]
    assert letter.subject == "2 critical, 1 warning, 1 resolved, 1 test: B; A; C; D; E"


def test_a_subject_is_one_line_of_bounded_length() -> None:
    letter = write(make_notice(rule_name="First\nBcc: everybody@example.com"), make_notice(rule_name="x" * 300))
    assert "\n" not in letter.subject
    assert len(letter.subject) <= LONGEST_SUBJECT


def test_a_letter_survives_its_storage() -> None:
    letter = write(
        make_notice(
            slot=datetime(2026, 11, 22, 6, tzinfo=UTC),
            contributors=[make_contributor()],
            bundle_type_names={9: "Single"},
        )
    )
    assert Letter.from_json(json.loads(json.dumps(letter.to_json()))) == letter


def test_machines_get_raw_values_and_contributors() -> None:
    notice = make_notice(
        contributors=[make_contributor()], n_contributors=1, bundle_type_names={9: "Single"}, link=LINK, episode_id=3
    )
    letter = write(notice, language="ru")
    (message,) = letter.data["messages"]
    assert message["values"] == VALUES
    assert message["alert"] == {
        "kind": "rule",
        "rule_id": 2,
        "rule_name": "Too many",
        "metric": "risk_critical",
        "source": "",
    }
    (contributor,) = message["contributors"]
    assert contributor["subject"] == {
        "kind": "bundle",
        "article_id": 1,
        "article_code": "ART-1",
        "bundle_type_id": 9,
        "bundle_type_name": "Single",
    }
    assert (contributor["value"], contributor["details"]["days_of_cover"]) == (1, 4.0)
    assert contributor["text"].startswith("ART-1, Single: ")
    assert (message["episode_id"], message["link"], letter.data["language"]) == (3, LINK, "ru")


def test_the_documented_letter_has_the_fields_of_a_real_one() -> None:
    page = (Path(django_settings.BASE_DIR) / "docs" / "ALERTING.md").read_text(encoding="utf-8")
    (documented,) = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL))
    notice = make_notice(contributors=[make_contributor()], n_contributors=1, bundle_type_names={9: "Single"})
    letter = write(notice)
    assert set(documented) == {"version", "key", "channel", *letter.data}
    (message,), (real,) = documented["messages"], letter.data["messages"]
    assert set(message) == set(real)
    assert set(message["alert"]) == set(real["alert"])
    (contributor,), (real_contributor,) = message["contributors"], real["contributors"]
    assert set(contributor) == set(real_contributor)
    assert set(contributor["subject"]) == set(real_contributor["subject"])
    assert set(VALUES) <= set(message["values"])


# --- Broken texts ----------------------------------------------------------------------------------------------------
def break_translation(folder: Path, settings: Settings) -> None:
    """Let the Russian of one sentence name a placeholder that there is not."""
    catalogue = Catalog(locale="ru")
    catalogue.add("%(metric)s is %(value)s, which is above %(threshold)s.", "%(metrik)s: %(value)s")
    path = folder / "ru" / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)
    settings.LOCALE_PATHS = [folder, *django_settings.LOCALE_PATHS]


def test_a_broken_translation_still_sends_the_raw_values(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    break_translation(tmp_path, settings)
    broken, whole = make_notice(rule_name="A"), make_notice("test", alert_kind="", channel="Team")
    letter = write(broken, whole, language="ru")
    assert "value: 1234\nthreshold" not in letter.text  # in the order of the data
    for line in ("firing (critical): A", "value: 1234", "threshold_value: 5", 'since: "2026-11-22T06:00:00+00:00"'):
        assert line in letter.text
        assert line.replace('"', "&quot;") in letter.html
        assert line in letter.chat
    assert letter.data["messages"][0]["values"] == broken.data
    assert "Team" in letter.text
    assert "message_not_worded" in caplog.text
    assert write(broken, language="en").text.startswith("Critical: A\n")


@pytest.mark.parametrize("source", ["{% nonsense %}", "{% include 'is_not_there.html' %}"])
def test_a_broken_page_still_sends_the_raw_values(
    source: str, tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "monitoring").mkdir()
    (tmp_path / "monitoring" / "letter.html").write_text(source)
    settings.TEMPLATES = [{**django_settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    letter = write(make_notice(link=LINK), make_notice(rule_name="<b>", value=7))
    for part in (letter.text, letter.chat, letter.html):
        assert "value: 1234" in part
        assert "value: 7" in part
    assert "<b>" not in letter.html + letter.chat
    assert letter.subject == "Supply Brain: 2"
    assert "letter_not_laid_out" in caplog.text


# --- Telegram --------------------------------------------------------------------------------------------------------
class Tags(HTMLParser):
    """Reads Telegram's HTML as strictly as Telegram does."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        assert not re.search(r"[<>&]", data)


texts = st.text(alphabet=st.sampled_from("aё&<>\"' \n😀"), max_size=600)


@given(
    names=st.lists(texts, min_size=1, max_size=60),
    description=texts,
    n_contributors=st.integers(0, 5),
)
def test_a_telegram_message_is_never_too_long_and_always_well_formed(
    names: list[str], description: str, n_contributors: int
) -> None:
    contributors = [replace(make_contributor(), subject=BundleSubject(1, name, 9)) for name in names[:n_contributors]]
    notices = [
        make_notice(
            rule_name=name,
            description=description,
            contributors=contributors,
            n_contributors=n_contributors,
            bundle_type_names={9: "<&>"},
            link=LINK,
        )
        for name in names
    ]
    letter = write(*notices)
    assert 0 < measure_chat(letter.chat) <= LONGEST_CHAT
    assert Tags(letter.chat).seen <= {"b", "i", "a"}
    assert letter.chat.startswith("<b>")


def test_what_does_not_fit_is_counted() -> None:
    letter = write(*(make_notice(rule_name=f"Rule {number:03}", link=LINK) for number in range(100)))
    shown = letter.chat.count("<b>")
    assert letter.chat.endswith(f"\n\n… and {100 - shown} more messages.")
    assert 10 < shown < 100


def test_advice_and_contributors_go_before_messages_do() -> None:
    letter = write(*(make_notice(rule_name=f"Rule {number}", description="Call! " * 100) for number in range(20)))
    assert letter.chat.count("<b>") == 20
    assert "Call!" not in letter.chat
    assert "Call!" in letter.text


def test_html_shows_what_people_wrote_as_text() -> None:
    letter = write(
        make_notice(rule_name="<script>alert(1)</script>", description="a < b & c", link='https://x/?a="b"&c')
    )
    assert "<script>" not in letter.html + letter.chat
    assert "a &lt; b &amp; c" in letter.html
    assert 'href="https://x/?a=&quot;b&quot;&amp;c"' in letter.html
    assert 'href="https://x/?a=&quot;b&quot;&amp;c"' in letter.chat
