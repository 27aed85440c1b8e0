"""Reads of the run log."""

from datetime import datetime

from django.db.models import QuerySet

from monitoring.models import MonitoringRun, RunState


def list_runs() -> QuerySet[MonitoringRun]:
    """Return all runs, newest first."""
    return MonitoringRun.objects.order_by("-started_at", "-id")


def find_capturing_run(slot: datetime) -> MonitoringRun | None:
    """Return the run that filled a slot, or None if no run is on file."""
    return MonitoringRun.objects.filter(slot=slot, state=RunState.CAPTURED).order_by("-started_at", "-id").first()
