"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    """Snapshots, alert rules, status, history and time series."""

    name = "monitoring"
    verbose_name = _("Monitoring")
