"""URLs under /api/v1/planning/monitoring."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from monitoring.api.views import (
    alerts,
    backtest,
    capture_log,
    catalogue,
    channels,
    episodes,
    explanations,
    history,
    overview,
    silences,
    snapshots,
)

router = SimpleRouter(trailing_slash=False)
router.register("alert-rules", alerts.AlertRuleViewSet)
router.register("notification-channels", channels.ChannelViewSet)

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
    path("gaps", capture_log.GapsView.as_view(), name="monitoring-gaps"),
    path("runs", capture_log.RunsView.as_view(), name="monitoring-runs"),
    path("timeseries", history.TimeseriesView.as_view(), name="monitoring-timeseries"),
    path("metrics", catalogue.MetricsView.as_view(), name="monitoring-metrics"),
    path("layout", catalogue.LayoutView.as_view(), name="monitoring-layout"),
    path("alerts", alerts.AlertsView.as_view(), name="monitoring-alerts"),
    path("alert-rules/<int:rule_id>/history", alerts.AlertRuleHistoryView.as_view(), name="alertrule-history"),
    path("alert-rules/<int:rule_id>/backtest", backtest.AlertRuleBacktestView.as_view(), name="alertrule-backtest"),
    path("alert-episodes", episodes.EpisodesView.as_view(), name="monitoring-alert-episodes"),
    path("alert-episodes/<int:episode_id>", episodes.EpisodeView.as_view(), name="monitoring-alert-episode"),
    path(
        "alert-episodes/<int:episode_id>/acknowledge",
        episodes.AcknowledgeView.as_view(),
        name="monitoring-alert-episode-acknowledge",
    ),
    path("alert-transitions", episodes.TransitionsView.as_view(), name="monitoring-alert-transitions"),
    path("silences", silences.SilencesView.as_view(), name="monitoring-silences"),
    path("silences/<int:silence_id>", silences.SilenceView.as_view(), name="monitoring-silence"),
    path(
        "notification-channels/<int:channel_id>/test",
        channels.ChannelTestView.as_view(),
        name="monitoring-notification-channel-test",
    ),
    path("notifications", channels.NotificationsView.as_view(), name="monitoring-notifications"),
    path(
        "notifications/<int:notification_id>/retry",
        channels.RetryView.as_view(),
        name="monitoring-notification-retry",
    ),
    *router.urls,
]
