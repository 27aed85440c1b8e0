"""A rule's metric over time, with its thresholds, its episodes, and the times that nobody could judge."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from monitoring.domain.alerting.readings import Condition
from monitoring.domain.metrics import METRIC_BY_NAME
from monitoring.selectors.timeseries import MissingReason
from monitoring.services.metric_history import MetricHistory
from monitoring.services.rule_backtest import RuleBacktest
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
    drawn = history.thin()
    unknown = [*_shade_degraded(backtest), *_shade_gaps(history)]
    hatched = _("Times are UTC. Hatched times could not be judged; the table says from when to when.")
    return LineChart(
        chart_id=chart_id,
        title=title,
        unit=_(METRIC_BY_NAME[history.metric].unit),
        x=EvenTimes(drawn.start, drawn.step, len(drawn)),
        series=[Series(name=name_metric(history.metric), values=drawn.list_values(), shape=Shape.STEP)],
        thresholds=list(_list_lines(backtest.terms.condition)),
        shaded=[*_shade_states(backtest), *unknown],
        zooms=ZOOMS,
        note=hatched if unknown else _("Times are UTC."),
    )


def _list_lines(condition: Condition) -> Iterator[Threshold]:
    yield Threshold(value=condition.threshold_value, label=_("threshold"), tone=Tone.ALARM)
    if condition.recovery_threshold not in {None, condition.threshold_value}:
        yield Threshold(value=condition.recovery_threshold or 0, label=_("recovery threshold"), tone=Tone.GOOD)


def _shade_states(backtest: RuleBacktest) -> Iterator[ShadedRange]:
    for begin, end in backtest.firing_spans:
        yield ShadedRange(start=begin, end=end, label=_("firing"), tone=Tone.ALARM)
    for begin, end in backtest.list_pending_spans():
        yield ShadedRange(start=begin, end=end, label=_("pending"), tone=Tone.ATTENTION)


def _shade_degraded(backtest: RuleBacktest) -> Iterator[ShadedRange]:
    for begin, end in backtest.past.list_degraded():
        yield ShadedRange(start=begin, end=end, label=_("data too old to judge"), tone=Tone.NEUTRAL)


def _shade_gaps(history: MetricHistory) -> Iterator[ShadedRange]:
    for begin, end, reason in history.list_gaps():
        yield ShadedRange(start=begin, end=end, label=_explain_gap(MissingReason(reason)), tone=Tone.NEUTRAL)


def _explain_gap(reason: MissingReason) -> str:
    if reason is MissingReason.METRIC_UNKNOWN:  # there is a snapshot
        return str(reason.label)
    return _("no snapshot: %(reason)s") % {"reason": reason.label}
