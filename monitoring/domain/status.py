"""The traffic light: one word for all alerts, the values themselves and their age."""

from collections.abc import Sequence
from enum import StrEnum

from monitoring.domain.alerts import AlertSeverity, Breach
from monitoring.domain.freshness import FreshnessState
from monitoring.domain.metrics import MetricValues


class OverallStatus(StrEnum):
    """From good to bad."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"


def count_breaches(breaches: Sequence[Breach], severity: AlertSeverity) -> int:
    """Return how many of the breaches have a severity."""
    return sum(breach.rule.severity == severity for breach in breaches)


def compute_overall_status(
    *, values: MetricValues, breaches: Sequence[Breach], freshness_state: FreshnessState
) -> OverallStatus:
    """Return the overall status.

    An active critical alert makes it critical, an active warning alert at least warning. Without alerts a critical
    risk, or no active account at Wildberries or at MoySklad, makes it warning. Old data are never ok: stale ones are at
    least warning, dead ones critical. Before the first snapshot nothing is old: the values were built a moment ago.

    Args:
        values: Value by metric name; an unknown value (None or absent) raises nothing.
        breaches: What is breached on these values.
        freshness_state: The age of these values.
    """
    if freshness_state is FreshnessState.DEAD or count_breaches(breaches, AlertSeverity.CRITICAL):
        return OverallStatus.CRITICAL
    if freshness_state is FreshnessState.STALE or breaches or _is_worrying(values):
        return OverallStatus.WARNING
    return OverallStatus.OK


def _is_worrying(values: MetricValues) -> bool:
    has_critical_risk = (values.get("risk_critical") or 0) > 0
    return has_critical_risk or values.get("wb_accounts_active") == 0 or values.get("ms_accounts_active") == 0
