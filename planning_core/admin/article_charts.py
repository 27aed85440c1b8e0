"""The charts of an article's page."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning_core.domain.waterfall import Waterfall as OrderWaterfall
from planning_core.services.article_page import PROJECTION_DAYS, SALES_DAYS, ArticleView
from planning_core.wording import render
from supplybrain.charts import (
    BarChart,
    LineChart,
    Mark,
    Series,
    Threshold,
    Tone,
    Waterfall,
    WaterfallStep,
    format_change,
)

STEPS: dict[str, Promise] = {
    "forecast": gettext_lazy("Demand"),
    "wb_stock": gettext_lazy("Stock at Wildberries"),
    "floor_at_zero": gettext_lazy("Surplus left aside"),
    "whole_pieces": gettext_lazy("Rounding down to whole pieces"),
    "scope": gettext_lazy("In planning or not"),
    "strictness": gettext_lazy("Strictness"),
    "fabric_minimum": gettext_lazy("Article's fabric minimum"),
    "elastic_minimum": gettext_lazy("Article's elastic minimum"),
    "even_split": gettext_lazy("Split over the SKUs"),
    "color_minimums": gettext_lazy("Colours' minimums"),
    "elastic_type_minimum": gettext_lazy("Elastic type's minimum"),
}
"""The steps from demand to order in words, in their order."""

LINE_TONES = (Tone.ACCENT, Tone.NOTE, Tone.ATTENTION, Tone.GOOD, Tone.NEUTRAL, Tone.ALARM)


def build_sales_chart(view: ArticleView) -> BarChart | None:
    """Return what was sold each day with the days out of stock marked, None without any sales."""
    if not view.sales:
        return None
    days = [view.sales_from + timedelta(days=day) for day in range(SALES_DAYS)]
    units = {day.date: day.units for day in view.sales}
    average = view.explanation.demand.avg_daily_sales
    line = Threshold(value=average, label=_("average in the forecast"), tone=Tone.NOTE)
    return BarChart(
        chart_id="sales",
        title=_("Sales of the last %(days)s days") % {"days": SALES_DAYS},
        unit=_("bundles a day"),
        x=days,
        series=[Series(name=_("sold"), values=[units.get(day) for day in days])],
        thresholds=[line] if average > 0 else [],
        marks=list(_list_stock_out_marks(view)),
        note=_("Days without a bar have no sales data. Out of stock means that more might have been sold."),
    )


def _list_stock_out_marks(view: ArticleView) -> Iterator[Mark]:
    for day in view.sales:
        if day.codes_out and day.codes_out == day.codes:
            yield Mark(x=day.date, label=_("out of stock"), tone=Tone.ALARM)
        elif day.codes_out:
            yield Mark(x=day.date, label=_("partly out of stock"), tone=Tone.ATTENTION)


def build_projection_chart(view: ArticleView) -> LineChart | None:
    """Return how the bundles run down at average sales, None where there is nothing to run down."""
    if not any(max(projection.stock) > 0 for projection in view.projections):
        return None
    start = view.explanation.as_of
    names = {bundle.bundle_type_id: bundle.bundle_type_name for bundle in view.explanation.bundles}
    return LineChart(
        chart_id="projection",
        title=_("Stock of the next %(days)s days at average sales") % {"days": PROJECTION_DAYS},
        unit=_("bundles"),
        x=[start + timedelta(days=day) for day in range(PROJECTION_DAYS + 1)],
        series=[
            Series(
                name=names[projection.bundle_type_id],
                values=[round(left, 2) for left in projection.stock],
                tone=LINE_TONES[place % len(LINE_TONES)],
            )
            for place, projection in enumerate(view.projections)
        ],
        marks=list(_list_arrival_marks(view, start)),
        note=_(
            "Bundles at Wildberries and those that could be packed. Supplies in transit are packed when they arrive; "
            "colours that several bundle types share count for each of them."
        ),
    )


def _list_arrival_marks(view: ArticleView, start: date) -> Iterator[Mark]:
    near = [line for line in view.supplies if 0 < (line.eta_date - start).days <= PROJECTION_DAYS]
    for day, lines in groupby(near, key=lambda line: line.eta_date):
        yield Mark(x=day, label=format_change(sum(line.quantity for line in lines)), tone=Tone.NEUTRAL)


def build_waterfall_chart(order: OrderWaterfall) -> Waterfall | None:
    """Return the steps from demand to order that change anything, None where there is neither demand nor stock."""
    forecast, *others = order.steps
    if not any(step.delta for step in order.steps):
        return None
    steps = [
        WaterfallStep(label=str(STEPS["forecast"]), amount=forecast.total, is_total=True, note=render(forecast.message))
    ]
    for step in others:
        if step.delta:
            steps.append(WaterfallStep(label=str(STEPS[step.code]), amount=step.delta, note=render(step.message)))
        if step.code == "whole_pieces":
            steps.append(WaterfallStep(label=_("Deficit"), amount=step.total, is_total=True))
    steps.append(WaterfallStep(label=_("Order"), amount=order.final_order_qty, is_total=True))
    return Waterfall(chart_id="waterfall", title=_("From demand to order"), unit=_("pieces"), steps=steps)
