"""App configuration."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Wildberries and MoySklad accounts and their synchronisation."""

    name = "integrations"
    verbose_name = "Integrations"
