"""Silences: who wants to hear nothing about what, until when and why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.widgets import UnfoldAdminSelectWidget

from monitoring.admin.trials import list_metric_choices
from monitoring.models import Silence
from monitoring.selectors.clock import get_database_clock
from monitoring.services.interval import get_interval
from monitoring.services.silences import change_silence, check_end, check_silence, end_silence, silence
from monitoring.wording import name_metric
from supplybrain.admin_base import TableAdmin, show_label
from supplybrain.errors import InvalidInputError, SupplyBrainError

USUAL_LENGTH = timedelta(hours=8)
PLANNED, ACTIVE, OVER = "planned", "active", "over"
STATE_COLORS = {PLANNED: "info", ACTIVE: "warning", OVER: "default"}


def list_silence_states() -> list[tuple[str, str]]:
    """Return where a silence can stand, in the reader's language."""
    return [(ACTIVE, pgettext("silence", "holds")), (PLANNED, pgettext("silence", "planned")), (OVER, _("over"))]


def find_silence_state(row: Silence, *, now: datetime) -> str:
    """Return where a silence stands at a moment."""
    if row.ends_at <= now:
        return OVER
    return ACTIVE if row.starts_at <= now else PLANNED


class SilenceStateFilter(admin.SimpleListFilter):
    """By where a silence stands."""

    title = gettext_lazy("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002  (Django's signature)
        """Return the choices."""
        return list_silence_states()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Silence]) -> QuerySet[Silence]:  # noqa: ARG002  (as above)
        """Return the silences of the choice."""
        now = timezone.now()
        conditions = {
            PLANNED: Q(starts_at__gt=now),
            ACTIVE: Q(starts_at__lte=now, ends_at__gt=now),
            OVER: Q(ends_at__lte=now),
        }
        condition = conditions.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


class SilenceForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A silence, checked by the rules of the service before anything is stored."""

    metric = forms.ChoiceField(
        label=gettext_lazy("Metric"),
        required=False,
        choices=lambda: [("", "—"), *list_metric_choices()],
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Instead of a rule: all rules on this metric."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("starts_at", _("From (UTC)")), ("ends_at", _("Until (UTC)"))):
            if name in self.fields:
                self.fields[name].label = label

    def clean(self) -> dict[str, Any]:
        """Put what is wrong beside the field that it is about."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            self._check(data, now=get_database_clock(interval=get_interval()).now)
        except InvalidInputError as error:
            for problem in error.problems:
                name = problem.field.removesuffix("_id")
                self.add_error(name if name in self.fields else None, problem.detail)
        return data

    def _check(self, data: dict[str, Any], *, now: datetime) -> None:
        if self.instance.pk:
            check_end(starts_at=self.instance.starts_at, ends_at=data["ends_at"], now=now)
            return
        check_silence(
            rule_id=data["rule"].pk if data.get("rule") else None,
            metric=data["metric"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            now=now,
        )


@admin.register(Silence)
class SilenceAdmin(TableAdmin):
    """Silences. What one is about never changes, only its end and its reason; one that is over is history."""

    form = SilenceForm
    change_form_template = "monitoring/silence.html"
    list_display = ("show_subject", "show_state", "starts_at", "ends_at", "reason", "author_name")
    list_display_links = ("show_subject",)
    list_filter = (SilenceStateFilter, "metric", ("starts_at", RangeDateTimeFilter))
    list_select_related = ("rule",)
    search_fields = ("rule__name", "metric", "reason", "author_name")
    ordering = ("-starts_at", "-id")
    actions = ("end_selected",)

    def get_urls(self) -> list[Any]:
        """Return the addresses of the pages, with the one that ends a silence."""
        view = self.admin_site.admin_view(self.end)
        return [path("<int:silence_id>/end/", view, name="monitoring_silence_end"), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Silence | None = None) -> Sequence[str]:  # noqa: ARG002  (Django's signature)
        """Return the fields: what there is to say of a new one, all that is known of a stored one."""
        if obj is None:
            return ("rule", "metric", "starts_at", "ends_at", "reason")
        return ("show_subject", "starts_at", "ends_at", "reason", "author_name", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Silence | None = None) -> Sequence[str]:  # noqa: ARG002  (as above)
        """Return what never changes."""
        return ("show_subject", "starts_at", "author_name", "created_at") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return a silence from now on for a working day, about the rule that the address names."""
        now = timezone.now().replace(second=0, microsecond=0)
        usual = {"starts_at": now, "ends_at": now + USUAL_LENGTH}
        return usual | cast("dict[str, Any]", super().get_changeform_initial_data(request))

    def has_change_permission(self, request: HttpRequest, obj: Silence | None = None) -> bool:
        """Return whether the user may change it: not once it is over."""
        may: bool = super().has_change_permission(request, obj)
        return may and (obj is None or obj.ends_at > timezone.now())

    def save_model(self, request: HttpRequest, obj: Silence, form: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        """Store it the way that the API does."""
        data = form.cleaned_data
        if change:
            change_silence(silence_id=obj.pk, ends_at=data["ends_at"], reason=data["reason"])
            return
        stored = silence(
            rule_id=obj.rule_id,
            metric=obj.metric,
            starts_at=obj.starts_at,
            ends_at=obj.ends_at,
            reason=obj.reason,
            user=cast("Any", request.user),
        )
        obj.pk = stored.pk

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Answer the page with how the silence stands."""
        row: Silence | None = kwargs.get("obj")
        if row:
            state = find_silence_state(row, now=timezone.now())
            context["standing"] = dict(list_silence_states())[state]
            may_end = state != OVER and self.has_change_permission(request, row)
            context["end_url"] = reverse("admin:monitoring_silence_end", args=[row.pk]) if may_end else ""
        answer: HttpResponse = super().render_change_form(request, context, **kwargs)
        return answer

    def end(self, request: HttpRequest, silence_id: int) -> HttpResponse:
        """End a silence now."""
        if request.method != "POST" or not super().has_change_permission(request):
            raise PermissionDenied
        try:
            end_silence(silence_id=silence_id)
        except SupplyBrainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The silence is over."))
        return HttpResponseRedirect(reverse("admin:monitoring_silence_changelist"))

    @admin.action(description=gettext_lazy("End now"), permissions=["change"])
    def end_selected(self, request: HttpRequest, queryset: QuerySet[Silence]) -> None:
        """End the chosen silences now; those that are over stay as they are."""
        numbers = list(queryset.filter(ends_at__gt=timezone.now()).values_list("pk", flat=True))
        for number in numbers:
            end_silence(silence_id=number)
        words = ngettext("%(count)s silence ended.", "%(count)s silences ended.", len(numbers))
        messages.success(request, words % {"count": len(numbers)})

    @admin.display(description=gettext_lazy("about"))
    def show_subject(self, row: Silence) -> str:
        """Return what it is about."""
        return row.rule.name if row.rule else _("all rules on “%(metric)s”") % {"metric": name_metric(row.metric)}

    @show_label(description=gettext_lazy("state"), colors=STATE_COLORS)
    def show_state(self, row: Silence) -> tuple[str, str]:
        """Return where it stands."""
        state = find_silence_state(row, now=timezone.now())
        return state, dict(list_silence_states())[state]
