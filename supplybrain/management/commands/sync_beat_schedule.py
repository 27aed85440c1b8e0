"""Write `supplybrain.beat.BEAT_SCHEDULE` into django-celery-beat."""

from collections.abc import Mapping
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from supplybrain.beat import BEAT_SCHEDULE
from supplybrain.commands import AuditedCommand

# Marks the rows that are ours. A task that somebody added by hand has another description and is never touched.
DESCRIPTION = (
    "Kept by sync_beat_schedule, which every deployment runs: the schedule is written in supplybrain/beat.py. "
    "Changes made here last until then, except 'enabled'."
)
# What the library stores of an entry's options; it drops all others without a word.
STORED_OPTIONS = frozenset({"queue", "exchange", "routing_key", "priority", "headers", "expire_seconds"})


class Command(AuditedCommand):
    """Write the schedule of the code into the database, where beat reads it and staff see it."""

    help = "Write the schedule of supplybrain/beat.py into django-celery-beat; keeps what was disabled by hand."

    def handle(self, *_args: object, **_options: object) -> None:
        """Synchronise and say what there is now."""
        removed = sync_beat_schedule(BEAT_SCHEDULE)
        self.stdout.write(f"Beat schedule: {len(BEAT_SCHEDULE)} tasks, {removed} removed.")


def sync_beat_schedule(table: Mapping[str, Mapping[str, Any]]) -> int:
    """Make the stored entries of the code equal to the table, and leave every other entry alone.

    Args:
        table: Entries by name, as Celery's `beat_schedule` has them.

    Returns:
        How many entries were removed because the table no longer has them.

    Raises:
        ValueError: If an entry has an option that would not be stored.
    """
    for name, entry in table.items():
        if unknown := sorted(set(entry.get("options", {})) - STORED_OPTIONS):
            raise ValueError(
                f"{name}: {', '.join(unknown)} is not stored; use one of {', '.join(sorted(STORED_OPTIONS))}."
            )
    with transaction.atomic():
        _wait_for_turn()
        for name, entry in table.items():
            # update_or_create by name: `enabled` and the run counters are not among the fields, so they stay.
            ModelEntry.from_entry(name, app=current_app, description=DESCRIPTION, **entry)
        obsolete = PeriodicTask.objects.filter(description=DESCRIPTION).exclude(name__in=table)
        return len([task.delete() for task in obsolete])  # one by one: the library's signal tells beat


def _wait_for_turn() -> None:
    """Let one deployment at a time in: the library looks for an interval before it inserts one, and would make two."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE django_celery_beat_periodictask IN SHARE ROW EXCLUSIVE MODE")
