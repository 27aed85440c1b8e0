"""Charts of the admin's pages: described in Python, drawn in the browser, readable without either.

A page builds a chart and hands it to its template:

    chart = LineChart(
        chart_id="critical",  # unique on the page
        title=gettext("Critical risk"),
        unit=gettext("bundle types"),
        x=slots,  # datetimes (shown in UTC) or dates, ascending; EvenTimes for thousands
        series=[Series(name=gettext("Critical risk"), values=values, shape=Shape.STEP)],  # None is a gap
        thresholds=[Threshold(value=5, label=gettext("threshold"), tone=Tone.ALARM)],
        shaded=[ShadedRange(start=begin, end=end, label=gettext("breached"), tone=Tone.ALARM)],
        zooms=ZOOMS,
    )

    {% block extrahead %}{{ block.super }}{% include "supplybrain/charts/head.html" %}{% endblock %}
    {% include "supplybrain/charts/figure.html" with chart=chart %}
    {% include "supplybrain/charts/sparkline.html" with sparkline=sparkline %}   (needs no script)

The figure holds a caption, the drawing with its description in words (lowest, highest, last), a legend, and the
numbers as a table. Every chart has `chart_id`, `title`, `unit`, `note`, `data` (what charts.js draws), `description`,
`legend` and `tables`. Texts come in the reader's language: build charts while answering a request.
"""

from supplybrain.charts.bars import BarChart
from supplybrain.charts.lines import ZOOMS, LineChart, Zoom
from supplybrain.charts.parts import LegendItem, Mark, Series, ShadedRange, Shape, Table, Threshold, Tone
from supplybrain.charts.sparklines import Sparkline
from supplybrain.charts.times import EvenTimes
from supplybrain.charts.waterfalls import Waterfall, WaterfallStep
from supplybrain.charts.words import format_amount, format_change, format_moment

__all__ = [
    "ZOOMS",
    "BarChart",
    "EvenTimes",
    "LegendItem",
    "LineChart",
    "Mark",
    "Series",
    "ShadedRange",
    "Shape",
    "Sparkline",
    "Table",
    "Threshold",
    "Tone",
    "Waterfall",
    "WaterfallStep",
    "Zoom",
    "format_amount",
    "format_change",
    "format_moment",
]
