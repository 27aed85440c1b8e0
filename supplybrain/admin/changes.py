"""Who changed what: every change of every audited table, newest first. Nobody edits history."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import FieldTextFilter, RangeDateTimeFilter
from unfold.views import ChangeList

from supplybrain.admin_base import EstimatingPaginator, HistoryAdmin, show_label
from supplybrain.audit.changes import ChangeEntry, describe_changes
from supplybrain.audit.models import Action, Change
from supplybrain.audit.registry import list_visible_models, name_model

ACTION_COLORS = {Action.CREATED: "success", Action.CHANGED: "info", Action.DELETED: "danger"}
LONGEST_SUMMARY = 200


class WhatFilter(admin.SimpleListFilter):
    """By kind of thing, among those that the user may view."""

    title = _("what")
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002  (Django's signature)
        """Return the models that the user may view, by name."""
        named = [(label, name_model(label)) for label in list_visible_models(request.user)]
        return sorted(named, key=lambda pair: pair[1].casefold())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:  # noqa: ARG002  (as above)
        """Return the changes of the chosen model."""
        return queryset.filter(model=self.value()) if self.value() else queryset


class ChangesList(ChangeList):  # type: ignore[misc]  # unfold has no types
    """The changes of a page with their words: a statement per kind of row that they name."""

    def get_results(self, request: HttpRequest) -> None:
        """Load the page and put its words on every change of it."""
        super().get_results(request)
        entries = describe_changes(self.result_list)
        for entry in entries:
            entry.change.entry = entry  # type: ignore[attr-defined]  # for the columns below
        self.result_list: Any = [entry.change for entry in entries]


@admin.register(Change)
class ChangeAdmin(HistoryAdmin):
    """Changes of what the user may view."""

    list_display = ("changed_at", "show_who", "show_action", "show_what", "show_object", "show_summary")
    list_display_links = ("changed_at",)
    list_filter = (
        WhatFilter,
        ("actor", FieldTextFilter),
        "channel",
        "action",
        ("changed_at", RangeDateTimeFilter),
    )
    search_fields = ("object_name", "actor", "=object_id")
    search_help_text = _("Name or number of what was changed, or who did it")
    ordering = ("-id",)
    sortable_by = ()
    paginator = EstimatingPaginator
    show_full_result_count = False
    fields = readonly_fields = ("changed_at", "show_who", "action", "show_what", "show_object", "show_fields")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        """Return the changes of what the user may view; a superuser's include those of models that are no more."""
        rows: QuerySet[Change] = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        return rows.filter(model__in=list_visible_models(request.user))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangesList]:  # noqa: ARG002  (Django's signature)
        """Return the list that knows the words."""
        return ChangesList

    @admin.display(description=_("who"))
    def show_who(self, change: Change) -> str:
        """Return who, and the way it came."""
        return _find_entry(change).who

    @show_label(description=_("action"), colors=ACTION_COLORS)
    def show_action(self, change: Change) -> tuple[str, str]:
        """Return the action with its colour."""
        return change.action, change.get_action_display()

    @admin.display(description=_("what"))
    def show_what(self, change: Change) -> str:
        """Return the kind of thing."""
        return _find_entry(change).model_name

    @admin.display(description=_("name"))
    def show_object(self, change: Change) -> str | SafeString:
        """Return the thing, with a link while it exists."""
        entry = _find_entry(change)
        if entry.exists and (url := _find_page(change)):
            return format_html(
                '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', url, entry.object_name
            )
        return entry.object_name

    @admin.display(description=_("from and to"))
    def show_summary(self, change: Change) -> str:
        """Return the beginning of what was changed; the change's page has all of it."""
        return Truncator(_find_entry(change).summary).chars(LONGEST_SUMMARY)

    @admin.display(description=_("from and to"))
    def show_fields(self, change: Change) -> SafeString:
        """Return all that was changed."""
        return render_to_string("supplybrain/audit/fields.html", {"fields": _find_entry(change).fields})


def _find_entry(change: Any) -> ChangeEntry:
    """Return the words of a change: those that came with the list, or of this one."""
    if not hasattr(change, "entry"):
        [change.entry] = describe_changes([change])
    entry: ChangeEntry = change.entry
    return entry


def _find_page(change: Change) -> str | None:
    app_label, _dot, name = change.model.partition(".")
    try:
        return reverse(f"admin:{app_label}_{name}_change", args=[change.object_id])
    except NoReverseMatch:
        return None
