"""Capturing again and again without waiting for the next slot."""

from django.db import connection

from monitoring.models import AccountFact, BundleFact, MonitoringSnapshot, OrderFact, PolicyFact
from monitoring.services.capture import capture_snapshot

FACT_MODELS = (BundleFact, OrderFact, PolicyFact, AccountFact)

ALERT_SLOTS = {
    "monitoring_alerts": ("first_breach_slot", "fired_slot", "peak_slot", "stale_since", "last_slot"),
    "monitoring_alert_episodes": (
        "opened_slot",
        "fired_slot",
        "closed_slot",
        "peak_slot",
        "last_slot",
        "messaged_slot",
    ),
    "monitoring_alert_transitions": ("slot",),
    "monitoring_alert_messages": ("slot",),
}


def recapture() -> MonitoringSnapshot:
    """Capture the running slot again, after moving everything that is stored a quarter of an hour into the past.

    What was told keeps its batch in a form that no capture uses.
    """
    with connection.cursor() as cursor:
        cursor.execute("UPDATE monitoring_snapshots SET slot = slot - interval '15 minutes'")
        for model in FACT_MODELS:
            cursor.execute(
                f"UPDATE {model._meta.db_table} SET valid_from_slot = valid_from_slot - interval '15 minutes',"  # noqa: S608
                " valid_to_slot = valid_to_slot - interval '15 minutes'"
            )
        for table, columns in ALERT_SLOTS.items():
            moved = ", ".join(f"{column} = {column} - interval '15 minutes'" for column in columns)
            cursor.execute(f"UPDATE {table} SET {moved}")  # noqa: S608
        for table in ("monitoring_alert_messages", "monitoring_notifications"):
            cursor.execute(f"UPDATE {table} SET batch = 'old ' || right(batch, 60)")  # noqa: S608
    capture_snapshot(trigger="test")
    return MonitoringSnapshot.objects.latest("slot")
