"""A rule's metric over time, with its threshold, its breaches and its gaps."""

from django.utils.translation import gettext as _

from monitoring.domain.metrics import METRIC_BY_NAME
from monitoring.selectors.timeseries import MissingReason
from monitoring.services.rule_backtest import MetricHistory, RuleBacktest
from monitoring.wording import name_metric
from supplybrain.charts import ZOOMS, EvenTimes, LineChart, Series, ShadedRange, Shape, Threshold, Tone


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
    gaps = _shade_gaps(history)
    hatched = _("Times are UTC. Hatched times have no snapshot; the table says from when to when.")
    return LineChart(
        chart_id=chart_id,
        title=title,
        unit=_(METRIC_BY_NAME[history.metric].unit),
        x=EvenTimes(history.start, history.step, len(history)),
        series=[Series(name=name_metric(history.metric), values=history.list_values(), shape=Shape.STEP)],
        thresholds=[Threshold(value=backtest.condition.threshold_value, label=_("threshold"), tone=Tone.ALARM)],
        shaded=[*breaches, *gaps],
        zooms=ZOOMS,
        note=hatched if gaps else _("Times are UTC."),
    )


def _shade_gaps(history: MetricHistory) -> list[ShadedRange]:
    return [
        ShadedRange(start=begin, end=end, label=_explain_gap(MissingReason(reason)), tone=Tone.NEUTRAL)
        for begin, end, reason in history.list_gaps()
    ]


def _explain_gap(reason: MissingReason) -> str:
    if reason is MissingReason.METRIC_UNKNOWN:  # there is a snapshot
        return str(reason.label)
    return _("no snapshot: %(reason)s") % {"reason": reason.label}
