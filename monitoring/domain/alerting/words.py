"""The words of alerting. They are stored, and clients see them."""

from enum import StrEnum


class AlertState(StrEnum):
    """Where an alert stands; `firing` and `recovering` have an open episode."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"


class Reading(StrEnum):
    """What a slot says about a rule. Without data, or on data too old to trust, nothing opens and nothing resolves."""

    BREACH = "breach"
    BETWEEN = "between"
    CLEAR = "clear"
    NO_DATA = "no_data"
    DEGRADED = "degraded"
    ERROR = "error"


class Health(StrEnum):
    """Whether a rule can be judged at all. Apart from the state: an alert that cannot be judged stays as it is."""

    OK = "ok"
    NO_DATA = "no_data"
    DEGRADED = "degraded"
    ERROR = "error"


class Reason(StrEnum):
    """Why an alert went from one state to another."""

    BREACHED = "breached"
    FIRED = "fired"
    CLEARED_BEFORE_FIRING = "cleared_before_firing"
    CLEARING = "clearing"
    RELAPSED = "relapsed"
    RECOVERED = "recovered"
    RULE_CHANGED = "rule_changed"
    RULE_DISABLED = "rule_disabled"
    RULE_DELETED = "rule_deleted"


class MessageKind(StrEnum):
    """What people are told."""

    FIRING = "firing"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REMINDER = "reminder"
    FLAPPING = "flapping"
    CALM = "calm"
    CHANNEL_DISABLED = "channel_disabled"
    DELIVERY_DEAD = "delivery_dead"
    TEST = "test"


class Withholding(StrEnum):
    """Why a message is kept from a channel."""

    SILENCED = "silenced"
    ACKNOWLEDGED = "acknowledged"
    FLAPPING = "flapping"
    INHIBITED = "inhibited"
    OUTDATED = "outdated"
