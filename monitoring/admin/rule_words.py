"""How a rule stands and what a backtest found, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from monitoring.domain.alerts import ThresholdSide
from monitoring.services.rule_backtest import Condition, RuleBacktest
from monitoring.wording import describe_length, name_metric
from supplybrain.charts import Tone, format_amount, format_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """How a rule stands by the latest value.

    Args:
        icon: A name among the Material symbols.
    """

    tone: Tone
    icon: str
    headline: str
    sentences: list[str]


def describe_state(backtest: RuleBacktest, *, is_active: bool) -> RuleState:
    """Return how a rule stands.

    Args:
        backtest: The rule's own terms over the past.
        is_active: Whether the rule is switched on.
    """
    value = backtest.history.current_value
    if value is None:
        words = _("No snapshot of the last 90 days has a value of this metric.")
        return RuleState(tone=Tone.NEUTRAL, icon="help", headline=_("Unknown"), sentences=[words])
    sentences = [_compare(backtest, value), *_tell_when(backtest)]
    if not is_active:
        sentences.append(_("The rule is switched off: a breach raises no alert."))
    if backtest.is_breached_now:
        tone = Tone.ALARM if is_active else Tone.NEUTRAL
        return RuleState(tone=tone, icon="error", headline=_("Breached"), sentences=sentences)
    tone = Tone.GOOD if is_active else Tone.NEUTRAL
    return RuleState(tone=tone, icon="check_circle", headline=_("Not breached"), sentences=sentences)


def describe_condition(condition: Condition) -> str:
    """Return when a rule is breached."""
    words = _("above %(threshold)s") if condition.threshold_type == ThresholdSide.ABOVE else _("below %(threshold)s")
    return words % {"threshold": format_amount(condition.threshold_value)}


def tabulate(backtests: list[tuple[str, RuleBacktest]]) -> list[list[str]]:
    """Return what backtests found side by side: a header row, then a row per figure with a cell per backtest."""
    tests = [test for _name, test in backtests]
    return [
        ["", *(name for name, _test in backtests)],
        [_("Metric"), *(name_metric(test.history.metric) for test in tests)],
        [_("Breached when"), *(describe_condition(test.condition) for test in tests)],
        [_("Breaches"), *(format_amount(test.count) for test in tests)],
        [_("Time in breach"), *(describe_length(test.breached) for test in tests)],
        [_("Share of the observed time"), *(_describe_share(test.share) for test in tests)],
        [_("Longest breach"), *(describe_length(test.longest) for test in tests)],
        [_("Unobserved time during breaches"), *(describe_length(test.unobserved) for test in tests)],
        [_("Now"), *(_("breached") if test.is_breached_now else _("not breached") for test in tests)],
    ]


def _describe_share(share: float | None) -> str:
    return format_amount(None) if share is None else f"{format_amount(round(100 * share, 1))}\N{NO-BREAK SPACE}%"


def _compare(backtest: RuleBacktest, value: int) -> str:
    is_above = backtest.condition.threshold_type == ThresholdSide.ABOVE
    words = {
        (True, True): _("%(metric)s is %(value)s, which is above %(threshold)s."),
        (True, False): _("%(metric)s is %(value)s, which is not above %(threshold)s."),
        (False, True): _("%(metric)s is %(value)s, which is below %(threshold)s."),
        (False, False): _("%(metric)s is %(value)s, which is not below %(threshold)s."),
    }
    return words[is_above, backtest.is_breached_now] % {
        "metric": name_metric(backtest.history.metric),
        "value": format_amount(value),
        "threshold": format_amount(backtest.condition.threshold_value),
    }


def _tell_when(backtest: RuleBacktest) -> list[str]:
    periods = backtest.list_periods()
    if backtest.since:
        words = (
            _("It has been so since the slot of %(moment)s UTC.")
            if backtest.is_since_exact
            else _("It has been so since the slot of %(moment)s UTC or longer: nothing older is looked at.")
        )
        return [words % {"moment": format_moment(backtest.since)}]
    if periods:
        words = _("The last breach ended with the slot of %(moment)s UTC.")
        return [words % {"moment": format_moment(periods[-1][1])}]
    return [_("It was not breached in the last 90 days.")]
