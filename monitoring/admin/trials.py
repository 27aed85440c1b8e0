"""Trying a rule before saving it: other terms over the same past."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from monitoring.domain.alerts import Rule
from monitoring.domain.metrics import ALERT_METRIC_NAMES, METRIC_BY_NAME
from monitoring.models import ThresholdType
from monitoring.services.rule_backtest import Condition

LARGEST = 2**63 - 1  # of the column
FIELDS = ("metric", "threshold_type", "threshold_value")


def list_metric_choices() -> list[tuple[str, str]]:
    """Return the metrics that a rule may be on, in the reader's language."""
    return [(name, f"{_(METRIC_BY_NAME[name].label)} ({name})") for name in ALERT_METRIC_NAMES]


class TrialForm(forms.Form):
    """The terms of a rule. Its fields are named as the rule's own, so that an address can fill both forms."""

    metric = forms.ChoiceField(label=_("Metric"), choices=list_metric_choices, widget=UnfoldAdminSelectWidget)
    threshold_type = forms.ChoiceField(
        label=_("Breached when"), choices=ThresholdType.choices, widget=UnfoldAdminSelectWidget
    )
    threshold_value = forms.IntegerField(
        label=_("Threshold"), min_value=0, max_value=LARGEST, widget=UnfoldAdminIntegerFieldWidget
    )

    @property
    def condition(self) -> Condition:
        """The terms, once they are valid."""
        return Condition(self.cleaned_data["threshold_type"], self.cleaned_data["threshold_value"])


def read_trial(request: HttpRequest, stored: Rule | None) -> TrialForm:
    """Return the form with the terms of the address, and those of the stored rule where it names none.

    Args:
        request: What the user asked for; only a GET tries anything.
        stored: The rule as it is saved, None for one that is not.
    """
    saved: dict[str, Any] = {name: getattr(stored, name) for name in FIELDS} if stored else {}
    given = {name: request.GET[name] for name in FIELDS if name in request.GET} if request.method == "GET" else {}
    data = {**saved, **given} if given else None
    return TrialForm(data, initial=saved, auto_id="try_%s")
