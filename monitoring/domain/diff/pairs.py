"""Pairs of what was and what is, of any table of facts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitoring.domain.causes import CAUSES, PLACE, Cause, CauseShare
from monitoring.domain.contributors import Details, Subject
from monitoring.domain.diff.result import ABSENT, CauseTotal, Diff, DiffContributor, Transition
from monitoring.domain.intervals import match_rows
from planning_core.domain.arrays import FloatArray, IntArray

CauseList = list[tuple[CauseShare, ...]]
"""The causes of each of the ranked pairs, the most telling one first."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Everything that is in either slot: its row then and now, -1 where absent, and what it adds to the metric."""

    before: IntArray
    after: IntArray
    value_before: IntArray
    value_after: IntArray
    state_before: IntArray
    state_after: IntArray
    states: Sequence[str]

    @property
    def delta(self) -> IntArray:
        """The change of each pair's part of the metric."""
        return self.value_after - self.value_before

    def rank(self, weight: FloatArray) -> IntArray:
        """Return the pairs that moved the metric, the largest change first, then the largest weight."""
        moved = np.flatnonzero(self.delta)
        return moved[np.lexsort((moved, -weight[moved], -np.abs(self.delta[moved])))]

    def find_stayed(self, ranked: IntArray) -> IntArray:
        """Return the places of the ranked pairs that both slots have."""
        return np.flatnonzero((self.before[ranked] >= 0) & (self.after[ranked] >= 0))

    def explain_missing(self, ranked: IntArray, added: IntArray, removed: IntArray) -> CauseList:
        """Return the cause of each ranked pair that one of the slots lacks, nothing for the others.

        Args:
            ranked: Those that moved the metric.
            added: Place of the cause of each ranked pair in case that it is new.
            removed: The same in case that it is gone.
        """
        causes: CauseList = [()] * len(ranked)
        for places, rows in ((added, self.before), (removed, self.after)):
            for place in np.flatnonzero(rows[ranked] < 0).tolist():
                delta = int(self.delta[ranked[place]])
                causes[place] = (CauseShare(CAUSES[places[place]], delta, delta),)
        return causes

    def describe(
        self,
        pair: int,
        subject: Subject,
        details: tuple[Details | None, Details | None],
        causes: tuple[CauseShare, ...],
    ) -> DiffContributor:
        """Return a pair as a row for people; the details are those of then and of now."""
        return DiffContributor(
            subject=subject,
            before=int(self.value_before[pair]),
            after=int(self.value_after[pair]),
            state_before=self.states[self.state_before[pair]],
            state_after=self.states[self.state_after[pair]],
            details_before=details[0],
            details_after=details[1],
            causes=causes,
        )

    def sum_up(self, contributors: Sequence[DiffContributor], causes: CauseList, ranked: IntArray) -> Diff:
        """Return the change of the metric.

        Args:
            contributors: Those of the ranked pairs that are shown.
            causes: The causes of all ranked pairs, none without any.
            ranked: All pairs that moved the metric.
        """
        delta = self.delta[ranked]
        return Diff(
            before=sum(self.value_before.tolist()),
            after=sum(self.value_after.tolist()),
            contributors=contributors,
            n_contributors=len(ranked),
            transitions=self._count_transitions(),
            appeared=int(np.count_nonzero(self.before < 0)),
            disappeared=int(np.count_nonzero(self.after < 0)),
            causes=sum_causes([shares[0].cause for shares in causes], delta.tolist()),
            explained=sum(delta.tolist()),
        )

    def _count_transitions(self) -> list[Transition]:
        width = len(self.states)
        cells = np.bincount(self.state_before * width + self.state_after, minlength=width * width)
        transitions = [
            Transition(self.states[cell // width], self.states[cell % width], int(cells[cell]))
            for cell in np.flatnonzero(cells).tolist()
            if cell // width != cell % width
        ]
        return sorted(transitions, key=lambda transition: -transition.count)


def pair_rows(
    *,
    keys: tuple[Sequence[IntArray], Sequence[IntArray]],
    values: tuple[IntArray, IntArray],
    states: tuple[IntArray, IntArray],
    names: Sequence[str],
) -> Pairs:
    """Return the pairs of the two states of a table; each argument has the earlier state first.

    Args:
        keys: Key columns.
        values: Parts of the metric.
        states: Places in `names`.
        names: The states that a row can be in.
    """
    matching = match_rows(*keys)
    before = np.concatenate([matching.before, matching.gone])
    after = np.concatenate([np.arange(len(matching.before)), np.full(len(matching.gone), -1)])
    absent = len(names)
    return Pairs(
        before=before,
        after=after,
        value_before=pick(values[0], before, 0),
        value_after=pick(values[1], after, 0),
        state_before=pick(states[0], before, absent),
        state_after=pick(states[1], after, absent),
        states=(*names, ABSENT),
    )


def pick(values: IntArray, rows: IntArray, default: int) -> IntArray:
    """Return the values at the rows, the default for row -1."""
    return np.append(values, default)[rows]


def fill(causes: CauseList, places: IntArray, found: CauseList) -> CauseList:
    """Return the causes with those that were found at their places."""
    filled = list(causes)
    for place, shares in zip(places.tolist(), found, strict=True):
        filled[place] = shares
    return filled


def sum_causes(causes: Sequence[Cause], deltas: Sequence[int]) -> list[CauseTotal]:
    """Return what each cause moved, the largest change first."""
    totals = {cause: [0, 0] for cause in sorted(set(causes), key=PLACE.__getitem__)}
    for cause, delta in zip(causes, deltas, strict=True):
        totals[cause][0] += 1
        totals[cause][1] += delta
    rows = [CauseTotal(cause, count, delta) for cause, (count, delta) in totals.items()]
    return sorted(rows, key=lambda total: (-abs(total.delta), -total.contributors))
