"""Charts: what they hand to the browser, and what they say to those who do not see them."""

import json
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from supplybrain.charts import (
    ZOOMS,
    BarChart,
    LineChart,
    Mark,
    Series,
    ShadedRange,
    Shape,
    Sparkline,
    Threshold,
    Tone,
    Waterfall,
    WaterfallStep,
    format_amount,
    format_moment,
)

BEGIN = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def list_slots(count: int) -> list[datetime]:
    return [BEGIN + at * QUARTER for at in range(count)]


def make_line(values: list[int | None], **options: object) -> LineChart:
    series = [Series(name="Critical", values=values, shape=Shape.STEP)]
    return LineChart(chart_id="critical", title="Critical risk", x=list_slots(len(values)), series=series, **options)  # type: ignore[arg-type]


def test_an_even_axis_is_three_numbers_and_an_uneven_one_a_list() -> None:
    assert make_line([1, 2, 3]).data["x"] == {"start": 1772402400000, "step": 900_000, "count": 3}
    uneven = LineChart(
        chart_id="a",
        title="A",
        x=[date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 5)],
        series=[Series(name="A", values=[1, 2, 3])],
    )
    assert uneven.data["x"] == {"list": [1772323200000, 1772409600000, 1772668800000]}


def test_a_line_says_its_last_lowest_and_highest_value_and_counts_its_breaches() -> None:
    slots = list_slots(5)
    chart = make_line(
        [3, None, 1, 7, 7],
        thresholds=[Threshold(value=5, label="threshold")],
        shaded=[
            ShadedRange(start=slots[1], end=slots[2], label="no snapshot", tone=Tone.NEUTRAL),
            ShadedRange(start=slots[3], end=slots[4], label="breached"),
            ShadedRange(start=slots[0], end=slots[1], label="breached"),
        ],
    )
    with translation.override("en"):
        assert chart.description == (
            "Critical risk. Critical: last 7 (2026-03-01 23:00), lowest 1 (2026-03-01 22:30), "
            "highest 7 (2026-03-01 22:45). threshold: 5. "
            "breached: 2 times, the last from 2026-03-01 22:45 to 2026-03-01 23:00. "
            "no snapshot: 1 time, from 2026-03-01 22:15 to 2026-03-01 22:30."
        )
        assert [item.label for item in chart.legend] == ["Critical", "threshold: 5", "no snapshot", "breached"]


def test_a_line_without_values_says_so() -> None:
    with translation.override("en"):
        assert make_line([None, None]).description == "Critical risk. Critical: no values."
        assert make_line([]).description == "Critical risk. Critical: no values."


def test_many_points_are_a_table_of_days() -> None:
    values: list[int | None] = list(range(300))
    values[8:104] = [None] * 96  # all of 2 March
    with translation.override("en"):
        (table,) = make_line(values).tables
    assert table.headers == ("Day (UTC)", "Critical, lowest", "Critical, highest", "Critical, last")
    assert table.rows == [
        ("2026-03-01", "0", "7", "7"),
        ("2026-03-02", "–", "–", "–"),
        ("2026-03-03", "104", "199", "199"),
        ("2026-03-04", "200", "295", "295"),
        ("2026-03-05", "296", "299", "299"),
    ]


def test_series_and_axis_must_be_equally_long() -> None:
    with pytest.raises(ValueError, match=r"Series 'A' has 1 values for 2 points\."):
        BarChart(chart_id="a", title="A", x=["x", "y"], series=[Series(name="A", values=[1])])


def test_a_marked_bar_is_named_in_the_table_and_must_exist() -> None:
    days = [date(2026, 3, 1), date(2026, 3, 2)]
    series = [Series(name="Sold", values=[4, 0])]
    chart = BarChart(chart_id="a", title="Sales", x=days, series=series, marks=[Mark(x=days[1], label="out of stock")])
    with translation.override("en"):
        assert chart.tables[0].rows == [("2026-03-01", "4", ""), ("2026-03-02", "0", "out of stock")]
    assert chart.data["marks"] == [{"at": 1, "label": "out of stock", "tone": "attention"}]
    with pytest.raises(ValueError, match="not on the axis: lost"):
        BarChart(chart_id="a", title="Sales", x=days, series=series, marks=[Mark(x=date(2026, 4, 1), label="lost")])


def test_a_waterfall_must_add_up() -> None:
    steps = [
        WaterfallStep(label="Need", amount=2000),
        WaterfallStep(label="Stock", amount=-2100.5),
        WaterfallStep(label="Minimum", amount=600.5),
        WaterfallStep(label="Order", amount=500, is_total=True),
    ]
    chart = Waterfall(chart_id="why", title="Why 500", steps=steps)
    assert [(step["from"], step["to"]) for step in chart.data["steps"]] == [
        (0, 2000),
        (2000, -100.5),
        (-100.5, 500),
        (0, 500),
    ]
    with translation.override("en"):
        assert chart.description == "Why 500. Need: +2,000; Stock: −2,100.5; Minimum: +600.5; Order: 500."
    with pytest.raises(ValueError, match="'Order' is 501, but the steps above it come to 500"):
        Waterfall(chart_id="w", title="W", steps=[*steps[:3], WaterfallStep(label="Order", amount=501, is_total=True)])


def test_numbers_are_grouped_as_the_language_does() -> None:
    with translation.override("en"):
        assert [format_amount(amount) for amount in (1234567, 0.5, 2.0, 1 / 3, None)] == [
            "1,234,567",
            "0.5",
            "2",
            "0.33",
            "–",
        ]
    with translation.override("ru"):
        assert format_amount(1234567.5) == "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,5"


@given(st.lists(st.none() | st.integers(0, 10**6), max_size=400))
def test_a_sparkline_keeps_peaks_and_gaps_and_stays_small(values: list[int | None]) -> None:
    line = Sparkline(title="Critical", values=values)
    stretches = sum(value is not None and (at == 0 or values[at - 1] is None) for at, value in enumerate(values))
    heights = [float(point.partition(",")[2]) for points in line.lines for point in points.split()]
    assert len(line.lines) == stretches
    assert all(2 <= height <= line.height - 2 for height in heights)
    known = {value for value in values if value is not None}
    if len(known) > 1:
        assert (min(heights), max(heights)) == (2, line.height - 2)
    if stretches == 1:
        assert len(heights) <= 122


class Figure(HTMLParser):
    """The ids, labels and script of a rendered figure."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.json = ""
        self.in_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.setdefault(tag, dict(attrs))
        self.in_script = tag == "script"

    def handle_data(self, data: str) -> None:
        if self.in_script:
            self.json += data
            self.in_script = False


def test_a_figure_carries_its_data_its_words_and_its_table_and_no_code() -> None:
    chart = make_line([1, None, 3], zooms=ZOOMS[:1], unit="<b>pieces</b>")
    with translation.override("en"):
        html = render_to_string("supplybrain/charts/figure.html", {"chart": chart})
        figure = Figure(html)
        description = chart.description
    assert figure.attributes["figure"]["data-chart"] == figure.attributes["script"]["id"] == "critical-data"
    assert figure.attributes["script"]["type"] == "application/json"
    assert json.loads(figure.json)["series"][0]["values"] == [1, None, 3]
    assert json.loads(figure.json)["zooms"] == [{"label": "24 hours", "ms": 86_400_000}]
    canvas = html.partition('role="img" aria-label="')[2].partition('"')[0]
    assert canvas == description
    assert '<th scope="row">2026-03-01 22:00</th><td>1</td>' in html
    assert "<b>" not in html
    assert "style=" not in html


def test_of_many_shaded_times_the_table_has_the_last_ones() -> None:
    slots = list_slots(302)
    shaded = [ShadedRange(start=begin, end=end, label="firing") for begin, end in pairwise(slots)]
    chart = make_line([1] * 302, shaded=shaded)
    table = chart.tables[-1]
    assert (table.caption, len(table.rows)) == ("Shaded times: the last 200 of 301", 200)
    assert table.rows[-1][1] == format_moment(slots[-1])
    assert len(chart.data["ranges"]) == 301
