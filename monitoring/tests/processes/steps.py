"""The steps of the capture's transaction, each of which a test can make wait."""

from dataclasses import dataclass
from typing import LiteralString


@dataclass(frozen=True)
class Step:
    """A step of the capture's transaction.

    Attributes:
        table: What it needs.
        lock: Keeps it from that, and nobody else.
    """

    table: str
    lock: LiteralString


STEPS = {
    # reading the catalogue: ACCESS EXCLUSIVE makes every reader wait
    "build": Step("planning_core_article", "LOCK TABLE planning_core_article IN ACCESS EXCLUSIVE MODE"),
    # writing the snapshot: EXCLUSIVE lets everybody look whether the slot is there, and makes an INSERT wait
    "insert": Step("monitoring_snapshots", "LOCK TABLE monitoring_snapshots IN EXCLUSIVE MODE"),
    # the same for all that is written with it, in this order
    "facts": Step("monitoring_account_facts", "LOCK TABLE monitoring_account_facts IN EXCLUSIVE MODE"),
    "alerts": Step("monitoring_alerts", "LOCK TABLE monitoring_alerts IN EXCLUSIVE MODE"),
    "episodes": Step("monitoring_alert_episodes", "LOCK TABLE monitoring_alert_episodes IN EXCLUSIVE MODE"),
    "transitions": Step("monitoring_alert_transitions", "LOCK TABLE monitoring_alert_transitions IN EXCLUSIVE MODE"),
    "messages": Step("monitoring_alert_messages", "LOCK TABLE monitoring_alert_messages IN EXCLUSIVE MODE"),
    "outbox": Step("monitoring_notifications", "LOCK TABLE monitoring_notifications IN EXCLUSIVE MODE"),
    # COMMIT checks foreign keys, for which it locks the rows of channels
    "commit": Step("monitoring_notification_channels", "LOCK TABLE monitoring_notification_channels IN EXCLUSIVE MODE"),
}
