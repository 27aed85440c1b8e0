"""When a rule is breached, and the rules that a new installation starts with."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitoring.domain.metrics import MetricValues


class ThresholdSide(StrEnum):
    """On which side of the threshold a value is in breach."""

    ABOVE = "above"
    BELOW = "below"


class AlertSeverity(StrEnum):
    """How bad a breach is."""

    CRITICAL = "critical"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A threshold on a metric. `rule_id` is None for one that is not stored yet."""

    rule_id: int | None = None
    name: str
    metric: str
    threshold_type: str
    threshold_value: int
    severity: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule and the value that breaks it."""

    rule: Rule
    current_value: int


def is_breached(value: int, *, threshold_type: str, threshold_value: int) -> bool:
    """Return whether a value is strictly beyond a threshold; the threshold itself is never a breach.

    Args:
        value: The metric's value.
        threshold_type: `above` or `below`.
        threshold_value: The threshold, in the metric's unit.

    Raises:
        ValueError: If the threshold type is neither.

    Example:
        >>> is_breached(5, threshold_type="above", threshold_value=5)
        False
    """
    match threshold_type:
        case ThresholdSide.ABOVE:
            return value > threshold_value
        case ThresholdSide.BELOW:
            return value < threshold_value
    raise ValueError(f"threshold_type must be above or below, not {threshold_type!r}.")


def list_breaches(rules: Iterable[Rule], values: MetricValues) -> list[Breach]:
    """Return what is breached, in the order of the rules.

    Inactive rules are passed over, and so are rules whose metric has no value: one that the snapshot is older than, or
    one that came over from elsewhere under an unknown name.

    Args:
        rules: The rules.
        values: Value by metric name.
    """
    found = []
    for rule in rules:
        value = values.get(rule.metric)
        if not rule.is_active or value is None:
            continue
        if is_breached(value, threshold_type=rule.threshold_type, threshold_value=rule.threshold_value):
            found.append(Breach(rule=rule, current_value=value))
    return found


def _default(name: str, metric: str, terms: str, severity: AlertSeverity, *, is_active: bool = True) -> Rule:
    side, value = terms.split()
    return Rule(
        name=name,
        metric=metric,
        threshold_type=ThresholdSide(side),
        threshold_value=int(value),
        severity=severity,
        is_active=is_active,
    )


DEFAULT_RULES: tuple[Rule, ...] = (
    _default("Есть критические риски", "risk_critical", "above 0", AlertSeverity.CRITICAL),
    _default("Слишком много рисков уровня «внимание»", "risk_warning", "above 5", AlertSeverity.WARNING),
    _default("Нет активных аккаунтов WB", "wb_accounts_active", "below 1", AlertSeverity.CRITICAL),
    _default("Нет активных аккаунтов МойСклад", "ms_accounts_active", "below 1", AlertSeverity.CRITICAL),
    _default("Нет артикулов к заказу", "articles_with_orders", "below 1", AlertSeverity.WARNING),
    _default("Итоговый заказ пуст", "total_final_order_qty", "below 1", AlertSeverity.CRITICAL),
    _default("Слишком много избыточных запасов", "risk_overstock", "above 10", AlertSeverity.WARNING),
    _default("Слишком много позиций без данных", "risk_no_data", "above 3", AlertSeverity.WARNING),
    _default("Нет позиций без риска", "risk_ok", "below 1", AlertSeverity.WARNING, is_active=False),
)
