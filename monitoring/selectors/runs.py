"""Reads of the run log."""

from django.db.models import QuerySet

from monitoring.models import MonitoringRun


def list_runs() -> QuerySet[MonitoringRun]:
    """Return all runs, newest first."""
    return MonitoringRun.objects.order_by("-started_at", "-id")
