"""What a value means under the terms of a rule."""

from dataclasses import dataclass

from monitoring.domain.alerting.words import Reading
from monitoring.domain.alerts import ThresholdSide, is_breached


@dataclass(frozen=True, slots=True)
class Condition:
    """When a rule is breached, and when it is clear.

    Args:
        threshold_type: `above` or `below`.
        threshold_value: In the metric's unit; a breach lies strictly beyond it.
        recovery_threshold: Not beyond the threshold; at it and better is clear. None: whatever is no breach is clear.
    """

    threshold_type: str
    threshold_value: int
    recovery_threshold: int | None = None

    @property
    def is_worse_above(self) -> bool:
        """Whether a greater value is the worse one."""
        return self.threshold_type == ThresholdSide.ABOVE


def read_value(value: int | None, condition: Condition, *, is_degraded: bool = False) -> Reading:
    """Return what a value means.

    Args:
        value: The metric's value; None where the snapshot has none.
        condition: When the rule is breached.
        is_degraded: Whether the data behind the value are too old to trust.

    Example:
        >>> condition = Condition("above", 10, recovery_threshold=7)
        >>> [read_value(value, condition).value for value in (11, 10, 8, 7)]
        ['breach', 'between', 'between', 'clear']
    """
    if value is None:
        return Reading.NO_DATA
    if is_degraded:
        return Reading.DEGRADED
    if is_breached(value, threshold_type=condition.threshold_type, threshold_value=condition.threshold_value):
        return Reading.BREACH
    limit = condition.recovery_threshold
    if limit is not None and is_breached(value, threshold_type=condition.threshold_type, threshold_value=limit):
        return Reading.BETWEEN
    return Reading.CLEAR
