"""The tables of monitoring."""

from monitoring.models.alerts import AlertRule, Severity, ThresholdType
from monitoring.models.snapshots import (
    GapReason,
    MonitoringGap,
    MonitoringRun,
    MonitoringSnapshot,
    RunState,
)

__all__ = [
    "AlertRule",
    "GapReason",
    "MonitoringGap",
    "MonitoringRun",
    "MonitoringSnapshot",
    "RunState",
    "Severity",
    "ThresholdType",
]
