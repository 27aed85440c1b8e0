"""Snapshots: the risks and orders of every slot, newest first, and a button that captures one."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import action

from monitoring.admin.snapshot_page import build_context, export
from monitoring.models import MonitoringSnapshot, RunState
from monitoring.services.capture import capture_now
from supplybrain.admin_base import StoryAdmin, show_label
from supplybrain.charts import format_change
from supplybrain.errors import SupplyBrainError

TRIGGER = "admin"
COUNTED, ZERO = "counted", "zero"
ALARM = {COUNTED: "danger", ZERO: "default"}
ATTENTION = {COUNTED: "warning", ZERO: "default"}
GOOD = {COUNTED: "success", ZERO: "default"}
NOTE = {COUNTED: "info", ZERO: "default"}
PLAIN = {COUNTED: "default", ZERO: "default"}


def highlight(count: int | None) -> tuple[str, str] | None:
    """Return a count as (key of its colour, text): only a count above zero has a colour."""
    if count is None:
        return None
    return (COUNTED if count else ZERO, format_count(count))


def format_count(count: int) -> str:
    """Return a count in groups of three digits, which do not come apart at the end of a line."""
    return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


@admin.register(MonitoringSnapshot)
class MonitoringSnapshotAdmin(StoryAdmin):
    """Snapshots. Nobody edits history."""

    list_display = (
        "slot",
        "show_critical",
        "show_warning",
        "show_ok",
        "show_overstock",
        "show_no_data",
        "show_articles",
        "show_pieces",
        "created_at",
    )
    list_display_links = ("slot", "created_at")  # a snapshot that was moved over may have no slot
    list_filter = (("created_at", RangeDateTimeFilter), "metrics_version")
    date_hierarchy = "created_at"
    search_fields = ("=id", "=as_of_date")
    search_help_text = gettext_lazy("Number of the snapshot, or a business day as YYYY-MM-DD")
    ordering = ("-created_at", "-id")
    story_template = "monitoring/snapshot.html"
    actions_list = ("capture",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MonitoringSnapshot]:
        """Return the snapshots, each with the critical ones of the slot before: a look-up in the index of the slots.

        A window function would read the whole table for every page, and take a filter for a gap.
        """
        earlier = MonitoringSnapshot.objects.filter(slot__lt=OuterRef("slot")).order_by("-slot")
        rows: QuerySet[MonitoringSnapshot] = super().get_queryset(request)
        return rows.annotate(critical_before=Subquery(earlier.values("risk_critical")[:1]))

    def get_urls(self) -> list[Any]:
        """Return the addresses of the pages, with that of the file that explains a metric."""
        name = "monitoring_monitoringsnapshot_contributors"
        view = self.admin_site.admin_view(self.export_contributors)
        return [path("<int:snapshot_id>/contributors.csv", view, name=name), *super().get_urls()]

    def build_story(self, request: HttpRequest, row: MonitoringSnapshot) -> dict[str, Any]:
        """Return what the page shows."""
        return {"title": str(row), "original": row, **build_context(request, row)}

    def export_contributors(self, request: HttpRequest, snapshot_id: int) -> HttpResponse:
        """Answer those behind a metric as a file, to those who may see the page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return export(request, get_object_or_404(MonitoringSnapshot, pk=snapshot_id))

    @show_label(description=gettext_lazy("critical"), ordering="risk_critical", colors=ALARM)
    def show_critical(self, snapshot: Any) -> tuple[str, str] | None:
        """Return the count with its colour, and what changed since the last filled slot before."""
        shown, then = highlight(snapshot.risk_critical), snapshot.critical_before
        if shown is None or then in {None, snapshot.risk_critical}:
            return shown
        color, text = shown
        return color, f"{text} ({format_change(snapshot.risk_critical - then)})"

    @show_label(description=gettext_lazy("warning"), ordering="risk_warning", colors=ATTENTION)
    def show_warning(self, snapshot: MonitoringSnapshot) -> tuple[str, str] | None:
        """Return the count with its colour."""
        return highlight(snapshot.risk_warning)

    @show_label(description=gettext_lazy("ok"), ordering="risk_ok", colors=GOOD)
    def show_ok(self, snapshot: MonitoringSnapshot) -> tuple[str, str] | None:
        """Return the count with its colour."""
        return highlight(snapshot.risk_ok)

    @show_label(description=gettext_lazy("overstock"), ordering="risk_overstock", colors=NOTE)
    def show_overstock(self, snapshot: MonitoringSnapshot) -> tuple[str, str] | None:
        """Return the count with its colour."""
        return highlight(snapshot.risk_overstock)

    @show_label(description=gettext_lazy("no data"), ordering="risk_no_data", colors=PLAIN)
    def show_no_data(self, snapshot: MonitoringSnapshot) -> tuple[str, str] | None:
        """Return the count."""
        return highlight(snapshot.risk_no_data)

    @admin.display(description=gettext_lazy("to order: articles"), ordering="articles_with_orders")
    def show_articles(self, snapshot: MonitoringSnapshot) -> str | None:
        """Return the number of articles to order."""
        return None if snapshot.articles_with_orders is None else format_count(snapshot.articles_with_orders)

    @admin.display(description=gettext_lazy("pieces"), ordering="total_final_order_qty")
    def show_pieces(self, snapshot: MonitoringSnapshot) -> str | None:
        """Return the number of pieces to order."""
        return None if snapshot.total_final_order_qty is None else format_count(snapshot.total_final_order_qty)

    def has_capture_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may capture by hand."""
        return request.user.has_perm("monitoring.capture_monitoringsnapshot")

    @action(  # type: ignore[untyped-decorator]  # unfold has no types
        description=gettext_lazy("Capture now"),
        url_path="capture-now",
        permissions=("capture",),
        icon="photo_camera",
        # A dialog is what makes it a POST: a link that captures would be followed by anything that follows links.
        dialog={
            "title": gettext_lazy("Capture a snapshot now?"),
            "description": gettext_lazy("It fills the running slot. If that has a snapshot already, nothing changes."),
            "form_class": None,
            "form_submit_text": gettext_lazy("Capture"),
        },
    )
    def capture(self, request: HttpRequest, form: Any) -> HttpResponse:  # noqa: ARG002  (the dialog's confirmation)
        """Capture the running slot and say how it went."""
        try:
            result = capture_now(trigger=TRIGGER)
        except SupplyBrainError as error:
            messages.error(request, error.message)
        else:
            is_new = result.state is RunState.CAPTURED
            slot = f"{result.slot:%Y-%m-%d %H:%M} UTC"
            text = _("Captured the slot %s.") if is_new else _("The slot %s has its snapshot already.")
            messages.success(request, text % slot)
        # the dialog was sent by htmx, which follows this header where it would swallow a redirect
        return HttpResponse(headers={"HX-Redirect": reverse("admin:monitoring_monitoringsnapshot_changelist")})
