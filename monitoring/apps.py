"""App configuration."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Snapshots, alert rules, status, history and time series."""

    name = "monitoring"
    verbose_name = "Monitoring"
