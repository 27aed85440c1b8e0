"""Staff's pages of monitoring."""

from monitoring.admin import history, rules, snapshots

__all__ = ["history", "rules", "snapshots"]
