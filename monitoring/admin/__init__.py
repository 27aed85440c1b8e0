"""Staff's pages of monitoring."""

from monitoring.admin import alert_history, channels, dashboard, episodes, history, outbox, rules, silences, snapshots

__all__ = [
    "alert_history",
    "channels",
    "dashboard",
    "episodes",
    "history",
    "outbox",
    "rules",
    "silences",
    "snapshots",
]
