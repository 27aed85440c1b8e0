"""The facts of the demo company's past: gathered slot by slot, stored at the end."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from monitoring.domain.facts import Facts
from monitoring.selectors.facts import load_current_facts
from monitoring.services.facts import TableChange, describe_current, list_changes
from planning_core.services.copy import copy_rows

Row = Sequence[object]


class FactHistory:
    """Collects the facts of slots and stores them as a capture would have done slot by slot, at a tenth of the cost."""

    def __init__(self) -> None:
        self._before = load_current_facts()  # nothing, in the right shape
        self._tables: dict[str, _Table] = {}

    def add(self, facts: Facts, *, slot: datetime) -> None:
        """Note the facts of a slot that is later than all before."""
        for change in list_changes(facts, self._before):
            self._tables.setdefault(change.model.__name__, _Table(change)).note(change, slot)
        self._before = describe_current(facts)

    def store(self) -> None:
        """Write all of it."""
        for table in self._tables.values():
            copy_rows(table.model, ["valid_from_slot", "valid_to_slot", *table.fields], table.list_rows())


class _Table:
    """The rows of one table, as long as each of them held."""

    def __init__(self, change: TableChange) -> None:
        self.model = change.model
        self.fields = change.fields
        self._key_places = [list(change.fields).index(name) for name in change.key]
        self._open: dict[tuple[object, ...], tuple[datetime, Row]] = {}
        self._ended: list[Row] = []

    def note(self, change: TableChange, slot: datetime) -> None:
        """Note what ended and what began in a slot."""
        for key in zip(*change.ended, strict=True):
            began, row = self._open.pop(key)
            self._ended.append((began, slot, *row))
        for row in change.began:
            self._open[tuple(row[place] for place in self._key_places)] = (slot, row)

    def list_rows(self) -> Iterator[Row]:
        """Yield every row with its validity."""
        yield from self._ended
        yield from ((began, None, *row) for began, row in self._open.values())
