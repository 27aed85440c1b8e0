"""What keeps people from being told, and leaves an alert's state alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

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
