"""Episodes of alerts: what is and was wrong, and what people do about it with one click."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import RangeDateTimeFilter

from monitoring.admin.alert_words import (
    SILENCE_HOURS,
    chip_severity,
    describe_since,
    format_value,
    title_alert,
    title_episode,
)
from monitoring.admin.episode_page import build_context
from monitoring.models import AlertEpisode, AlertRule, Severity, StateChoice
from monitoring.selectors.episodes import select_standing
from monitoring.services.acknowledge import acknowledge_episode, withdraw_acknowledgement
from monitoring.services.silences import silence
from supplybrain.admin_base import StoryAdmin, show_label
from supplybrain.errors import SupplyBrainError

OVER = "over"
OPEN = "open"
STATE_COLORS = {StateChoice.FIRING: "danger", StateChoice.RECOVERING: "info", OVER: "default"}
SEVERITY_COLORS = {Severity.CRITICAL: "danger", Severity.WARNING: "warning"}
LONGEST_NOTE = 500

Deed = Callable[[HttpRequest, AlertEpisode], str]


class Heading:
    """What the head of a page asks of the object that it is about. An episode by itself knows its slot, no title."""

    def __init__(self, episode: AlertEpisode) -> None:
        self._meta = episode._meta
        self.pk = episode.pk
        self._title = title_episode(episode)

    def __str__(self) -> str:
        return self._title


class StateFilter(admin.SimpleListFilter):
    """By where an episode stands."""

    title = gettext_lazy("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002  (Django's signature)
        """Return the choices."""
        states = [StateChoice.FIRING, StateChoice.RECOVERING]
        return [(OPEN, _("open")), *((state.value, state.label) for state in states), (OVER, _("over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AlertEpisode]) -> QuerySet[AlertEpisode]:  # noqa: ARG002  (as above)
        """Return the episodes of the choice."""
        if not self.value():
            return queryset
        if self.value() == OVER:
            return queryset.filter(closed_slot__isnull=False)
        still_open = queryset.filter(closed_slot=None)
        return still_open if self.value() == OPEN else still_open.filter(alert__state=self.value())


class RuleFilter(admin.SimpleListFilter):
    """By rule, among those that there are; episodes of deleted ones are found by the name that the rule had."""

    title = gettext_lazy("rule")
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002  (as above)
        """Return the rules by name."""
        return [
            (str(number), name) for number, name in AlertRule.objects.order_by("name", "id").values_list("id", "name")
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AlertEpisode]) -> QuerySet[AlertEpisode]:  # noqa: ARG002  (as above)
        """Return the episodes of the chosen rule."""
        value = self.value()
        return queryset.filter(alert__rule_id=int(value)) if value and value.isdecimal() else queryset


@admin.register(AlertEpisode)
class AlertEpisodeAdmin(StoryAdmin):
    """Episodes. The evaluation alone writes them; people take notice of them."""

    list_display = (
        "show_title",
        "show_state",
        "show_severity",
        "fired_slot",
        "show_length",
        "show_peak",
        "show_last",
        "show_acknowledged",
    )
    list_display_links = ("show_title",)
    list_filter = (StateFilter, "alert__kind", "severity", RuleFilter, ("fired_slot", RangeDateTimeFilter))
    list_select_related = ("alert", "rule_version")
    date_hierarchy = "fired_slot"
    search_fields = ("rule_version__name", "rule_version__metric", "alert__source", "=id")
    search_help_text = gettext_lazy("Name or metric of the rule, a source, or the number of the episode")
    ordering = ("-fired_slot", "-id")
    story_template = "monitoring/episode.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[AlertEpisode]:
        """Return the episodes, each with who looks after it and with the present version of its rule."""
        present = AlertRule.objects.filter(pk=OuterRef("alert__rule_id")).values("version")
        standing = select_standing().order_by("-created_at", "-id")
        rows: QuerySet[AlertEpisode] = super().get_queryset(request)
        return rows.annotate(
            acknowledged_by=Subquery(standing.values("author_name")[:1]),
            rule_version_now=Subquery(present[:1]),
        )

    def get_urls(self) -> list[Any]:
        """Return the addresses of the pages, with what is posted from them."""
        deeds = {"acknowledge": self.acknowledge, "withdraw": self.withdraw, "silence": self.silence}
        posts = [
            path(f"<int:episode_id>/{name}/", self.admin_site.admin_view(view), name=f"monitoring_alertepisode_{name}")
            for name, view in deeds.items()
        ]
        return [*posts, *super().get_urls()]

    def build_story(self, request: HttpRequest, row: AlertEpisode) -> dict[str, Any]:
        """Return what the page shows."""
        return {"title": title_episode(row), "original": Heading(row), **build_context(request, row)}

    def acknowledge(self, request: HttpRequest, episode_id: int) -> HttpResponse:
        """Acknowledge an open episode, with the note that was posted."""

        def do(request: HttpRequest, episode: AlertEpisode) -> str:
            note = request.POST.get("note", "").strip()[:LONGEST_NOTE]
            acknowledge_episode(episode_id=episode.pk, user=cast("Any", request.user), note=note)
            return _("You look after it: %(name)s.")

        return self._do(request, episode_id, "monitoring.add_alertacknowledgement", do)

    def withdraw(self, request: HttpRequest, episode_id: int) -> HttpResponse:
        """Withdraw the acknowledgements of an open episode."""

        def do(request: HttpRequest, episode: AlertEpisode) -> str:
            withdraw_acknowledgement(episode_id=episode.pk, user=cast("Any", request.user))
            return _("Nobody looks after it any more: %(name)s.")

        return self._do(request, episode_id, "monitoring.change_alertacknowledgement", do)

    def silence(self, request: HttpRequest, episode_id: int) -> HttpResponse:
        """Silence the rule of an episode for some hours from now."""

        def do(request: HttpRequest, episode: AlertEpisode) -> str:
            hours = _read_hours(request)
            reason = request.POST.get("reason", "").strip()[:LONGEST_NOTE] or _("By the button of the alert")
            until = timezone.now() + timedelta(hours=hours)
            silence(rule_id=episode.alert.rule_id, ends_at=until, reason=reason, user=cast("Any", request.user))
            words = ngettext(
                "No messages for %(hours)s hour: %%(name)s.", "No messages for %(hours)s hours: %%(name)s.", hours
            )
            return words % {"hours": hours}

        return self._do(request, episode_id, "monitoring.add_silence", do)

    def _do(self, request: HttpRequest, episode_id: int, permission: str, do: Deed) -> HttpResponse:
        """Do what was posted for somebody who may, say how it went, and go back to where it was posted from.

        Args:
            request: Who posts, and what.
            episode_id: The episode.
            permission: What one must have.
            do: Does it and returns what to say, with a place for the name of the alert.
        """
        may = self.has_view_permission(request) and request.user.has_perm(permission)
        if request.method != "POST" or not may:
            raise PermissionDenied
        episode = self.get_object(request, str(episode_id))
        if episode is None:
            return cast("HttpResponse", self._get_obj_does_not_exist_redirect(request, self.opts, str(episode_id)))
        try:
            messages.success(request, do(request, episode) % {"name": title_episode(episode)})
        except SupplyBrainError as error:
            messages.error(request, error.message)
        if request.POST.get("back") == "dashboard":
            return HttpResponseRedirect(reverse("admin:index"))
        return HttpResponseRedirect(reverse("admin:monitoring_alertepisode_change", args=[episode.pk]))

    @admin.display(description=gettext_lazy("alert"), ordering="rule_version__name")
    def show_title(self, episode: AlertEpisode) -> str:
        """Return what the alert is called."""
        return title_alert(episode.alert, episode.rule_version)

    @show_label(description=gettext_lazy("state"), colors=STATE_COLORS)
    def show_state(self, episode: AlertEpisode) -> tuple[str, str]:
        """Return where it stands, or how it ended."""
        if episode.closed_slot:
            return OVER, episode.get_close_reason_display()
        return episode.alert.state, episode.alert.get_state_display()

    @show_label(description=gettext_lazy("severity"), ordering="severity", colors=SEVERITY_COLORS)
    def show_severity(self, episode: AlertEpisode) -> tuple[str, str]:
        """Return the severity with its colour."""
        return episode.severity, chip_severity(episode.severity).text

    @admin.display(description=gettext_lazy("length"))
    def show_length(self, episode: AlertEpisode) -> str:
        """Return how long it took, or takes."""
        length = describe_since(episode.fired_slot, episode.closed_slot or timezone.now())
        return length.replace(" ", "\N{NO-BREAK SPACE}")

    @admin.display(description=gettext_lazy("worst value"), ordering="peak_value")
    def show_peak(self, episode: AlertEpisode) -> str:
        """Return the worst value."""
        return format_value(episode.alert.kind, episode.peak_value)

    @admin.display(description=gettext_lazy("last value"), ordering="last_value")
    def show_last(self, episode: AlertEpisode) -> str:
        """Return the last value."""
        return format_value(episode.alert.kind, episode.last_value)

    @admin.display(description=gettext_lazy("acknowledged by"))
    def show_acknowledged(self, episode: Any) -> str:
        """Return who looks after it, or did to its end."""
        return episode.acknowledged_by or ""


def _read_hours(request: HttpRequest) -> int:
    """Return for how many hours to silence; the least of the buttons if something else was posted."""
    hours = request.POST.get("hours", "")
    return int(hours) if hours in {str(one) for one in SILENCE_HOURS} else SILENCE_HOURS[0]
