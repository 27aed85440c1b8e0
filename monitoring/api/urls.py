"""URLs under /api/v1/planning/monitoring."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from monitoring.api.views import alerts, catalogue, explanations, history, overview, snapshots

router = SimpleRouter(trailing_slash=False)
router.register("alert-rules", alerts.AlertRuleViewSet)

urlpatterns = [
    path("bootstrap", overview.BootstrapView.as_view(), name="monitoring-bootstrap"),
    path("status", overview.StatusView.as_view(), name="monitoring-status"),
    path("dashboard", overview.DashboardView.as_view(), name="monitoring-dashboard"),
    path("risk-focus", overview.RiskFocusView.as_view(), name="monitoring-risk-focus"),
    path("health/scheduler", overview.SchedulerHealthView.as_view(), name="monitoring-health-scheduler"),
    path("snapshot", snapshots.SnapshotView.as_view(), name="monitoring-snapshot"),
    path("snapshot/capture", snapshots.CaptureView.as_view(), name="monitoring-snapshot-capture"),
    path("snapshots/<int:snapshot_id>", explanations.SnapshotDetailView.as_view(), name="monitoring-snapshot-detail"),
    path(
        "snapshots/<int:snapshot_id>/explanation",
        explanations.SnapshotExplanationView.as_view(),
        name="monitoring-snapshot-explanation",
    ),
    path(
        "snapshots/<int:snapshot_id>/diff",
        explanations.SnapshotDiffView.as_view(),
        name="monitoring-snapshot-diff",
    ),
    path("history", history.HistoryView.as_view(), name="monitoring-history"),
    path("timeseries", history.TimeseriesView.as_view(), name="monitoring-timeseries"),
    path("metrics", catalogue.MetricsView.as_view(), name="monitoring-metrics"),
    path("layout", catalogue.LayoutView.as_view(), name="monitoring-layout"),
    path("alerts", alerts.AlertsView.as_view(), name="monitoring-alerts"),
    path("alert-rules/<int:rule_id>/history", alerts.AlertRuleHistoryView.as_view(), name="alertrule-history"),
    *router.urls,
]
