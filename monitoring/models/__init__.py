"""The tables of monitoring."""

from monitoring.models.alerts import MOST_SLOTS_TO_WAIT, AlertRule, AlertRuleVersion, Severity, ThresholdType
from monitoring.models.episodes import (
    Alert,
    AlertAcknowledgement,
    AlertEpisode,
    AlertKind,
    AlertTransition,
    HealthChoice,
    ReadingChoice,
    ReasonChoice,
    StateChoice,
    TransitionCause,
)
from monitoring.models.facts import AccountFact, BundleFact, OrderFact, PolicyFact, Vendor
from monitoring.models.outbox import (
    AlertMessage,
    ChannelKind,
    KindChoice,
    Notification,
    NotificationChannel,
    NotificationState,
    WithheldMessage,
    WithholdingReason,
)
from monitoring.models.silences import Silence
from monitoring.models.snapshots import (
    GapReason,
    MonitoringGap,
    MonitoringRun,
    MonitoringSnapshot,
    RunState,
)
from monitoring.models.totals import NotificationTotal

__all__ = [
    "MOST_SLOTS_TO_WAIT",
    "AccountFact",
    "Alert",
    "AlertAcknowledgement",
    "AlertEpisode",
    "AlertKind",
    "AlertMessage",
    "AlertRule",
    "AlertRuleVersion",
    "AlertTransition",
    "BundleFact",
    "ChannelKind",
    "GapReason",
    "HealthChoice",
    "KindChoice",
    "MonitoringGap",
    "MonitoringRun",
    "MonitoringSnapshot",
    "Notification",
    "NotificationChannel",
    "NotificationState",
    "NotificationTotal",
    "OrderFact",
    "PolicyFact",
    "ReadingChoice",
    "ReasonChoice",
    "RunState",
    "Severity",
    "Silence",
    "StateChoice",
    "ThresholdType",
    "TransitionCause",
    "Vendor",
    "WithheldMessage",
    "WithholdingReason",
]
