"""The scheduler class of beat."""

from typing import Any

import structlog
from django.db import DatabaseError
from django_celery_beat.schedulers import DatabaseScheduler

log = structlog.get_logger(__name__)


class SteadyDatabaseScheduler(DatabaseScheduler):  # type: ignore[misc]  # the parent is untyped
    """Keeps knocking by the schedule it knows while PostgreSQL is away.

    The parent reads the whole schedule again every five minutes and lets beat die when it cannot: any outage of that
    length would end every beat. At its start a beat knows nothing yet and does fail, for its supervisor to try again.
    """

    def all_as_schedule(self) -> dict[str, Any]:
        """Return the schedule from the database, or the last one known."""
        known: dict[str, Any] | None = self._schedule
        try:
            return dict(super().all_as_schedule())
        except DatabaseError as error:
            if known is None:
                raise
            log.warning("beat_schedule_unreadable", error=type(error).__name__)
            return known
