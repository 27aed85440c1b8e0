"""Pages of long tables, newest first, found by the place of a row in time rather than by counting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

RowT = TypeVar("RowT")


class Direction(StrEnum):
    """Which way a page lies from a row."""

    OLDER = "older"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Position:
    """A place between rows: beside one of them, on one side.

    Args:
        at: The moment that the rows are ordered by, of that row.
        row_id: Its id, which decides between rows of one moment.
        direction: On which side the page lies.
    """

    at: datetime
    row_id: int
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[RowT]):
    """Rows, newest first, and where the pages beside them begin.

    Args:
        rows: The rows.
        older: Where the page of older rows begins; None if there is none.
        newer: Where the page of newer rows begins; None at the newest end.
    """

    rows: list[RowT] = field(default_factory=list)
    older: Position | None = None
    newer: Position | None = None


def load_page(rows: QuerySet[Any, RowT], *, at: str, limit: int, position: Position | None = None) -> Page[RowT]:
    """Return a page of rows, newest first, in one statement.

    The thousandth page costs what the first one costs, given an index on the moment and the id: it is entered at the
    position. New rows come before the first page and move none of the others.

    Args:
        rows: The rows to choose from, as objects or as dictionaries.
        at: The column with the moment that they are ordered by.
        limit: How many rows at most, positive.
        position: Where the page begins; at the newest row if left out.
    """
    direction = position.direction if position else Direction.OLDER
    found = list(_select(rows, at, direction, position)[: limit + 1])
    has_more, found = len(found) > limit, found[:limit]
    if direction is Direction.NEWER:
        found.reverse()
    if not found:
        return Page()
    is_older_there = has_more if direction is Direction.OLDER else True  # the page it was reached from
    is_newer_there = has_more if direction is Direction.NEWER else position is not None
    return Page(
        rows=found,
        older=_place_beside(found[-1], at, Direction.OLDER) if is_older_there else None,
        newer=_place_beside(found[0], at, Direction.NEWER) if is_newer_there else None,
    )


def _select(rows: QuerySet[Any, RowT], at: str, direction: Direction, position: Position | None) -> QuerySet[Any, RowT]:
    """Return the rows on one side of a position, the nearest first."""
    is_newer = direction is Direction.NEWER
    rows = rows.order_by(at, "id") if is_newer else rows.order_by(f"-{at}", "-id")
    if position is None:
        return rows
    # The first condition is where the index is entered, the second drops what shares the moment: an OR of the two cases
    # would be a filter over the whole index.
    inwards, outwards = ("gte", "lte") if is_newer else ("lte", "gte")
    beside = rows.filter(**{f"{at}__{inwards}": position.at})
    return beside.exclude(**{at: position.at, f"id__{outwards}": position.row_id})


def _place_beside(row: Any, at: str, direction: Direction) -> Position:
    if isinstance(row, Mapping):
        return Position(row[at], row["id"], direction)
    return Position(getattr(row, at), row.pk, direction)
