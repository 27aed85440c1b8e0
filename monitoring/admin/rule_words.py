"""How a rule stands and what a backtest found, in words."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring.admin.alert_words import describe_limits
from monitoring.admin.headlines import Headline
from monitoring.alert_wording import describe_health
from monitoring.domain.alerting.flapping import STABLE_SLOTS
from monitoring.domain.alerting.words import AlertState
from monitoring.domain.alerts import ThresholdSide, is_breached
from monitoring.models import Alert, HealthChoice, StateChoice
from monitoring.selectors.rule_alerts import RuleAlert
from monitoring.services.rule_backtest import RuleBacktest, RuleTerms
from monitoring.wording import describe_length, name_metric
from supplybrain.charts import Tone, format_amount, format_moment


def describe_state(known: RuleAlert | None, terms: RuleTerms, value: int | None, *, is_active: bool) -> Headline:
    """Return how a rule stands.

    Args:
        known: Its alert; None if nothing was judged by it yet.
        terms: What it says.
        value: The latest value there is of its metric, None without one.
        is_active: Whether it is switched on.
    """
    compared = [] if value is None else [_compare(terms, value)]
    history = list(_tell_last(known))
    if not is_active:
        words = _("The rule is switched off: nothing is judged by it.")
        return Headline(
            tone=Tone.NEUTRAL, icon="notifications_off", headline=_("Off"), sentences=[words, *compared, *history]
        )
    if known is None:
        words = _("No snapshot has been judged by this rule yet. The next one will be.")
        return Headline(tone=Tone.NEUTRAL, icon="hourglass_empty", headline=_("Unknown"), sentences=[words, *compared])
    tone, icon, headline = _head(known.alert)
    sentences = [*compared, *_tell_state(known.alert, terms), *_tell_health(known.alert), *history]
    return Headline(tone=tone, icon=icon, headline=headline, sentences=sentences)


def name_state(state: str) -> str:
    """Return where an alert stands; beside rules that are switched on or off, `inactive` would say too much."""
    return _("not firing") if state == StateChoice.INACTIVE else str(StateChoice(state).label)


def tabulate(names: Sequence[str], tests: Sequence[RuleBacktest]) -> list[list[str]]:
    """Return what backtests found side by side: a header row, then a row per figure with a cell per backtest."""
    found = [test.figures for test in tests]
    return [
        ["", *names],
        [_("Metric"), *(name_metric(test.terms.metric) for test in tests)],
        [_("Breached when"), *(_describe_condition(test.terms) for test in tests)],
        [_("Slots until it fires, and until it is over"), *(_describe_slots(test.terms) for test in tests)],
        [_("Episodes"), *(format_amount(one.episodes) for one in found)],
        [_("Time firing"), *(describe_length(one.firing) for one in found)],
        [_("Share of the time"), *(_describe_share(test.share) for test in tests)],
        [_("Longest episode"), *(describe_length(one.longest) for one in found)],
        [_("Firing while nothing could be judged"), *(describe_length(one.unobserved) for one in found)],
        [_("Breaches that were over before it fired"), *(format_amount(one.false_starts) for one in found)],
        [_("Relapses before an episode was over"), *(format_amount(one.flaps) for one in found)],
        [_("Messages"), *(format_amount(one.messages) for one in found)],
        [_("Of them reminders"), *(format_amount(one.reminders) for one in found)],
        [_("Kept back while flapping"), *(format_amount(one.kept_back) for one in found)],
        [_("Now"), *(name_state(test.state) for test in tests)],
    ]


def _head(alert: Alert) -> tuple[Tone, str, str]:
    heads = {
        AlertState.FIRING: (Tone.ALARM, "error", _("Firing")),
        AlertState.RECOVERING: (Tone.ALARM, "trending_down", _("Firing, about to be over")),
        AlertState.PENDING: (Tone.ATTENTION, "pending", _("Breached, not firing yet")),
    }
    if found := heads.get(AlertState(alert.state)):
        return found
    if alert.health != HealthChoice.OK:
        return Tone.ATTENTION, "help", _("Cannot be judged")
    return Tone.GOOD, "check_circle", _("Not firing")


def _tell_state(alert: Alert, terms: RuleTerms) -> Iterator[str]:
    if alert.fired_slot and alert.first_breach_slot:
        words = _("It has been firing since the slot of %(fired)s UTC; the breach began in that of %(breached)s UTC.")
        if alert.fired_slot == alert.first_breach_slot:
            words = _("It has been firing since the slot of %(fired)s UTC.")
        yield words % {"fired": format_moment(alert.fired_slot), "breached": format_moment(alert.first_breach_slot)}
    if alert.state == StateChoice.PENDING:
        needed = terms.terms.pending_slots
        words = ngettext(
            "In breach for %(count)s slot of the %(needed)s that it takes to fire.",
            "In breach for %(count)s slots of the %(needed)s that it takes to fire.",
            alert.breach_count,
        )
        yield words % {"count": alert.breach_count, "needed": needed}
    if alert.state == StateChoice.RECOVERING:
        needed = terms.terms.recover_slots
        words = ngettext(
            "Clear for %(count)s slot of the %(needed)s that it takes to be over.",
            "Clear for %(count)s slots of the %(needed)s that it takes to be over.",
            alert.clear_count,
        )
        yield words % {"count": alert.clear_count, "needed": needed}
    if alert.flapping_since:
        words = _(
            "It comes and goes: since the slot of %(moment)s UTC its messages are kept back until %(count)s slots in a "
            "row change nothing."
        )
        yield words % {"moment": format_moment(alert.flapping_since), "count": STABLE_SLOTS}


def _tell_health(alert: Alert) -> Iterator[str]:
    if alert.health == HealthChoice.OK:
        return
    words = _("It has not been judged since the slot of %(moment)s UTC: %(reason)s. Until then it stays as it is.")
    reason = describe_health(alert.health, alert.health_detail)
    yield words % {"moment": format_moment(alert.stale_since) if alert.stale_since else "–", "reason": reason}


def _tell_last(known: RuleAlert | None) -> Iterator[str]:
    if known and known.last_fired and known.last_closed:
        words = _("Its last episode began in the slot of %(fired)s UTC and was over in that of %(closed)s UTC.")
        yield words % {"fired": format_moment(known.last_fired), "closed": format_moment(known.last_closed)}


def _describe_condition(terms: RuleTerms) -> str:
    condition = terms.condition
    return describe_limits(condition.threshold_type, condition.threshold_value, condition.recovery_threshold)


def _describe_slots(terms: RuleTerms) -> str:
    slots = terms.terms
    return _("%(pending)s and %(recover)s") % {"pending": slots.pending_slots, "recover": slots.recover_slots}


def _describe_share(share: float | None) -> str:
    return format_amount(None) if share is None else f"{format_amount(round(100 * share, 1))}\N{NO-BREAK SPACE}%"


def _compare(terms: RuleTerms, value: int) -> str:
    condition = terms.condition
    is_above = condition.threshold_type == ThresholdSide.ABOVE
    words = {
        (True, True): _("%(metric)s is %(value)s, which is above %(threshold)s."),
        (True, False): _("%(metric)s is %(value)s, which is not above %(threshold)s."),
        (False, True): _("%(metric)s is %(value)s, which is below %(threshold)s."),
        (False, False): _("%(metric)s is %(value)s, which is not below %(threshold)s."),
    }
    is_beyond = is_breached(value, threshold_type=condition.threshold_type, threshold_value=condition.threshold_value)
    return words[is_above, is_beyond] % {
        "metric": name_metric(terms.metric),
        "value": format_amount(value),
        "threshold": format_amount(condition.threshold_value),
    }
