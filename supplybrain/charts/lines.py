"""Lines over time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from supplybrain.charts.describe import describe_marks, describe_ranges, describe_series, describe_thresholds
from supplybrain.charts.parts import (
    Figure,
    LegendItem,
    Mark,
    Series,
    ShadedRange,
    Table,
    Threshold,
    list_legend,
    list_unique,
    require_lengths,
)
from supplybrain.charts.times import encode_times
from supplybrain.charts.words import Moment, format_amount, format_moment, to_milliseconds

MOST_ROWS = 200  # beyond, a table has a row per day, and of ranges the last ones


@dataclass(frozen=True, slots=True)
class Zoom:
    """A button that shows the last so much of the chart."""

    label: "str | Promise"
    length: timedelta


ZOOMS = (
    Zoom(gettext_lazy("24 hours"), timedelta(days=1)),
    Zoom(gettext_lazy("7 days"), timedelta(days=7)),
    Zoom(gettext_lazy("30 days"), timedelta(days=30)),
    Zoom(gettext_lazy("90 days"), timedelta(days=90)),
)


@dataclass(frozen=True, kw_only=True)
class LineChart(Figure):
    """Series over times or dates, with thresholds, shaded ranges and marks.

    Args:
        x: Times with a zone, or dates; ascending.
        series: Each with as many values as `x`.
        zooms: Buttons for the end of the axis, short to long; the longest is where the chart starts.

    Raises:
        ValueError: If a series has another number of values than `x`.
    """

    x: Sequence[Moment]
    series: Sequence[Series]
    thresholds: Sequence[Threshold] = ()
    shaded: Sequence[ShadedRange] = ()
    marks: Sequence[Mark] = ()
    zooms: Sequence[Zoom] = ()

    def __post_init__(self) -> None:
        require_lengths(self.series, len(self.x))

    @cached_property
    def data(self) -> dict[str, Any]:
        """What charts.js draws."""
        return {
            "kind": "line",
            "unit": self.unit,
            "axis": "time" if self._has_times else "day",
            "x": encode_times(self.x),
            "series": [series.to_data() for series in self.series],
            "thresholds": [threshold.to_data() for threshold in self.thresholds],
            "ranges": [
                {"from": to_milliseconds(r.start), "to": to_milliseconds(r.end), "label": r.label, "tone": r.tone}
                for r in self.shaded
            ],
            "marks": [{"x": _place(mark), "label": mark.label, "tone": mark.tone} for mark in self.marks],
            "zooms": [
                {"label": str(zoom.label), "ms": zoom.length // timedelta(milliseconds=1)} for zoom in self.zooms
            ],
        }

    @property
    def description(self) -> str:
        """The chart in words."""
        sentences = [
            *(describe_series(series, self.x) for series in self.series),
            *describe_thresholds(self.thresholds),
            *describe_ranges(self.shaded),
            *describe_marks(self.marks),
        ]
        return f"{self.title}. {' '.join(sentences)}"

    @property
    def legend(self) -> list[LegendItem]:
        """What the lines and areas stand for."""
        return list_unique(
            [
                *list_legend(self.series, "line", self.thresholds),
                *(LegendItem(shaded.label, shaded.tone, "range") for shaded in self.shaded),
            ]
        )

    @property
    def tables(self) -> list[Table]:
        """The points, or their days if there are many; then the ranges and the marks."""
        points = self._tabulate_days() if len(self.x) > MOST_ROWS and self._has_times else self._tabulate_points()
        return [points, *self._tabulate_ranges()]

    @property
    def _has_times(self) -> bool:
        return bool(self.x) and isinstance(self.x[0], datetime)

    def _tabulate_points(self) -> Table:
        rows = [
            (format_moment(moment), *(format_amount(series.values[at]) for series in self.series))
            for at, moment in enumerate(self.x)
        ]
        return Table(self.title, (self._name_axis(), *(series.name for series in self.series)), rows)

    def _tabulate_days(self) -> Table:
        words = (gettext("%(name)s, lowest"), gettext("%(name)s, highest"), gettext("%(name)s, last"))
        headers = [word % {"name": series.name} for series in self.series for word in words]
        return Table(self.title, (gettext("Day (UTC)"), *headers), list(self._list_days()))

    def _list_days(self) -> Iterator[tuple[str, ...]]:
        for day, points in groupby(enumerate(self.x), key=lambda point: _day_of(point[1])):
            places = [at for at, _moment in points]
            cells: list[str] = []
            for series in self.series:
                known = [value for at in places if (value := series.values[at]) is not None]
                trio = (min(known), max(known), known[-1]) if known else (None, None, None)
                cells += map(format_amount, trio)
            yield (format_moment(day), *cells)

    def _tabulate_ranges(self) -> list[Table]:
        tables = []
        if self.shaded:
            tables.append(self._tabulate_shaded())
        if self.marks:
            marked = [(format_moment(mark.x), mark.label) for mark in self.marks]
            tables.append(Table(gettext("Marks"), (self._name_axis(), gettext("Meaning")), marked))
        return tables

    def _tabulate_shaded(self) -> Table:
        caption, shown = gettext("Shaded times"), self.shaded
        if len(shown) > MOST_ROWS:
            caption = gettext("Shaded times: the last %(count)s of %(all)s")
            caption %= {"count": format_amount(MOST_ROWS), "all": format_amount(len(shown))}
            shown = sorted(shown, key=lambda shaded: shaded.start)[-MOST_ROWS:]
        rows = [(format_moment(shaded.start), format_moment(shaded.end), shaded.label) for shaded in shown]
        return Table(caption, (gettext("From"), gettext("To"), gettext("Meaning")), rows)

    def _name_axis(self) -> str:
        return gettext("Time (UTC)") if self._has_times else gettext("Day")


def _day_of(moment: Moment) -> Moment:
    return moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment


def _place(mark: Mark) -> int:
    if isinstance(mark.x, str):
        raise TypeError(f"Mark {mark.label!r} must be at a time or a date.")
    return to_milliseconds(mark.x)
