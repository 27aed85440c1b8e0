"""A rule's metric over time, with its threshold, its breaches and its gaps."""

from collections.abc import Iterator
from itertools import groupby

from django.utils.translation import gettext as _

from monitoring.admin.rule_words import name_metric
from monitoring.domain.metrics import METRIC_BY_NAME
from monitoring.selectors.timeseries import MissingReason
from monitoring.services.rule_backtest import MetricHistory, RuleBacktest
from supplybrain.charts import ZOOMS, LineChart, Series, ShadedRange, Shape, Threshold, Tone


def build_rule_chart(backtest: RuleBacktest, *, chart_id: str, title: str) -> LineChart:
    """Return the chart of a backtest.

    Args:
        backtest: What to show.
        chart_id: Unique on the page.
        title: What the chart is of.
    """
    history = backtest.history
    breaches = [
        ShadedRange(start=begin, end=end, label=_("breached"), tone=Tone.ALARM)
        for begin, end in backtest.list_periods()
    ]
    gaps = list(list_gaps(history))
    hatched = _("Times are UTC. Hatched times have no snapshot; the table says from when to when.")
    return LineChart(
        chart_id=chart_id,
        title=title,
        unit=_(METRIC_BY_NAME[history.metric].unit),
        x=history.slots,
        series=[Series(name=name_metric(history.metric), values=history.values, shape=Shape.STEP)],
        thresholds=[Threshold(value=backtest.condition.threshold_value, label=_("threshold"), tone=Tone.ALARM)],
        shaded=[*breaches, *gaps],
        zooms=ZOOMS,
        note=hatched if gaps else _("Times are UTC."),
    )


def list_gaps(history: MetricHistory) -> Iterator[ShadedRange]:
    """Yield the times without a value, slots in a row with the same reason together."""
    place = 0
    for reason, group in groupby(history.reasons):
        count = sum(1 for _slot in group)
        if reason is not None:
            yield ShadedRange(
                start=history.slots[place],
                end=history.get_edge(place + count),
                label=_("no snapshot: %(reason)s") % {"reason": MissingReason(reason).label},
                tone=Tone.NEUTRAL,
            )
        place += count
