"""Trying a rule before saving it: other terms over the same past."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from monitoring.domain.alerting.machine import Terms
from monitoring.domain.alerting.readings import Condition
from monitoring.domain.metrics import ALERT_METRIC_NAMES, METRIC_BY_NAME
from monitoring.models import ThresholdType
from monitoring.models.alerts import MOST_SLOTS_TO_WAIT
from monitoring.rule_wording import explain_recovery
from monitoring.services.rule_backtest import RuleTerms

LARGEST = 2**63 - 1  # of the column
FIELDS = ("metric", "threshold_type", "threshold_value", "recovery_threshold", "pending_slots", "recover_slots")


def list_metric_choices() -> list[tuple[str, str]]:
    """Return the metrics that a rule may be on, in the reader's language."""
    return [(name, f"{_(METRIC_BY_NAME[name].label)} ({name})") for name in ALERT_METRIC_NAMES]


def check_recovery(form: forms.BaseForm) -> None:
    """Refuse terms by which an alert would end while in breach, beside their field, once the others are valid."""
    side, threshold, recovery = map(form.cleaned_data.get, ("threshold_type", "threshold_value", "recovery_threshold"))
    if side is not None and threshold is not None and (problem := explain_recovery(side, threshold, recovery)):
        form.add_error("recovery_threshold", forms.ValidationError(problem, code="beyond_threshold"))


def _slots_field(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=1, max_value=MOST_SLOTS_TO_WAIT, initial=1, widget=UnfoldAdminIntegerFieldWidget
    )


class TrialForm(forms.Form):
    """The terms of a rule. Its fields are named as the rule's own, so that an address can fill both forms."""

    metric = forms.ChoiceField(label=_("Metric"), choices=list_metric_choices, widget=UnfoldAdminSelectWidget)
    threshold_type = forms.ChoiceField(
        label=_("Breached when"), choices=ThresholdType.choices, widget=UnfoldAdminSelectWidget
    )
    threshold_value = forms.IntegerField(
        label=_("Threshold"), min_value=0, max_value=LARGEST, widget=UnfoldAdminIntegerFieldWidget
    )
    recovery_threshold = forms.IntegerField(
        label=_("Recovery threshold"),
        min_value=0,
        max_value=LARGEST,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    pending_slots = _slots_field(_("Slots until it fires"))
    recover_slots = _slots_field(_("Slots until it is over"))

    def clean(self) -> dict[str, Any]:
        """Return the terms if an alert can end by them."""
        super().clean()
        check_recovery(self)
        return self.cleaned_data

    def read_terms(self, severity: str) -> RuleTerms:
        """Return the terms, once they are valid.

        Args:
            severity: Of the rule.
        """
        data = self.cleaned_data
        return RuleTerms(
            metric=data["metric"],
            condition=Condition(data["threshold_type"], data["threshold_value"], data["recovery_threshold"]),
            terms=Terms(data["pending_slots"], data["recover_slots"]),
            severity=severity,
        )

    def list_parameters(self) -> dict[str, Any]:
        """Return the terms as an address has them."""
        return {name: "" if value is None else value for name, value in self.cleaned_data.items()}


def read_trial(request: HttpRequest, stored: RuleTerms | None) -> TrialForm:
    """Return the form with the terms of the address, and those of the stored rule where it names none.

    Args:
        request: What the user asked for; only a GET tries anything.
        stored: What the rule as it is saved says, None for one that is not.
    """
    saved = _list_values(stored) if stored else {"pending_slots": 1, "recover_slots": 1}
    given = {name: request.GET[name] for name in FIELDS if name in request.GET} if request.method == "GET" else {}
    data = {**saved, **given} if given else None
    return TrialForm(data, initial=saved, auto_id="try_%s")


def _list_values(terms: RuleTerms) -> dict[str, Any]:
    condition, slots = terms.condition, terms.terms
    return {
        "metric": terms.metric,
        "threshold_type": condition.threshold_type,
        "threshold_value": condition.threshold_value,
        "recovery_threshold": condition.recovery_threshold,
        "pending_slots": slots.pending_slots,
        "recover_slots": slots.recover_slots,
    }
