"""The tables of monitoring."""

from monitoring.models.alerts import AlertRule, Severity, ThresholdType
from monitoring.models.facts import AccountFact, BundleFact, OrderFact, PolicyFact, Vendor
from monitoring.models.snapshots import (
    GapReason,
    MonitoringGap,
    MonitoringRun,
    MonitoringSnapshot,
    RunState,
)

__all__ = [
    "AccountFact",
    "AlertRule",
    "BundleFact",
    "GapReason",
    "MonitoringGap",
    "MonitoringRun",
    "MonitoringSnapshot",
    "OrderFact",
    "PolicyFact",
    "RunState",
    "Severity",
    "ThresholdType",
    "Vendor",
]
