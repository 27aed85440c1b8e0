"""Staff's pages of monitoring."""

from monitoring.admin import dashboard, history, rules, snapshots

__all__ = ["dashboard", "history", "rules", "snapshots"]
