"""Alert rules, each beside the value that it looks at; a rule's page also says what it did and would do."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminSelectWidget

from monitoring.admin.rule_page import SavedRule, build_rule_page
from monitoring.admin.trials import list_metric_choices, read_trial
from monitoring.domain.alerts import is_breached
from monitoring.domain.metrics import METRIC_BY_NAME
from monitoring.models import AlertRule, Severity
from monitoring.selectors.snapshots import find_latest_snapshot
from monitoring.services.rule_backtest import read_terms
from monitoring.wording import name_metric
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
    """A rule on one of the metrics of the registry.

    Attributes:
        tried: Terms that were tried and stand in the form, not saved yet.
    """

    tried: Mapping[str, Any] = {}

    metric = forms.ChoiceField(label=_("Metric"), choices=list_metric_choices, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {**(kwargs.pop("initial", None) or {}), **self.tried}
        super().__init__(*args, initial=initial, **kwargs)  # type: ignore[misc]  # args are Django's, before initial


@admin.register(AlertRule)
class AlertRuleAdmin(TableAdmin):
    """Alert rules."""

    form = AlertRuleForm
    change_form_template = "monitoring/rule.html"
    list_display = ("name", "show_metric", "show_condition", "show_value", "show_breach", "show_severity", "is_active")
    list_filter = ("severity", "is_active", "metric")
    search_fields = ("name", "metric")
    ordering = ("id",)
    readonly_fields = ("show_metric",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RuleList]:  # noqa: ARG002  (Django's signature)
        """Return the list that knows the latest values."""
        return RuleList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> AlertRule | None:
        """Return a rule that remembers how it is saved: forms write into it before they are valid."""
        rule: Any = super().get_object(request, object_id, from_field)
        if rule is not None:
            rule.saved = SavedRule(
                rule_id=rule.pk, version=rule.version, is_active=rule.is_active, terms=read_terms(rule)
            )
        return rule  # type: ignore[no-any-return]  # unfold has no types

    def get_form(self, request: HttpRequest, obj: AlertRule | None = None, **kwargs: Any) -> type[AlertRuleForm]:
        """Return the form; what was tried on the page of a stored rule stands in it and waits to be saved."""
        form: type[AlertRuleForm] = super().get_form(request, obj, **kwargs)
        if obj is None:  # Django fills the form of a new rule from the address itself
            return form
        trial = read_trial(request, read_terms(obj))
        tried = trial.cleaned_data if trial.is_valid() else {}
        return type("AlertRuleForm", (form,), {"tried": tried})

    def get_fields(self, request: HttpRequest, obj: AlertRule | None = None) -> list[str]:
        """Return the fields; who only looks at a rule sees its metric by its name."""
        form_fields: list[str] = super().get_fields(request, obj)
        shown = [name for name in form_fields if name != "show_metric"]
        if obj is None or self.has_change_permission(request, obj):
            return shown
        return ["show_metric" if name == "metric" else name for name in shown]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Answer the page of a rule with what there is to know around the form."""
        rule = kwargs.get("obj")
        may_edit = self.has_change_permission(request, rule) if rule else self.has_add_permission(request)
        context["rule_page"] = build_rule_page(request, rule.saved if rule else None, may_edit=may_edit)
        answer: HttpResponse = super().render_change_form(request, context, **kwargs)
        return answer

    @admin.display(description=_("metric"), ordering="metric")
    def show_metric(self, rule: AlertRule) -> str:
        """Return the metric's label."""
        return name_metric(rule.metric)

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
