"""What keeps a message from being told, and what does not."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product

import pytest

from monitoring.domain.alerting.overlays import ActiveSilence, Circumstances, Outgoing, find_overlay
from monitoring.domain.alerting.words import MessageKind, Withholding

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
FIRING = Outgoing(kind=MessageKind.FIRING, rule_id=1, metric="risk_critical", episode_id=7, severity="warning")
ABOUT_CHANNELS = (MessageKind.CHANNEL_DISABLED, MessageKind.DELIVERY_DEAD, MessageKind.TEST)
ABOUT_ALERTS = tuple(kind for kind in MessageKind if kind not in ABOUT_CHANNELS)


@dataclass(frozen=True)
class Acknowledgement:
    severity: str
    created_at: datetime = NOON
    withdrawn_at: datetime | None = None


def find_reason(message: Outgoing, circumstances: Circumstances) -> Withholding | None:
    overlay = find_overlay(message, circumstances)
    return overlay.reason if overlay else None


@pytest.mark.parametrize("kind", MessageKind)
def test_without_any_circumstance_everything_is_told(kind: MessageKind) -> None:
    assert find_overlay(replace(FIRING, kind=kind), Circumstances()) is None


@pytest.mark.parametrize("kind", ABOUT_ALERTS)
@pytest.mark.parametrize(
    ("silence", "covers"),
    [
        (ActiveSilence(1, "", "moving house"), True),
        (ActiveSilence(2, "", "moving house"), False),
        (ActiveSilence(None, "risk_critical", "moving house"), True),
        (ActiveSilence(None, "risk_warning", "moving house"), False),
    ],
)
def test_a_silence_covers_every_message_of_its_rule_or_metric(
    kind: MessageKind, silence: ActiveSilence, *, covers: bool
) -> None:
    overlay = find_overlay(replace(FIRING, kind=kind), Circumstances(silences=[silence]))
    assert (overlay and (overlay.reason, overlay.detail)) == (
        (Withholding.SILENCED, "moving house") if covers else None
    )


def test_what_is_not_about_a_rule_cannot_be_silenced() -> None:
    message = Outgoing(kind=MessageKind.FIRING, episode_id=7)
    silences = [ActiveSilence(1, "", ""), ActiveSilence(None, "risk_critical", "")]
    assert find_overlay(message, Circumstances(silences=silences)) is None


@pytest.mark.parametrize(
    ("acknowledged", "severity", "is_kept"),
    [("warning", "warning", True), ("critical", "warning", True), ("warning", "critical", False)],
)
def test_an_acknowledgement_stops_reminders_until_it_grows_worse(
    acknowledged: str, severity: str, *, is_kept: bool
) -> None:
    circumstances = Circumstances(acknowledgements={7: [Acknowledgement(acknowledged)]})
    reminder = replace(FIRING, kind=MessageKind.REMINDER, severity=severity)
    assert find_reason(reminder, circumstances) is (Withholding.ACKNOWLEDGED if is_kept else None)
    assert find_reason(replace(reminder, episode_id=8), circumstances) is None


@pytest.mark.parametrize("kind", [kind for kind in ABOUT_ALERTS if kind is not MessageKind.REMINDER])
def test_an_acknowledgement_stops_nothing_that_is_new(kind: MessageKind) -> None:
    circumstances = Circumstances(acknowledgements={7: [Acknowledgement("critical")]})
    assert find_reason(replace(FIRING, kind=kind), circumstances) is None


def test_a_withdrawn_acknowledgement_stops_nothing() -> None:
    circumstances = Circumstances(acknowledgements={7: [Acknowledgement("critical", withdrawn_at=NOON)]})
    assert find_reason(replace(FIRING, kind=MessageKind.REMINDER), circumstances) is None


def test_an_old_source_speaks_for_what_is_built_on_it_and_for_nothing_else() -> None:
    circumstances = Circumstances(old_sources=frozenset({"sales", "prices"}))
    overlay = find_overlay(FIRING, circumstances)
    assert overlay is not None
    assert (overlay.reason, overlay.detail) == (Withholding.INHIBITED, "sales")
    assert find_reason(replace(FIRING, metric="wb_accounts_total"), circumstances) is None
    assert find_reason(replace(FIRING, metric=""), circumstances) is None


@pytest.mark.parametrize("kind", ABOUT_ALERTS)
def test_an_old_source_keeps_no_end_back(kind: MessageKind) -> None:
    ends = kind in {MessageKind.RESOLVED, MessageKind.CLOSED}
    reason = find_reason(replace(FIRING, kind=kind), Circumstances(old_sources=frozenset({"sales"})))
    assert reason is (None if ends else Withholding.INHIBITED)


@pytest.mark.parametrize("kind", ABOUT_ALERTS)
def test_a_beginning_that_is_over_is_not_told_any_more(kind: MessageKind) -> None:
    outdated = kind in {MessageKind.FIRING, MessageKind.REMINDER}
    reason = find_reason(replace(FIRING, kind=kind, is_over=True), Circumstances())
    assert reason is (Withholding.OUTDATED if outdated else None)


@pytest.mark.parametrize("kind", [MessageKind.RESOLVED, MessageKind.CLOSED])
def test_the_end_of_what_nobody_was_told_of_is_not_told(kind: MessageKind) -> None:
    message = replace(FIRING, kind=kind, is_over=True)
    assert find_reason(message, Circumstances(untold_episodes=frozenset({7}))) is Withholding.OUTDATED
    assert find_reason(message, Circumstances(untold_episodes=frozenset({8}))) is None


def test_quiet_messages_are_kept() -> None:
    assert find_reason(replace(FIRING, is_quiet=True), Circumstances()) is Withholding.FLAPPING


def test_what_will_be_told_later_is_never_called_silenced_or_inhibited_when_it_will_not() -> None:
    """An evaluation tells again what was silenced or inhibited: not what is over, quiet or acknowledged as well."""
    everything = Circumstances(
        silences=[ActiveSilence(1, "", "")],
        acknowledgements={7: [Acknowledgement("critical")]},
        old_sources=frozenset({"sales"}),
        untold_episodes=frozenset({7}),
    )
    for kind, is_quiet, is_over in product(ABOUT_ALERTS, (False, True), (False, True)):
        message = replace(FIRING, kind=kind, is_quiet=is_quiet, is_over=is_over)
        expected = Withholding.SILENCED
        if kind in {MessageKind.RESOLVED, MessageKind.CLOSED} or (
            is_over and kind in {MessageKind.FIRING, MessageKind.REMINDER}
        ):
            expected = Withholding.OUTDATED
        elif is_quiet:
            expected = Withholding.FLAPPING
        elif kind is MessageKind.REMINDER:
            expected = Withholding.ACKNOWLEDGED
        assert find_reason(message, everything) is expected, message
