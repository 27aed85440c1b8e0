"""What keeps people from being told, and leaves an alert's state alone. Looked at when a message is about to leave."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from monitoring.domain.alerting.trust import METRIC_SOURCES
from monitoring.domain.alerting.words import MessageKind, Withholding
from monitoring.domain.alerts import AlertSeverity


class Acknowledged(Protocol):
    """What an acknowledgement says. The row of its table is one."""

    @property
    def severity(self) -> str:
        """Of the episode when it was acknowledged."""

    @property
    def created_at(self) -> datetime:
        """When it was acknowledged."""

    @property
    def withdrawn_at(self) -> datetime | None:
        """When it was taken back; None if it was not."""


AcknowledgedT = TypeVar("AcknowledgedT", bound=Acknowledged)


def covers_severity(acknowledged: str, severity: str) -> bool:
    """Return whether somebody who acknowledged one severity has acknowledged another: the same or a lesser one.

    Example:
        >>> covers_severity("warning", "critical"), covers_severity("critical", "warning")
        (False, True)
    """
    return acknowledged == AlertSeverity.CRITICAL or severity != AlertSeverity.CRITICAL


def find_acknowledgement(acknowledgements: Iterable[AcknowledgedT], *, severity: str) -> AcknowledgedT | None:
    """Return the acknowledgement of an episode that counts: the latest that still holds; None if none does.

    One that was withdrawn does not, and neither does one of an episode that has grown worse since.

    Args:
        acknowledgements: Those of the episode, in any order.
        severity: Of the episode now.
    """
    holding = [one for one in acknowledgements if one.withdrawn_at is None and covers_severity(one.severity, severity)]
    return max(holding, key=lambda one: one.created_at, default=None)


ENDINGS = frozenset({MessageKind.RESOLVED, MessageKind.CLOSED})
"""Messages that an episode is over. All others about an episode tell that there is one."""

OUTDATED_BY_THE_END = frozenset({MessageKind.FIRING, MessageKind.REMINDER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message that is about to leave.

    Args:
        kind: What it says.
        is_quiet: Whether it is only kept, because its alert is flapping.
        rule_id: The rule that it is about; None if it is about none.
        metric: The metric of that rule; empty without one.
        episode_id: The episode that it is about; None if it is about none.
        severity: Of that episode now.
        is_over: Whether that episode has ended.
    """

    kind: MessageKind
    is_quiet: bool = False
    rule_id: int | None = None
    metric: str = ""
    episode_id: int | None = None
    severity: str = AlertSeverity.CRITICAL
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class ActiveSilence:
    """A silence that is in force: of a rule, or of all rules on a metric."""

    rule_id: int | None
    metric: str
    reason: str

    def covers(self, message: Outgoing) -> bool:
        """Return whether a message is one of those that are not to be told."""
        if self.rule_id is not None:
            return self.rule_id == message.rule_id
        return self.metric == message.metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What holds at the moment that messages are about to leave for a channel.

    Args:
        silences: Those in force.
        acknowledgements: By episode, who acknowledged it and as what.
        old_sources: Sources whose own alert is open.
        untold_episodes: Episodes whose every message so far was kept from this channel.
    """

    silences: Sequence[ActiveSilence] = ()
    acknowledgements: Mapping[int, Sequence[Acknowledged]] = field(default_factory=dict)
    old_sources: frozenset[str] = frozenset()
    untold_episodes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Overlay:
    """Why a message is kept from a channel, with what a person may want to know about it."""

    reason: Withholding
    detail: str = ""


def find_overlay(message: Outgoing, circumstances: Circumstances) -> Overlay | None:
    """Return what keeps a message from being told, None if nothing does.

    Of several reasons the one counts that will last: `silenced` and `inhibited` say that there is something to be told
    once they are over.

    Args:
        message: The message.
        circumstances: What holds now.
    """
    if _is_outdated(message, circumstances):
        return Overlay(Withholding.OUTDATED)
    if message.is_quiet:
        return Overlay(Withholding.FLAPPING)
    if _is_acknowledged(message, circumstances):
        return Overlay(Withholding.ACKNOWLEDGED)
    if silence := next((one for one in circumstances.silences if one.covers(message)), None):
        return Overlay(Withholding.SILENCED, silence.reason)
    if old := _list_inhibiting_sources(message, circumstances):
        return Overlay(Withholding.INHIBITED, ", ".join(old))
    return None


def _is_outdated(message: Outgoing, circumstances: Circumstances) -> bool:
    """Return whether there is nothing left to tell: it is over, or the end of something that nobody was told of."""
    if message.kind in ENDINGS:
        return message.episode_id in circumstances.untold_episodes
    return message.is_over and message.kind in OUTDATED_BY_THE_END


def _is_acknowledged(message: Outgoing, circumstances: Circumstances) -> bool:
    """Return whether somebody looks after it: then nobody is reminded, but still told what is new."""
    if message.kind is not MessageKind.REMINDER or message.episode_id is None:
        return False
    given = circumstances.acknowledgements.get(message.episode_id, ())
    return find_acknowledgement(given, severity=message.severity) is not None


def _list_inhibiting_sources(message: Outgoing, circumstances: Circumstances) -> list[str]:
    """Return the sources whose own alert speaks for this one. What is over is over, whatever became of its source."""
    if message.kind in ENDINGS:
        return []
    return sorted(circumstances.old_sources.intersection(METRIC_SOURCES.get(message.metric, ())))
