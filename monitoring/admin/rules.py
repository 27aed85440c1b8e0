"""Alert rules, each beside the value that it looks at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminSelectWidget

from monitoring.domain.alerts import is_breached
from monitoring.domain.metrics import ALERT_METRIC_NAMES, METRIC_BY_NAME
from monitoring.models import AlertRule, Severity
from monitoring.selectors.snapshots import find_latest_snapshot
from supplybrain.admin_base import TableAdmin, show_label

SEVERITY_COLORS = {Severity.CRITICAL: "danger", Severity.WARNING: "warning"}
BREACH_COLORS = {"breached": "danger", "fine": "success"}


class RuleList(ChangeList):  # type: ignore[misc]  # unfold has no types
    """The rules of a page with the latest value of their metric: one statement for all of them."""

    def get_results(self, request: HttpRequest) -> None:
        """Load the page and put the value on every rule of it."""
        super().get_results(request)
        self.result_list: Any = list(self.result_list)
        latest = find_latest_snapshot()
        for rule in self.result_list:
            rule.current_value = getattr(latest, rule.metric) if latest and rule.metric in METRIC_BY_NAME else None


class AlertRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A rule on one of the metrics of the registry."""

    metric = forms.ChoiceField(
        label=_("Metric"),
        choices=[(name, f"{METRIC_BY_NAME[name].label} ({name})") for name in ALERT_METRIC_NAMES],
        widget=UnfoldAdminSelectWidget,
    )


@admin.register(AlertRule)
class AlertRuleAdmin(TableAdmin):
    """Alert rules."""

    form = AlertRuleForm
    list_display = ("name", "show_metric", "show_condition", "show_value", "show_breach", "show_severity", "is_active")
    list_filter = ("severity", "is_active", "metric")
    search_fields = ("name", "metric")
    ordering = ("id",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RuleList]:  # noqa: ARG002  (Django's signature)
        """Return the list that knows the latest values."""
        return RuleList

    @admin.display(description=_("metric"), ordering="metric")
    def show_metric(self, rule: AlertRule) -> str:
        """Return the metric's label."""
        metric = METRIC_BY_NAME.get(rule.metric)
        return metric.label if metric else rule.metric

    @admin.display(description=_("breached when"))
    def show_condition(self, rule: AlertRule) -> str:
        """Return the condition in words."""
        return f"{rule.get_threshold_type_display()} {rule.threshold_value}"

    @admin.display(description=_("latest value"))
    def show_value(self, rule: Any) -> int | None:
        """Return the metric's value in the latest snapshot."""
        value: int | None = rule.current_value
        return value

    @show_label(description=_("state"), colors=BREACH_COLORS)
    def show_breach(self, rule: Any) -> tuple[str, Any] | None:
        """Return whether the latest snapshot breaches the rule; nothing for an inactive rule or without a value."""
        value = rule.current_value
        if value is None or not rule.is_active:
            return None
        breached = is_breached(value, threshold_type=rule.threshold_type, threshold_value=rule.threshold_value)
        return ("breached", _("breached")) if breached else ("fine", _("fine"))

    @show_label(description=_("severity"), ordering="severity", colors=SEVERITY_COLORS)
    def show_severity(self, rule: AlertRule) -> tuple[str, str]:
        """Return the severity with its colour."""
        return rule.severity, rule.get_severity_display()
