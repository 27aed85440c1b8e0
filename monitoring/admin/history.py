"""Runs and gaps: why a slot has a snapshot, and why not."""

from django.contrib import admin
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateTimeFilter

from monitoring.models import MonitoringGap, MonitoringRun, RunState
from supplybrain.admin_base import HistoryAdmin, show_label

STATE_COLORS = {
    **dict.fromkeys(RunState, "default"),
    RunState.RUNNING: "info",
    RunState.CAPTURED: "success",
    RunState.FAILED: "danger",
}


@admin.register(MonitoringRun)
class MonitoringRunAdmin(HistoryAdmin):
    """Attempts to fill a slot, newest first."""

    list_display = ("started_at", "slot", "show_state", "trigger", "show_seconds", "instance", "show_error")
    list_filter = ("state", "trigger", ("started_at", RangeDateTimeFilter))
    date_hierarchy = "started_at"
    search_fields = ("=run_id", "instance", "error")
    ordering = ("-started_at", "-id")

    @show_label(description=_("state"), ordering="state", colors=STATE_COLORS)
    def show_state(self, run: MonitoringRun) -> tuple[str, str]:
        """Return the state with its colour."""
        return run.state, run.get_state_display()

    @admin.display(description=_("seconds"))
    def show_seconds(self, run: MonitoringRun) -> str | None:
        """Return how long it took."""
        return number_format((run.finished_at - run.started_at).total_seconds(), 2) if run.finished_at else None

    @admin.display(description=_("error"))
    def show_error(self, run: MonitoringRun) -> str:
        """Return the beginning of the error; the run's page has all of it."""
        return run.error[:80]


@admin.register(MonitoringGap)
class MonitoringGapAdmin(HistoryAdmin):
    """Slots that nobody filled, newest first."""

    list_display = ("slot", "reason", "detected_at")
    list_filter = ("reason", ("slot", RangeDateTimeFilter))
    date_hierarchy = "slot"
    search_fields = ("reason",)
    ordering = ("-slot",)
