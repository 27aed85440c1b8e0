"""Staff's pages for the tables of planning."""

from planning_core.admin import catalog, marketplace, policy, stock

__all__ = ["catalog", "marketplace", "policy", "stock"]
