"""What charts are put together from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from supplybrain.charts.words import Amount, Moment, format_amount


class Tone(StrEnum):
    """What a colour means; the theme decides which colour it is (charts.css)."""

    ACCENT = "accent"
    NEUTRAL = "neutral"
    GOOD = "good"
    NOTE = "note"
    ATTENTION = "attention"
    ALARM = "alarm"


class Shape(StrEnum):
    """How a line gets from one value to the next: straight, or by holding the value until the next one."""

    LINE = "line"
    STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One value per point of the axis; None leaves a gap."""

    name: str
    values: Sequence[Amount | None]
    tone: Tone = Tone.ACCENT
    shape: Shape = Shape.LINE

    def to_data(self) -> dict[str, Any]:
        """Return what charts.js draws."""
        return {"name": self.name, "values": list(self.values), "tone": self.tone, "shape": self.shape}


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A level across the whole chart."""

    value: Amount
    label: str
    tone: Tone = Tone.ALARM

    def to_data(self) -> dict[str, Any]:
        """Return what charts.js draws."""
        return {"value": self.value, "label": self.label, "tone": self.tone}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadedRange:
    """A stretch of time with a meaning. The neutral tone is hatched: times that nobody knows anything about."""

    start: Moment
    end: Moment
    label: str
    tone: Tone = Tone.ALARM


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One point of the axis with a meaning: a moment on a line chart, a bar on a bar chart."""

    x: Moment | str
    label: str
    tone: Tone = Tone.ATTENTION


@dataclass(frozen=True, slots=True)
class LegendItem:
    """A sample and what it stands for.

    Args:
        sample: How it is drawn: line, bar, threshold, range or mark.
    """

    label: str
    tone: Tone
    sample: str


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers as text; the first column names the row."""

    caption: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What every chart with axes has.

    Attributes:
        chart_id: Unique on the page; letters, digits and hyphens.
        title: The caption.
        unit: Of the amounts.
        note: A line below the chart.
    """

    chart_id: str
    title: str
    unit: str = ""
    note: str = ""

    @property
    def data_id(self) -> str:
        """The id of the script element with the data."""
        return f"{self.chart_id}-data"


def list_legend(series: Iterable[Series], shape: str, thresholds: Iterable[Threshold]) -> list[LegendItem]:
    """Return what series, drawn in a shape, and thresholds stand for."""
    return [
        *(LegendItem(one.name, one.tone, shape) for one in series),
        *(LegendItem(f"{one.label}: {format_amount(one.value)}", one.tone, "threshold") for one in thresholds),
    ]


def require_lengths(series: Iterable[Series], count: int) -> None:
    """Refuse series that do not have one value per point.

    Raises:
        ValueError: If one has another number of values; the message names it.
    """
    for one in series:
        if len(one.values) != count:
            raise ValueError(f"Series {one.name!r} has {len(one.values)} values for {count} points.")


def list_unique(items: Iterable[LegendItem]) -> list[LegendItem]:
    """Return every different item once, in order: a hundred ranges of breach are one line of the legend."""
    return list(dict.fromkeys(items))
