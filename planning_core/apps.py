"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningCoreConfig(AppConfig):
    """Catalogue, stock, demand, risk and order proposals."""

    name = "planning_core"
    verbose_name = _("Planning")
