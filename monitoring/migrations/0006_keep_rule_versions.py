from django.db import migrations

from supplybrain.audit.operations import audit_table
from supplybrain.roles import grant_permissions, name_permissions

# A rule's version counts the changes of what it does; its name and its description are none.
COUNT_VERSION = """
CREATE FUNCTION monitoring_count_rule_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version;
    IF (NEW.metric, NEW.threshold_type, NEW.threshold_value, NEW.recovery_threshold, NEW.pending_slots,
            NEW.recover_slots, NEW.severity, NEW.is_active)
        IS DISTINCT FROM (OLD.metric, OLD.threshold_type, OLD.threshold_value, OLD.recovery_threshold, OLD.pending_slots,
            OLD.recover_slots, OLD.severity, OLD.is_active)
    THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END $$
"""

# The last version of a deleted rule says that it is off, so that the end of its alert has a version to name.
STORE_LAST_VERSION = """
CREATE FUNCTION monitoring_store_last_rule_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO monitoring_alert_rule_versions (rule_id, version, name, metric, threshold_type, threshold_value,
        recovery_threshold, pending_slots, recover_slots, severity, is_active, created_at)
    VALUES (OLD.id, OLD.version + 1, OLD.name, OLD.metric, OLD.threshold_type, OLD.threshold_value,
        OLD.recovery_threshold, OLD.pending_slots, OLD.recover_slots, OLD.severity, false, clock_timestamp());
    RETURN NULL;
END $$
"""

STORE_VERSION = """
CREATE FUNCTION monitoring_store_rule_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO monitoring_alert_rule_versions (rule_id, version, name, metric, threshold_type, threshold_value,
        recovery_threshold, pending_slots, recover_slots, severity, is_active, created_at)
    VALUES (NEW.id, NEW.version, NEW.name, NEW.metric, NEW.threshold_type, NEW.threshold_value,
        NEW.recovery_threshold, NEW.pending_slots, NEW.recover_slots, NEW.severity, NEW.is_active, clock_timestamp())
    ON CONFLICT (rule_id, version) DO UPDATE SET name = EXCLUDED.name;
    RETURN NULL;
END $$
"""

STATEMENTS = [
    (COUNT_VERSION, "DROP FUNCTION monitoring_count_rule_version()"),
    (STORE_VERSION, "DROP FUNCTION monitoring_store_rule_version()"),
    (STORE_LAST_VERSION, "DROP FUNCTION monitoring_store_last_rule_version()"),
    (
        "CREATE TRIGGER monitoring_store_last_version AFTER DELETE ON monitoring_alert_rules "
        "FOR EACH ROW EXECUTE FUNCTION monitoring_store_last_rule_version()",
        "DROP TRIGGER monitoring_store_last_version ON monitoring_alert_rules",
    ),
    (
        "CREATE TRIGGER monitoring_count_version BEFORE UPDATE ON monitoring_alert_rules "
        "FOR EACH ROW EXECUTE FUNCTION monitoring_count_rule_version()",
        "DROP TRIGGER monitoring_count_version ON monitoring_alert_rules",
    ),
    (
        "CREATE TRIGGER monitoring_store_version AFTER INSERT OR UPDATE ON monitoring_alert_rules "
        "FOR EACH ROW EXECUTE FUNCTION monitoring_store_rule_version()",
        "DROP TRIGGER monitoring_store_version ON monitoring_alert_rules",
    ),
    (
        "INSERT INTO monitoring_alert_rule_versions (rule_id, version, name, metric, threshold_type, threshold_value, "
        "recovery_threshold, pending_slots, recover_slots, severity, is_active, created_at) "
        "SELECT id, version, name, metric, threshold_type, threshold_value, recovery_threshold, pending_slots, "
        "recover_slots, severity, is_active, clock_timestamp() FROM monitoring_alert_rules "
        "ON CONFLICT (rule_id, version) DO NOTHING",
        # on the way back they stay: episodes name them, and the migration before takes both away
        migrations.RunSQL.noop,
    ),
]

# Of the table's own triggers this one is made anew, to pass over what the database counts by itself.
STOP_AUDIT = "DROP TRIGGER supplybrain_audit ON monitoring_alert_rules"

HISTORY = name_permissions(
    "monitoring",
    ["view"],
    ["alertepisode", "alerttransition", "alertacknowledgement", "silence", "notificationchannel", "notification"],
)
TAKE_NOTICE = [
    "monitoring.add_alertacknowledgement",
    "monitoring.change_alertacknowledgement",
    *name_permissions("monitoring", ["add", "change", "delete"], ["silence"]),
]
KEEP_CHANNELS = [
    *name_permissions("monitoring", ["add", "change", "delete"], ["notificationchannel"]),
    "monitoring.test_notificationchannel",
    "monitoring.retry_notification",
]


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0005_create_alerting'),
        ('supplybrain', '0005_show_schedules_to_operators'),
    ]

    operations = [
        *[migrations.RunSQL(create, drop) for create, drop in STATEMENTS],
        migrations.RunSQL(
            STOP_AUDIT, audit_table(model="monitoring.alertrule", table="monitoring_alert_rules").sql
        ),
        audit_table(model="monitoring.alertrule", table="monitoring_alert_rules", ignored=["version"]),
        audit_table(model="monitoring.silence", table="monitoring_silences"),
        audit_table(
            model="monitoring.notificationchannel",
            table="monitoring_notification_channels",
            hidden=["url", "secret"],
            ignored=["last_success_at", "last_failure_at", "last_error"],
        ),
        grant_permissions(
            {
                "viewer": HISTORY,
                "planner": [*HISTORY, *TAKE_NOTICE],
                "operator": [*HISTORY, *TAKE_NOTICE, *KEEP_CHANNELS],
            }
        ),
    ]
