"""The one table of everything that runs by itself.

`manage.py sync_beat_schedule` (run by every deployment after `migrate`) writes it into django-celery-beat's tables,
where staff see it in the admin. Beat only sends messages: what is to be done, and whether, the task's service decides.
"""

from typing import Any

from celery.schedules import crontab, schedule
from django.conf import settings

# Every minute, and at least four times per slot where slots are shorter than that.
KNOCK_SECONDS = max(1, min(60, settings.MONITORING_INTERVAL_SECONDS // 4))
DISPATCH_SECONDS = min(10, KNOCK_SECONDS)

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Knock often, capture once per slot: a lost message, a dead worker or a clock a second early costs one knock.
    # Expiry below the period: knocks that nobody took while workers were away are worthless and must not pile up.
    "monitoring: capture the current slot": {
        "task": "monitoring.tasks.capture_current_slot",
        "schedule": schedule(run_every=KNOCK_SECONDS),
        "options": {"expire_seconds": max(1, KNOCK_SECONDS * 5 // 6)},
    },
    # What was posted is sent within seconds, what failed soon after it is due. Any number of workers may be at it.
    "monitoring: send notifications": {
        "task": "monitoring.tasks.dispatch_notifications",
        "schedule": schedule(run_every=DISPATCH_SECONDS),
        "options": {"expire_seconds": DISPATCH_SECONDS},
    },
    # There is something to do once a day; asked every hour, nobody needs to be up at a certain one. Away from the
    # quarters of the hour, when captures run.
    "monitoring: thin out old history": {
        "task": "monitoring.tasks.thin_history",
        "schedule": crontab(minute="37"),
        "options": {"expire_seconds": 50 * 60},
    },
}
