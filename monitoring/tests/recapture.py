"""Capturing again and again without waiting for the next slot."""

from django.db import connection

from monitoring.models import AccountFact, BundleFact, MonitoringSnapshot, OrderFact, PolicyFact
from monitoring.services.capture import capture_snapshot

FACT_MODELS = (BundleFact, OrderFact, PolicyFact, AccountFact)


def recapture() -> MonitoringSnapshot:
    """Capture the running slot again, after moving everything that is stored a quarter of an hour into the past."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE monitoring_snapshots SET slot = slot - interval '15 minutes'")
        for model in FACT_MODELS:
            cursor.execute(
                f"UPDATE {model._meta.db_table} SET valid_from_slot = valid_from_slot - interval '15 minutes',"  # noqa: S608
                " valid_to_slot = valid_to_slot - interval '15 minutes'"
            )
    capture_snapshot(trigger="test")
    return MonitoringSnapshot.objects.latest("slot")
