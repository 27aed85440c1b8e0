"""What a soak has left behind: counted, and compared with what must be."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, LiteralString

from monitoring.tests.processes.ledger import find_faults
from monitoring.tests.processes.observer import Observer
from monitoring.tests.processes.retelling import count_untrue_alerts
from monitoring.tests.receivers.http_receiver import HttpReceiver

MAX_AGE = timedelta(hours=72)  # SOURCE_MAX_AGE_HOURS

COUNTED: dict[str, LiteralString] = {
    "gaps": "SELECT reason, count(*) FROM monitoring_gaps GROUP BY 1",
    "runs": "SELECT state, count(*) FROM monitoring_runs GROUP BY 1",
    "transitions": "SELECT from_state || ' to ' || to_state, count(*) FROM monitoring_alert_transitions GROUP BY 1",
    "episodes": """
        SELECT coalesce(nullif(close_reason, ''), 'open'), count(*) FROM monitoring_alert_episodes GROUP BY 1
    """,
    "messages": "SELECT kind, count(*) FROM monitoring_alert_messages GROUP BY 1",
    "notifications": "SELECT state, count(*) FROM monitoring_notifications GROUP BY 1",
    "withheld": "SELECT reason, count(*) FROM monitoring_withheld_messages GROUP BY 1",
}

# Every message of the outbox: whether it was to be told, and what became of it.
OUTBOX: LiteralString = """
SELECT notification.key::text, notification.state, message.id, withheld.reason
FROM monitoring_notifications AS notification
JOIN monitoring_notification_channels AS channel ON channel.id = notification.channel_id
JOIN monitoring_alert_messages AS message ON message.batch = notification.batch
    AND (channel.min_severity = 'warning' OR message.severity = 'critical')
LEFT JOIN monitoring_withheld_messages AS withheld
    ON withheld.notification_id = notification.id AND withheld.message_id = message.id
"""


@dataclass
class Report:
    """What was seen. Everything in `faults` should not be.

    Attributes:
        slots: How many there were from the first snapshot to the last.
        figures: What there is how often.
        faults: What is impossible and was found, how often.
    """

    slots: int
    figures: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)


def write_report(observer: Observer, receiver: HttpReceiver) -> Report:
    """Count and compare everything, when all has come to rest."""
    report = Report(count_slots(observer), count_rows(observer), find_faults(observer))
    compare_stories(observer, report)
    compare_letters(observer, receiver, report)
    if locks := observer.count_advisory_locks():
        report.faults["advisory locks"] = locks
    return report


def count_slots(observer: Observer) -> int:
    """Return how many slots there were from the first snapshot to the last, told by a snapshot or a gap."""
    slots = observer.list_slots()
    return len(observer.list_expected_slots(slots[0], slots[-1]))


def count_rows(observer: Observer) -> dict[str, Any]:
    """Return how much of everything there is."""
    counts: dict[str, Any] = {what: dict(observer.fetch(statement)) for what, statement in COUNTED.items()}
    return {"snapshots": len(observer.list_slots()), **counts}


def compare_stories(observer: Observer, report: Report) -> None:
    """Add how many alerts tell another story than the machine does, and how many slots nobody tells of."""
    counts = count_untrue_alerts(observer, max_age=MAX_AGE)
    report.figures["alerts compared"] = counts["compared"]
    untold = report.slots - report.figures["snapshots"] - sum(report.figures["gaps"].values())
    faults = {"alerts that are not what the machine says": counts["untrue"], "slots without a word": untold}
    report.faults |= {what: count for what, count in faults.items() if count}


def compare_letters(observer: Observer, receiver: HttpReceiver, report: Report) -> None:
    """Add what was lost or changed between the outbox and the receiver."""
    bodies: dict[str, list[str]] = defaultdict(list)
    told: dict[str, set[int]] = {}  # what a receiver has said to have taken
    for request in receiver.list_requests():
        bodies[request["key"]].append(request["body"])
        if request["word"] == "ok":
            told[request["key"]] = {one["id"] for one in json.loads(request["body"])["messages"]}
    faults: Counter[str] = Counter()
    for key, state, message_id, reason in observer.fetch(OUTBOX):
        faults["notifications that did not end"] += state not in {"sent", "withheld"}
        faults["messages lost"] += reason is None and message_id not in told.get(key, ())
        faults["messages told and withheld"] += reason is not None and message_id in told.get(key, ())
    faults["keys with two bodies"] = sum(len(set(sent)) > 1 for sent in bodies.values())
    known = {key for (key,) in observer.fetch("SELECT key::text FROM monitoring_notifications")}
    faults["letters nobody knows of"] = len(set(bodies) - known)
    repeats = sum(len(sent) - 1 for sent in bodies.values())
    report.figures |= {"requests": sum(map(len, bodies.values())), "letters": len(bodies), "repeats": repeats}
    report.faults |= {what: count for what, count in faults.items() if count}
