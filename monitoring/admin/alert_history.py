"""Transitions and acknowledgements of all alerts, newest first. Nobody edits them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateTimeFilter

from monitoring.admin.alert_words import format_value, title_alert, title_episode
from monitoring.models import AlertAcknowledgement, AlertEpisode, AlertTransition, StateChoice
from supplybrain.admin_base import HistoryAdmin, show_label

STATE_COLORS = {
    StateChoice.INACTIVE: "default",
    StateChoice.PENDING: "warning",
    StateChoice.FIRING: "danger",
    StateChoice.RECOVERING: "info",
}


def link_episode(episode: AlertEpisode | None) -> str | SafeString:
    """Return the moment that an episode fired at, leading to its page; nothing without one."""
    if episode is None:
        return ""
    url = reverse("admin:monitoring_alertepisode_change", args=[episode.pk])
    return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', url, str(episode))


@admin.register(AlertTransition)
class AlertTransitionAdmin(HistoryAdmin):
    """Every change of state of every alert."""

    list_display = ("slot", "show_alert", "show_from", "show_to", "show_reason", "show_value", "cause", "show_episode")
    list_filter = ("to_state", "alert__kind", "reason", "cause", ("slot", RangeDateTimeFilter))
    list_select_related = ("alert", "rule_version", "episode")
    date_hierarchy = "slot"
    search_fields = ("rule_version__name", "rule_version__metric", "alert__source", "=id")
    search_help_text = _("Name or metric of the rule, or a source")
    ordering = ("-slot", "-id")
    fields = (
        "slot",
        "show_alert",
        "show_version",
        "from_state",
        "to_state",
        "reason",
        "reading",
        "show_value",
        "cause",
        "snapshot",
        "show_episode",
        "created_at",
    )
    readonly_fields = fields

    @admin.display(description=_("alert"), ordering="rule_version__name")
    def show_alert(self, transition: AlertTransition) -> str:
        """Return what the alert is called."""
        return title_alert(transition.alert, transition.rule_version)

    @admin.display(description=_("version of the rule"))
    def show_version(self, transition: AlertTransition) -> int | None:
        """Return the number of the version that decided."""
        return transition.rule_version.version if transition.rule_version else None

    @show_label(description=_("from"), ordering="from_state", colors=STATE_COLORS)
    def show_from(self, transition: AlertTransition) -> tuple[str, str]:
        """Return the state before, with its colour."""
        return transition.from_state, transition.get_from_state_display()

    @show_label(description=_("to"), ordering="to_state", colors=STATE_COLORS)
    def show_to(self, transition: AlertTransition) -> tuple[str, str]:
        """Return the state after, with its colour."""
        return transition.to_state, transition.get_to_state_display()

    @admin.display(description=_("reason"), ordering="reason")
    def show_reason(self, transition: AlertTransition) -> str:
        """Return why."""
        return transition.get_reason_display()

    @admin.display(description=_("value"), ordering="value")
    def show_value(self, transition: AlertTransition) -> str:
        """Return the value that it was decided on."""
        return format_value(transition.alert.kind, transition.value)

    @admin.display(description=_("episode"))
    def show_episode(self, transition: AlertTransition) -> str | SafeString:
        """Return the episode that it belongs to."""
        return link_episode(transition.episode)


@admin.register(AlertAcknowledgement)
class AlertAcknowledgementAdmin(HistoryAdmin):
    """Who took notice of what. It is done, and taken back, on the pages of episodes."""

    list_display = ("created_at", "show_alert", "author_name", "note", "severity", "show_episode", "withdrawn_at")
    list_filter = ("severity", ("created_at", RangeDateTimeFilter))
    list_select_related = ("episode__alert", "episode__rule_version")
    search_fields = ("author_name", "note", "episode__rule_version__name")
    ordering = ("-created_at", "-id")
    fields = (
        "created_at",
        "show_alert",
        "show_episode",
        "author_name",
        "note",
        "severity",
        "withdrawn_at",
        "withdrawn_by",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the acknowledgements, without the accounts behind the names."""
        return super().get_queryset(request).defer("author")

    @admin.display(description=_("alert"), ordering="episode__rule_version__name")
    def show_alert(self, acknowledgement: AlertAcknowledgement) -> str:
        """Return what the alert is called."""
        return title_episode(acknowledgement.episode)

    @admin.display(description=_("episode"))
    def show_episode(self, acknowledgement: AlertAcknowledgement) -> str | SafeString:
        """Return the episode."""
        return link_episode(acknowledgement.episode)
