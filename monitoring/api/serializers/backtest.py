"""The backtest of a rule as clients ask for it and see it."""

from dataclasses import replace
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from monitoring.api.serializers.alerts import MAX_THRESHOLD, MetricField
from monitoring.domain.alerting.machine import Terms
from monitoring.domain.alerting.readings import Condition
from monitoring.domain.metrics import ALERT_METRIC_NAMES, METRIC_BY_NAME
from monitoring.models import HealthChoice, ReasonChoice, StateChoice, ThresholdType
from monitoring.models.alerts import MOST_SLOTS_TO_WAIT
from monitoring.rule_wording import explain_recovery
from monitoring.services.rule_backtest import BACKTEST_DAYS, MOST_DAYS, RuleBacktest, RuleTerms, find_most_days

MOST_EPISODES = 100
SIDES = ("saved", "overridden")


class TermsSerializer(serializers.Serializer[Any]):
    """What a rule says, as far as it matters to what it does."""

    metric = serializers.ChoiceField(choices=ALERT_METRIC_NAMES)
    threshold_type = serializers.ChoiceField(choices=ThresholdType.choices)
    threshold_value = serializers.IntegerField(min_value=0)
    recovery_threshold = serializers.IntegerField(min_value=0, allow_null=True)
    pending_slots = serializers.IntegerField(min_value=1)
    recover_slots = serializers.IntegerField(min_value=1)


class OverridesSerializer(serializers.Serializer[Any]):
    """Terms to try in place of the rule's own; what is left out stays as it is saved."""

    metric = MetricField(choices=ALERT_METRIC_NAMES, required=False)
    threshold_type = serializers.ChoiceField(choices=ThresholdType.choices, required=False)
    threshold_value = serializers.IntegerField(min_value=0, max_value=MAX_THRESHOLD, required=False)
    recovery_threshold = serializers.IntegerField(
        min_value=0, max_value=MAX_THRESHOLD, required=False, allow_null=True, help_text="Null: none."
    )
    pending_slots = serializers.IntegerField(min_value=1, max_value=MOST_SLOTS_TO_WAIT, required=False)
    recover_slots = serializers.IntegerField(min_value=1, max_value=MOST_SLOTS_TO_WAIT, required=False)

    def to_internal_value(self, data: Any) -> Any:
        """Return the terms; a name that is none would otherwise change nothing without a word."""
        values = super().to_internal_value(data)
        if unknown := [name for name in data if name not in self.fields]:
            text = _("There is no such term. Valid: %(names)s.") % {"names": ", ".join(self.fields)}
            raise serializers.ValidationError({str(name): [text] for name in unknown}, code="unknown_field")
        return values


class BacktestRequestSerializer(serializers.Serializer[Any]):
    """How far back, and what to try beside the saved terms."""

    days = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, default=BACKTEST_DAYS, help_text="Fewer if slots are shorter than 4 minutes."
    )
    overrides = OverridesSerializer(required=False)

    def validate_days(self, days: int) -> int:
        """Return the days if so many slots can be judged at once."""
        most = find_most_days()
        if days > most:
            text = _("At most %(most)s days can be judged at once: slots are that short. Choose fewer.")
            raise serializers.ValidationError(text % {"most": most}, code="too_many_slots")
        return days


class FiguresSerializer(serializers.Serializer[Any]):
    """What the terms would have done. Times are seconds."""

    episodes = serializers.IntegerField(help_text="How often it would have fired.")
    firing_seconds = serializers.IntegerField(help_text="How long, recovering included.")
    firing_ratio = serializers.FloatField(
        allow_null=True, min_value=0, max_value=1, help_text="Share of the time; null if there is nothing to judge by."
    )
    longest_seconds = serializers.IntegerField(help_text="The longest episode.")
    unobserved_seconds = serializers.IntegerField(
        help_text="How much of the time firing nobody saw, or saw without data that can be trusted."
    )
    false_starts = serializers.IntegerField(help_text="Breaches that were over before it fired.")
    flaps = serializers.IntegerField(help_text="How often an episode was about to be over and was not.")
    flappings = serializers.IntegerField(help_text="How often it would have been called flapping.")
    messages = serializers.IntegerField(help_text="Messages that would have been sent, reminders included.")
    reminders = serializers.IntegerField(help_text="How many of them say that it goes on.")
    messages_kept_back = serializers.IntegerField(help_text="Messages that flapping would have kept back.")


class BacktestEpisodeSerializer(serializers.Serializer[Any]):
    """An episode that there would have been."""

    opened_slot = serializers.DateTimeField(help_text="First slot in breach.")
    fired_slot = serializers.DateTimeField()
    closed_slot = serializers.DateTimeField(allow_null=True, help_text="Null while it is open.")
    close_reason = serializers.ChoiceField(choices=ReasonChoice.choices, allow_null=True)
    duration_seconds = serializers.IntegerField(help_text="From firing to its end, or until now.")
    peak_value = serializers.IntegerField(help_text="The worst value.")
    peak_slot = serializers.DateTimeField()
    flap_count = serializers.IntegerField()


class BacktestSideSerializer(serializers.Serializer[Any]):
    """What one set of terms would have done."""

    terms = TermsSerializer()
    start = serializers.DateTimeField(help_text="First slot that has a value.")
    end = serializers.DateTimeField(help_text="End of the last slot.")
    slots = serializers.IntegerField(help_text="From start to end, missed ones included.")
    captured_slots = serializers.IntegerField(help_text="How many of them have a snapshot.")
    degraded_slots = serializers.IntegerField(help_text="How many of those were built on data too old to trust.")
    state = serializers.ChoiceField(choices=StateChoice.choices, help_text="Where the alert would stand now.")
    health = serializers.ChoiceField(choices=HealthChoice.choices)
    figures = FiguresSerializer()
    episodes = BacktestEpisodeSerializer(many=True, help_text=f"Newest first, {MOST_EPISODES} at most.")


class BacktestSerializer(serializers.Serializer[Any]):
    """What a rule would have done. Nothing is saved."""

    rule_id = serializers.IntegerField()
    days = serializers.IntegerField()
    slot_seconds = serializers.IntegerField()
    saved = BacktestSideSerializer(allow_null=True, help_text="Null if snapshots do not have the metric of the rule.")
    overridden = BacktestSideSerializer(allow_null=True, help_text="Null without overrides.")


def choose_sides(saved: RuleTerms, overrides: dict[str, Any] | None) -> dict[str, RuleTerms]:
    """Return what is to be tried, by side: `saved` unless snapshots lack its metric, `overridden` if asked for.

    Args:
        saved: The rule's own terms.
        overrides: See `OverridesSerializer`.

    Raises:
        ValidationError: As `merge_terms`; also if there is nothing to try.
    """
    sides = {"saved": saved} if saved.metric in METRIC_BY_NAME else {}
    if overrides or not sides:
        sides["overridden"] = merge_terms(saved, overrides or {})
    return sides


def merge_terms(saved: RuleTerms, overrides: dict[str, Any]) -> RuleTerms:
    """Return the terms of a rule with others in their place.

    Args:
        saved: The rule's own.
        overrides: See `OverridesSerializer`.

    Raises:
        ValidationError: If they do not go together, or the metric is unknown; the problem names the field.
    """
    condition, slots = saved.condition, saved.terms
    merged = replace(
        saved,
        metric=overrides.get("metric", saved.metric),
        condition=Condition(
            overrides.get("threshold_type", condition.threshold_type),
            overrides.get("threshold_value", condition.threshold_value),
            overrides.get("recovery_threshold", condition.recovery_threshold),
        ),
        terms=Terms(
            overrides.get("pending_slots", slots.pending_slots), overrides.get("recover_slots", slots.recover_slots)
        ),
    )
    if merged.metric not in METRIC_BY_NAME:
        text = _("Snapshots have no metric %(metric)s, which the rule is on. Name another one: %(valid)s.")
        valid = ", ".join(ALERT_METRIC_NAMES)
        _refuse("metric", text % {"metric": merged.metric, "valid": valid}, code="unknown_metric")
    merged_condition = merged.condition
    if problem := explain_recovery(
        merged_condition.threshold_type, merged_condition.threshold_value, merged_condition.recovery_threshold
    ):
        _refuse("recovery_threshold", problem, code="beyond_threshold")
    return merged


def _refuse(field: str, problem: str, *, code: str) -> None:
    raise serializers.ValidationError({"overrides": {field: [serializers.ErrorDetail(problem, code)]}})


def describe_side(backtest: RuleBacktest) -> dict[str, Any]:
    """Return what one set of terms would have done, as clients see it."""
    past, history = backtest.past, backtest.history
    return {
        "terms": _describe_terms(backtest.terms),
        "start": history.start,
        "end": history.get_edge(len(history)),
        "slots": len(history),
        "captured_slots": int(past.is_captured.sum()),
        "degraded_slots": int(past.is_degraded.sum()),
        "state": backtest.state.value,
        "health": backtest.replay.track.health.value,
        "figures": _describe_figures(backtest),
        "episodes": list(islice(_list_episodes(backtest), MOST_EPISODES)),
    }


def _describe_terms(terms: RuleTerms) -> dict[str, Any]:
    condition = terms.condition
    return {
        "metric": terms.metric,
        "threshold_type": condition.threshold_type,
        "threshold_value": condition.threshold_value,
        "recovery_threshold": condition.recovery_threshold,
        "pending_slots": terms.terms.pending_slots,
        "recover_slots": terms.terms.recover_slots,
    }


def _describe_figures(backtest: RuleBacktest) -> dict[str, Any]:
    figures = backtest.figures
    return {
        "episodes": figures.episodes,
        "firing_seconds": int(figures.firing.total_seconds()),
        "firing_ratio": backtest.share,
        "longest_seconds": int(figures.longest.total_seconds()),
        "unobserved_seconds": int(figures.unobserved.total_seconds()),
        "false_starts": figures.false_starts,
        "flaps": figures.flaps,
        "flappings": figures.flappings,
        "messages": figures.messages,
        "reminders": figures.reminders,
        "messages_kept_back": figures.kept_back,
    }


def _list_episodes(backtest: RuleBacktest) -> Any:
    pairs = zip(backtest.replay.episodes, backtest.firing_spans, strict=True)
    for episode, (fired, end) in reversed(list(pairs)):
        yield {
            "opened_slot": episode.opened_slot,
            "fired_slot": episode.fired_slot,
            "closed_slot": episode.closed_slot,
            "close_reason": episode.reason and episode.reason.value,
            "duration_seconds": int((end - fired).total_seconds()),
            "peak_value": episode.peak_value,
            "peak_slot": episode.peak_slot,
            "flap_count": episode.flap_count,
        }
