"""The thread of every web process that looks whether snapshots still come and messages still leave."""

import random
from threading import Event, Thread

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from monitoring.services.dispatch import dispatch_notifications
from monitoring.services.watchdog import is_outbox_neglected, is_scheduler_overdue, watch_scheduler

log = structlog.get_logger(__name__)

PATIENCE_LOOKS = 4
"""Overdue so many times in a row before anybody is told. A machine that has just been started or woken up finds old
snapshots too, and is about to capture."""

JITTER = 0.2


class Watchdog(Thread):
    """Looks every so often until it is stopped, and holds no connection in between.

    While snapshots are overdue, or messages wait that should have left minutes ago, it sends what the outbox holds:
    there may be no worker left to do it.

    Args:
        seconds: About how often. Processes that were started together drift apart.
    """

    def __init__(self, *, seconds: float) -> None:
        super().__init__(name="watchdog", daemon=True)  # never keeps its process from ending
        self._seconds = seconds
        self._stopped = Event()
        self._overdue_looks = 0
        self._is_failing = False

    def run(self) -> None:
        """Look until stopped."""
        while not self._stopped.wait(self._seconds * random.uniform(1 - JITTER, 1 + JITTER)):  # noqa: S311  (no secret)
            self.look()

    def stop(self) -> None:
        """Look no more; do not wait for a look that is under way."""
        self._stopped.set()

    def look(self) -> None:
        """Look once. Whatever happens, there will be another time."""
        try:
            self._look()
        except (DatabaseError, InterfaceError) as error:
            if not self._is_failing:  # once per outage: requests fail loudly enough
                log.warning("watchdog_blind", error=type(error).__name__)
            self._is_failing = True
        except Exception:
            log.exception("watchdog_failed")
        else:
            self._is_failing = False
        finally:
            connections.close_all()  # those of this thread

    def _look(self) -> None:
        self._overdue_looks = self._overdue_looks + 1 if is_scheduler_overdue() else 0
        is_alarmed = self._overdue_looks >= PATIENCE_LOOKS
        if is_alarmed and watch_scheduler():
            log.error("scheduler_overdue")
        if is_alarmed or is_outbox_neglected():
            dispatch_notifications()


def start_watchdog() -> Watchdog | None:
    """Start the watchdog of this process and return it; None if MONITORING_WATCHDOG_SECONDS is 0."""
    if not settings.MONITORING_WATCHDOG_SECONDS:
        return None
    watchdog = Watchdog(seconds=settings.MONITORING_WATCHDOG_SECONDS)
    watchdog.start()
    return watchdog
