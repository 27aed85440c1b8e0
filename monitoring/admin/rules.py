"""Alert rules, each beside the value that it looks at; a rule's page also says what it did and would do."""

from copy import deepcopy
from typing import Any, cast

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from monitoring.admin.alert_words import chip_state, describe_limits
from monitoring.admin.rule_form import FIELDSETS, AlertRuleForm
from monitoring.admin.rule_page import SavedRule, build_rule_page
from monitoring.admin.rule_words import name_state
from monitoring.admin.trials import read_trial
from monitoring.domain.metrics import METRIC_BY_NAME
from monitoring.models import AlertRule, HealthChoice, Severity, StateChoice
from monitoring.selectors.rule_alerts import load_rule_alerts
from monitoring.selectors.snapshots import find_latest_snapshot
from monitoring.services.rule_backtest import read_terms
from monitoring.services.rules import apply_rule_changes
from monitoring.wording import name_metric
from supplybrain.admin_base import TableAdmin, show_label
from supplybrain.errors import SupplyBrainError

SEVERITY_COLORS = {Severity.CRITICAL: "danger", Severity.WARNING: "warning"}
UNJUDGED = "unjudged"
STATE_COLORS = {
    StateChoice.FIRING: "danger",
    StateChoice.RECOVERING: "danger",
    StateChoice.PENDING: "warning",
    StateChoice.INACTIVE: "success",
    UNJUDGED: "info",
}


class RuleList(ChangeList):  # type: ignore[misc]  # unfold has no types
    """The rules of a page with how they stand and the latest value of their metric: two statements for all of them."""

    def get_results(self, request: HttpRequest) -> None:
        """Load the page and put state and value on every rule of it."""
        super().get_results(request)
        self.result_list: Any = list(self.result_list)
        latest = find_latest_snapshot()
        known = load_rule_alerts([rule.pk for rule in self.result_list])
        for rule in self.result_list:
            rule.current_value = getattr(latest, rule.metric) if latest and rule.metric in METRIC_BY_NAME else None
            rule.alert = known[rule.pk].alert if rule.pk in known else None


@admin.register(AlertRule)
class AlertRuleAdmin(TableAdmin):
    """Alert rules. What is saved or deleted takes effect in the same transaction."""

    form = AlertRuleForm
    change_form_template = "monitoring/rule.html"
    list_display = ("name", "show_metric", "show_condition", "show_value", "show_state", "show_severity", "is_active")
    list_filter = ("severity", "is_active", "metric")
    search_fields = ("name", "metric")
    ordering = ("id",)
    readonly_fields = ("show_metric",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RuleList]:  # noqa: ARG002  (Django's signature)
        """Return the list that knows how rules stand."""
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

    def get_fieldsets(self, request: HttpRequest, obj: AlertRule | None = None) -> list[tuple[Any, dict[str, Any]]]:
        """Return the groups of fields; who only looks at a rule sees its metric by its name."""
        fieldsets = [deepcopy(one) for one in FIELDSETS]
        if obj is not None and not self.has_change_permission(request, obj):
            for _title, part in fieldsets:
                part["fields"] = ["show_metric" if name == "metric" else name for name in part["fields"]]
        return fieldsets

    def save_model(self, request: HttpRequest, obj: AlertRule, form: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        """Store a rule and let it take effect."""
        super().save_model(request, obj, form, change)
        apply_rule_changes()

    def delete_model(self, request: HttpRequest, obj: AlertRule) -> None:
        """Delete a rule and let its alert end. Its episodes stay."""
        super().delete_model(request, obj)
        apply_rule_changes()

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AlertRule]) -> None:
        """Delete rules and let their alerts end. Their episodes stay."""
        super().delete_queryset(request, queryset)
        apply_rule_changes()

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the page; that a change has to wait for a capture is told there, and nothing is saved."""
        return self._answer(request, super().changeform_view, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the question whether to delete."""
        return self._answer(request, super().delete_view, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the list; its action deletes."""
        return self._answer(request, super().changelist_view, *args, **kwargs)

    def _answer(self, request: HttpRequest, view: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return cast("HttpResponse", view(request, *args, **kwargs))
        except SupplyBrainError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

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
        return describe_limits(rule.threshold_type, rule.threshold_value, rule.recovery_threshold)

    @admin.display(description=_("latest value"))
    def show_value(self, rule: Any) -> int | None:
        """Return the metric's value in the latest snapshot."""
        value: int | None = rule.current_value
        return value

    @show_label(description=_("state"), colors=STATE_COLORS)
    def show_state(self, rule: Any) -> tuple[str, Any] | None:
        """Return where the rule's alert stands; nothing for one that is switched off, which has none."""
        if not rule.is_active:
            return None
        if rule.alert is None:
            return UNJUDGED, _("not judged yet")
        if rule.alert.state != StateChoice.INACTIVE:
            return rule.alert.state, chip_state(rule.alert, rule.alert.rule_version).text
        if rule.alert.health != HealthChoice.OK:
            return UNJUDGED, rule.alert.get_health_display()
        return rule.alert.state, name_state(rule.alert.state)

    @show_label(description=_("severity"), ordering="severity", colors=SEVERITY_COLORS)
    def show_severity(self, rule: AlertRule) -> tuple[str, str]:
        """Return the severity with its colour."""
        return rule.severity, rule.get_severity_display()
