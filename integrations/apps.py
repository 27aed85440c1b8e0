"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    """Wildberries and MoySklad accounts and their synchronisation."""

    name = "integrations"
    verbose_name = _("Integrations")
