"""Staff's pages for the tables of planning."""

from planning_core.admin import catalog, feeds, marketplace, policy, stock

__all__ = ["catalog", "feeds", "marketplace", "policy", "stock"]
