"""The dead man's switch: tells that snapshots no longer come, when nobody lives who would capture one.

Called by the web processes. The next capture ends the alert.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from monitoring.domain.alerting.machine import Observation, Step, Terms, Track, advance
from monitoring.domain.alerting.words import Reading
from monitoring.domain.freshness import FreshnessState
from monitoring.domain.slots import compute_slot
from monitoring.models import Alert, AlertEpisode, AlertKind, MonitoringSnapshot, Severity, TransitionCause
from monitoring.selectors.alerts import KnownAlert, read_track
from monitoring.selectors.clock import DatabaseClock
from monitoring.selectors.latest import find_latest_and_clock
from monitoring.services.freshness import measure_freshness
from monitoring.services.interval import get_interval
from monitoring.services.verdicts import Occasion, Verdict, is_reminder_due, record_verdicts
from supplybrain.locks import LOCK_NAMESPACE, LockedJob

OVERDUE = {FreshnessState.STALE, FreshnessState.DEAD}
"""Not `never`: before the first snapshot there is nothing to miss."""

NEGLECTED_AFTER = timedelta(minutes=2)
"""Workers look at the outbox every few seconds. What has been due for so long is looked after by none."""

FIND_NEGLECTED = """
SELECT EXISTS (
    SELECT FROM monitoring_notifications AS notification
    JOIN monitoring_notification_channels AS channel ON channel.id = notification.channel_id AND channel.is_active
    WHERE notification.state = 'pending'
        AND notification.next_attempt_at < clock_timestamp() - make_interval(secs => %(seconds)s)
)
"""

# The first lock lets one web process at a time look closer. The second is the capture's: whoever is about to store a
# snapshot would collide with us, and is the best reason to wait.
TAKE_LOCKS = """
SELECT CASE WHEN pg_try_advisory_xact_lock(%(namespace)s, %(watch)s)
    THEN pg_try_advisory_xact_lock(%(namespace)s, %(capture)s) ELSE false END
"""


def is_scheduler_overdue() -> bool:
    """Return whether the latest snapshot is stale or dead, in one statement; two before the first snapshot."""
    return _is_overdue(*find_latest_and_clock(interval=get_interval()))


def is_outbox_neglected() -> bool:
    """Return whether messages have been due for minutes, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(FIND_NEGLECTED, {"seconds": NEGLECTED_AFTER.total_seconds()})
        return bool(cursor.fetchone()[0])


def watch_scheduler() -> bool:
    """Tell that no snapshots come, once per outage, and again when a reminder is due.

    The alert fires in the first slot that was missed. It, its episode, its transition and its messages appear together,
    however many processes ask at the same time. Must not be called inside a transaction.

    Returns:
        Whether there is something new to send.
    """
    if not _find_news(*find_latest_and_clock(interval=get_interval())):
        return False
    with transaction.atomic(durable=True):
        if not _take_locks():
            return False
        # what was true a moment ago may have been told, or captured, in between
        news = _find_news(*find_latest_and_clock(interval=get_interval()))
        if news:
            _tell(news)
        return news is not None


@dataclass(frozen=True, slots=True)
class _News:
    """Something to tell: the latest snapshot is too old, the alert as it stands, and the time."""

    latest: MonitoringSnapshot
    clock: DatabaseClock
    known: KnownAlert | None


def _find_news(latest: MonitoringSnapshot | None, clock: DatabaseClock) -> _News | None:
    """Return what there is to tell, None if there is nothing: then no lock is taken that a capture might want."""
    if latest is None or not _is_overdue(latest, clock):
        return None
    known = _find_alert()
    if known and known.episode and not is_reminder_due(known.episode, clock.slot):
        return None
    return _News(latest, clock, known)


def _is_overdue(latest: MonitoringSnapshot | None, clock: DatabaseClock) -> bool:
    return measure_freshness(latest, clock).state in OVERDUE


def _take_locks() -> bool:
    keys = {
        "namespace": LOCK_NAMESPACE,
        "watch": LockedJob.WATCH_SCHEDULER.value,
        "capture": LockedJob.CAPTURE_SNAPSHOT.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE_LOCKS, keys)
        return bool(cursor.fetchone()[0])


def _tell(news: _News) -> None:
    known, slot = news.known, find_first_missed_slot(news.latest)
    observation = Observation(slot, Reading.BREACH)
    if known and known.episode:
        # a reminder. Nothing is judged: the running slot may still be captured, and is to be judged by that
        step, slot = Step(known.track), news.clock.slot
    else:
        step = advance(known.track if known else Track(), observation, Terms())
    verdict = Verdict(
        alert=known.alert if known else Alert(kind=AlertKind.SCHEDULER),
        before=known,
        step=step,
        observation=observation,
        severity=Severity.CRITICAL,
        data={"last_good_at": news.latest.created_at.isoformat()},
    )
    batch = f"watchdog:{slot.isoformat()}"
    clock = news.clock
    occasion = Occasion(cause=TransitionCause.WATCHDOG, batch=batch, slot=clock.slot, now=clock.now)
    record_verdicts([verdict], occasion)


def find_first_missed_slot(latest: MonitoringSnapshot) -> datetime:
    """Return the slot after that of the latest snapshot, on the grid of today's interval."""
    interval = get_interval()
    return compute_slot(latest.slot or latest.created_at, interval=interval) + interval


def _find_alert() -> KnownAlert | None:
    alert = Alert.objects.filter(kind=AlertKind.SCHEDULER).first()
    if alert is None:
        return None
    episode = AlertEpisode.objects.filter(alert=alert, closed_slot=None).first()
    return KnownAlert(alert, read_track(alert), episode, None)
