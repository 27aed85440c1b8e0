"""What made a metric change between two slots, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitoring.domain.causes import Cause, CauseShare
from monitoring.domain.contributors import Details, Subject

ABSENT = "absent"
"""The state of what one of the two slots does not have."""


@dataclass(frozen=True, slots=True)
class DiffContributor:
    """One of those whose part of the metric changed.

    Attributes:
        subject: Who.
        before: Its part then.
        after: Its part now.
        state_before: A risk level, `ordered` or `not_ordered`, `active` or `inactive`, or `absent`.
        state_after: The same of now.
        details_before: What the part followed from; None if it was absent.
        details_after: What it follows from; None if it is absent.
        causes: Why, the most telling first.
    """

    subject: Subject
    before: int
    after: int
    state_before: str
    state_after: str
    details_before: Details | None
    details_after: Details | None
    causes: tuple[CauseShare, ...]

    @property
    def delta(self) -> int:
        """The change of its part."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Transition:
    """How many went from one state to another, whether or not that moved the metric."""

    state_before: str
    state_after: str
    count: int


@dataclass(frozen=True, slots=True)
class CauseTotal:
    """What all contributors with the same first cause moved together."""

    cause: Cause
    contributors: int
    delta: int


@dataclass(frozen=True, slots=True)
class Diff:
    """The change of a metric.

    Attributes:
        before: Sum over the earlier facts.
        after: Sum over the later facts.
        contributors: Those with the largest changes.
        n_contributors: How many there are in all.
        transitions: Changes of state, the most frequent first.
        appeared: How many were absent before.
        disappeared: How many are absent now.
        causes: By first cause, the largest change first.
        explained: Sum of the changes of all contributors: equal to the delta, always.
    """

    before: int
    after: int
    contributors: Sequence[DiffContributor]
    n_contributors: int
    transitions: Sequence[Transition]
    appeared: int
    disappeared: int
    causes: Sequence[CauseTotal]
    explained: int

    @property
    def delta(self) -> int:
        """The change of the metric."""
        return self.after - self.before
