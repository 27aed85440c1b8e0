"""The axis of a chart over time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, overload

from supplybrain.charts.words import Moment, to_milliseconds

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class EvenTimes(Sequence[datetime]):
    """Times at even distances, worked out as they are asked for: months of slots are three numbers.

    Args:
        start: The first one, with a zone.
        step: From one to the next, positive.
        length: How many.
    """

    start: datetime
    step: timedelta
    length: int

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[datetime]:
        return (self.start + at * self.step for at in range(self.length))

    @overload
    def __getitem__(self, place: int) -> datetime: ...
    @overload
    def __getitem__(self, place: slice) -> list[datetime]: ...

    def __getitem__(self, place: int | slice) -> datetime | list[datetime]:
        """Return one of them, or several."""
        places = range(self.length)[place]
        if isinstance(places, range):
            return [self.start + at * self.step for at in places]
        return self.start + places * self.step


def encode_times(x: Sequence[Moment]) -> dict[str, Any]:
    """Return an axis as its start, step and count if it is even; else as a list [ms since 1970].

    Args:
        x: Times or dates, ascending.
    """
    if isinstance(x, EvenTimes):
        return {"start": to_milliseconds(x.start), "step": x.step // MILLISECOND, "count": x.length}
    times = [to_milliseconds(moment) for moment in x]
    steps = {after - before for before, after in pairwise(times)}
    if len(steps) == 1:
        return {"start": times[0], "step": steps.pop(), "count": len(times)}
    return {"list": times}
