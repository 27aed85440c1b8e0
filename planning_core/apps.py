"""App configuration."""

from django.apps import AppConfig


class PlanningCoreConfig(AppConfig):
    """Catalogue, stock, demand, risk and order proposals."""

    name = "planning_core"
    verbose_name = "Planning core"
