"""A company with a past of two slots, whose third one makes every kind of thing happen to its alerts at once.

Slots are a year long here, so that the third one does not end while a test is at it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, LiteralString

from monitoring.tests.processes.observer import Observer

COMPANY: LiteralString = """
INSERT INTO wb_integration_accounts (name, api_token, is_active, supplier_id, created_at, updated_at)
SELECT 'WB ' || n, '', false, '', now(), now() FROM generate_series(1, 5) n;

INSERT INTO moysklad_integration_accounts (name, api_token, is_active, account_id, created_at, updated_at)
SELECT 'MS ' || n, '', true, '', now(), now() FROM generate_series(1, 5) n;

INSERT INTO planning_core_sourcesync (source, last_good_at, origin) VALUES ('sales', now(), 'csv_import');

INSERT INTO monitoring_notification_channels
    (name, kind, language, min_severity, is_active, recipients, chat_id, disabled_reason, last_error)
VALUES
    ('all', 'email', 'en', 'warning', true, 'buyer@example.com', '', '', ''),
    ('critical only', 'email', 'ru', 'critical', true, 'owner@example.com', '', '', '');

INSERT INTO monitoring_alert_rules (name, metric, threshold_type, threshold_value, pending_slots, recover_slots,
    severity, is_active)
VALUES
    ('fires', 'wb_accounts_active', 'above', 2, 1, 1, 'critical', true),
    ('flaps', 'wb_accounts_active', 'above', 2, 1, 1, 'warning', true),
    ('waits', 'wb_accounts_active', 'above', 2, 3, 1, 'warning', true),
    ('recovers', 'ms_accounts_active', 'above', 2, 1, 1, 'warning', true),
    ('is changed', 'ms_accounts_active', 'above', 0, 1, 1, 'warning', true),
    ('is deleted', 'ms_accounts_active', 'above', 0, 1, 1, 'warning', true),
    ('relapses', 'wb_accounts_total', 'above', 2, 1, 3, 'warning', true),
    ('clears', 'wb_accounts_total', 'below', 2, 2, 1, 'warning', true);
"""

SECOND_SLOT: LiteralString = "DELETE FROM wb_integration_accounts WHERE name <> 'WB 1'"

THIRD_SLOT: LiteralString = """
INSERT INTO wb_integration_accounts (name, api_token, is_active, supplier_id, created_at, updated_at)
SELECT 'WB ' || n, '', true, '', now(), now() FROM generate_series(6, 9) n;
UPDATE moysklad_integration_accounts SET is_active = name = 'MS 1';
UPDATE planning_core_sourcesync SET last_good_at = now() - interval '80 hours';
UPDATE monitoring_alert_rules SET threshold_value = 4 WHERE name = 'is changed';
DELETE FROM monitoring_alert_rules WHERE name = 'is deleted';

-- it fired three times within the last hours
UPDATE monitoring_alerts SET recent_firings = ARRAY(
    SELECT to_timestamp(floor(extract(epoch FROM now()) / 31536000) * 31536000) - make_interval(hours => n)
    FROM generate_series(3, 1, -1) n
)
WHERE rule_id = (SELECT id FROM monitoring_alert_rules WHERE name = 'flaps');
"""

# Moves all that was captured a slot into the past. What was told keeps its batch in a form that no capture uses.
TURN_THE_YEAR: LiteralString = """
UPDATE monitoring_snapshots SET slot = slot - interval '8760 hours';
UPDATE monitoring_runs SET slot = slot - interval '8760 hours';
UPDATE monitoring_bundle_facts SET valid_from_slot = valid_from_slot - interval '8760 hours',
    valid_to_slot = valid_to_slot - interval '8760 hours';
UPDATE monitoring_order_facts SET valid_from_slot = valid_from_slot - interval '8760 hours',
    valid_to_slot = valid_to_slot - interval '8760 hours';
UPDATE monitoring_policy_facts SET valid_from_slot = valid_from_slot - interval '8760 hours',
    valid_to_slot = valid_to_slot - interval '8760 hours';
UPDATE monitoring_account_facts SET valid_from_slot = valid_from_slot - interval '8760 hours',
    valid_to_slot = valid_to_slot - interval '8760 hours';
UPDATE monitoring_alerts SET first_breach_slot = first_breach_slot - interval '8760 hours',
    fired_slot = fired_slot - interval '8760 hours', peak_slot = peak_slot - interval '8760 hours',
    last_slot = last_slot - interval '8760 hours';
UPDATE monitoring_alert_episodes SET opened_slot = opened_slot - interval '8760 hours',
    fired_slot = fired_slot - interval '8760 hours', closed_slot = closed_slot - interval '8760 hours',
    peak_slot = peak_slot - interval '8760 hours', last_slot = last_slot - interval '8760 hours',
    messaged_slot = messaged_slot - interval '8760 hours';
UPDATE monitoring_alert_transitions SET slot = slot - interval '8760 hours';
UPDATE monitoring_alert_messages SET slot = slot - interval '8760 hours', batch = 'old ' || right(batch, 60);
UPDATE monitoring_notifications SET batch = 'old ' || right(batch, 60);
"""

TRANSITIONS: LiteralString = """
SELECT coalesce(nullif(version.name, ''), alert.source), from_state, to_state, reason
FROM monitoring_alert_transitions AS transition
JOIN monitoring_alerts AS alert ON alert.id = transition.alert_id
LEFT JOIN monitoring_alert_rule_versions AS version ON version.id = transition.rule_version_id
WHERE slot = %s ORDER BY 1
"""
MESSAGES: LiteralString = """
SELECT coalesce(version.name, alert.source), message.kind, is_quiet
FROM monitoring_alert_messages AS message
JOIN monitoring_alerts AS alert ON alert.id = message.alert_id
LEFT JOIN monitoring_alert_rule_versions AS version ON version.id = alert.rule_version_id
WHERE slot = %s ORDER BY message.id
"""
OUTBOX: LiteralString = """
SELECT channel.name, state FROM monitoring_notifications AS notification
JOIN monitoring_notification_channels AS channel ON channel.id = notification.channel_id
WHERE batch NOT LIKE 'old %%' ORDER BY 1
"""


@dataclass(frozen=True)
class Happening:
    """What a capture made of the alerts.

    Attributes:
        transitions: Subject, states and reason, by subject.
        messages: Subject, kind and whether it is only kept, in the order of posting.
        outbox: Channel and state of the notifications, by channel.
    """

    transitions: list[tuple[Any, ...]]
    messages: list[tuple[Any, ...]]
    outbox: list[tuple[Any, ...]]


THIRD_YEAR = Happening(
    transitions=[
        ("clears", "pending", "inactive", "cleared_before_firing"),
        ("fires", "inactive", "firing", "fired"),
        ("flaps", "inactive", "firing", "fired"),
        ("is changed", "firing", "inactive", "rule_changed"),
        ("is deleted", "firing", "inactive", "rule_deleted"),
        ("recovers", "firing", "inactive", "recovered"),
        ("relapses", "recovering", "firing", "relapsed"),
        ("sales", "inactive", "firing", "fired"),
        ("waits", "inactive", "pending", "breached"),
    ],
    messages=[
        ("fires", "firing", False),
        ("flaps", "firing", True),
        ("flaps", "flapping", False),
        ("recovers", "resolved", False),
        ("is changed", "closed", False),
        ("relapses", "reminder", False),  # after a year
        ("is deleted", "closed", False),
        ("sales", "firing", False),
    ],
    outbox=[("all", "pending"), ("critical only", "pending")],
)


def live_two_years(observer: Observer, *, capture: Callable[[], None]) -> None:
    """Bring a company to the third slot, which is not captured yet."""
    observer.execute(COMPANY)
    for change in (SECOND_SLOT, THIRD_SLOT):
        capture()
        observer.execute(TURN_THE_YEAR)
        observer.execute(change)


def look(observer: Observer) -> Happening:
    """Return what the running slot made of the alerts."""
    slot = observer.get_slot()
    return Happening(observer.fetch(TRANSITIONS, slot), observer.fetch(MESSAGES, slot), observer.fetch(OUTBOX))
