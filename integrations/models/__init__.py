"""The tables of the integrations."""

from integrations.models.accounts import MoySkladAccount, WbAccount

__all__ = ["MoySkladAccount", "WbAccount"]
