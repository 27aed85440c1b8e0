"""Lines the size of a word: plain SVG, made here, so that a page of them needs no script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.utils.translation import gettext

from supplybrain.charts.parts import Tone
from supplybrain.charts.words import Amount, format_amount

WIDTH, HEIGHT, MARGIN = 120, 32, 2
COLUMNS = 60  # a slot every 15 minutes for 30 days is 2,880 points on 120 pixels

Point = tuple[int, Amount]


@dataclass(frozen=True, kw_only=True)
class Sparkline:
    """A series without axes.

    Args:
        title: What it shows and over which time: the reader of the screen hears it.
        values: Evenly spaced, oldest first; None leaves a gap.
    """

    title: str
    values: Sequence[Amount | None]
    tone: Tone = Tone.ACCENT

    width = WIDTH
    height = HEIGHT

    @property
    def description(self) -> str:
        """The line in words."""
        known = self._known
        if not known:
            return gettext("%(name)s: no values.") % {"name": self.title}
        words = gettext("%(name)s: last %(last)s, lowest %(low)s, highest %(high)s.")
        low, high, last = min(known), max(known), known[-1]
        numbers = {"last": format_amount(last), "low": format_amount(low), "high": format_amount(high)}
        return words % {"name": self.title, **numbers}

    @cached_property
    def lines(self) -> list[str]:
        """The points of a polyline per stretch without a gap; a lone value comes twice, which draws a dot."""
        return [" ".join(map(self._place, points * 2 if len(points) == 1 else points)) for points in self._stretches()]

    @cached_property
    def _known(self) -> list[Amount]:
        return [value for value in self.values if value is not None]

    @cached_property
    def _bounds(self) -> tuple[Amount, Amount]:
        return min(self._known), max(self._known)

    def _stretches(self) -> Iterator[list[Point]]:
        for is_known, group in groupby(enumerate(self.values), key=lambda pair: pair[1] is not None):
            if is_known:
                yield _thin([(at, value) for at, value in group if value is not None], len(self.values))

    def _place(self, point: Point) -> str:
        at, value = point
        low, high = self._bounds
        x = at / max(len(self.values) - 1, 1) * (WIDTH - 2 * MARGIN) + MARGIN
        share = (value - low) / (high - low) if high > low else 0.5
        return f"{x:.1f},{HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN):.1f}"


def _thin(points: list[Point], count: int) -> list[Point]:
    """Return the lowest and the highest point of every column, in order: no peak is lost, and no gap is closed."""
    if count <= 2 * COLUMNS:
        return points
    kept: list[Point] = []
    for _column, group in groupby(points, key=lambda point: point[0] * COLUMNS // count):
        column = list(group)
        ends = {min(column, key=lambda point: point[1]), max(column, key=lambda point: point[1])}
        kept += sorted(ends)
    return list(dict.fromkeys([points[0], *kept, points[-1]]))
