"""Bars over dates or names."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from supplybrain.charts.describe import describe_marks, describe_series, describe_thresholds
from supplybrain.charts.parts import (
    Figure,
    LegendItem,
    Mark,
    Series,
    Table,
    Threshold,
    list_legend,
    list_unique,
    require_lengths,
)
from supplybrain.charts.words import Moment, format_amount, format_moment, to_milliseconds


@dataclass(frozen=True, kw_only=True)
class BarChart(Figure):
    """A bar per date or name and series, stacked; marked ones stand on a band in the mark's colour.

    Args:
        x: Dates or names.
        series: Each with as many values as `x`; several are stacked.
        marks: Each at a value of `x`: out of stock on that day, for instance.

    Raises:
        ValueError: If a series has another number of values than `x`, or a mark is not on the axis.
    """

    x: Sequence[Moment | str]
    series: Sequence[Series]
    thresholds: Sequence[Threshold] = ()
    marks: Sequence[Mark] = ()

    def __post_init__(self) -> None:
        require_lengths(self.series, len(self.x))
        places = set(self.x)
        if absent := [mark.label for mark in self.marks if mark.x not in places]:
            raise ValueError(f"Marks that are not on the axis: {', '.join(absent)}.")

    @cached_property
    def data(self) -> dict[str, Any]:
        """What charts.js draws."""
        position = {place: at for at, place in enumerate(self.x)}
        return {
            "kind": "bar",
            "unit": self.unit,
            "axis": "name" if self._has_names else "day",
            "x": {"list": [place if isinstance(place, str) else to_milliseconds(place) for place in self.x]},
            "series": [series.to_data() for series in self.series],
            "thresholds": [threshold.to_data() for threshold in self.thresholds],
            "marks": [{"at": position[mark.x], "label": mark.label, "tone": mark.tone} for mark in self.marks],
        }

    @property
    def description(self) -> str:
        """The chart in words."""
        sentences = [
            *(describe_series(series, self.x) for series in self.series),
            *describe_thresholds(self.thresholds),
            *describe_marks(self.marks),
        ]
        return f"{self.title}. {' '.join(sentences)}"

    @property
    def legend(self) -> list[LegendItem]:
        """What the bars and bands stand for."""
        return list_unique(
            [
                *list_legend(self.series, "bar", self.thresholds),
                *(LegendItem(mark.label, mark.tone, "range") for mark in self.marks),
            ]
        )

    @property
    def tables(self) -> list[Table]:
        """A row per bar, with its marks."""
        labels: dict[Moment | str, list[str]] = {}
        for mark in self.marks:
            labels.setdefault(mark.x, []).append(mark.label)
        extra = (gettext("Marks"),) if labels else ()
        rows = [
            (
                format_moment(place),
                *(format_amount(series.values[at]) for series in self.series),
                *(", ".join(labels.get(place, [])) for _column in extra),
            )
            for at, place in enumerate(self.x)
        ]
        first = gettext("Name") if self._has_names else gettext("Day")
        return [Table(self.title, (first, *(series.name for series in self.series), *extra), rows)]

    @property
    def _has_names(self) -> bool:
        return bool(self.x) and isinstance(self.x[0], str)
