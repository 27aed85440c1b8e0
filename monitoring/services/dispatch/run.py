"""A run of the dispatcher: what is due, one by one, until nothing is or the time is up."""

import time
import traceback
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from monitoring.channels import PermanentError, TemporaryError, send
from monitoring.domain.alerting.backoff import is_exhausted
from monitoring.services.dispatch.claims import Claim, claim_next
from monitoring.services.dispatch.content import freeze_content, read_content
from monitoring.services.dispatch.outcomes import Outcome, give_up, mark_sent, postpone, switch_channel_off

log = structlog.get_logger(__name__)

MOST_PER_RUN = 1_000
RUN_TIME = timedelta(seconds=50)

# What waits for a channel that is switched off is nobody's attempt, and dies of age alone. The other channels were told
# when it was switched off, or somebody did it on purpose.
BURY_FORGOTTEN = """
UPDATE monitoring_notifications SET state = 'dead', sending_until = NULL, last_error = %(error)s
WHERE id IN (
    SELECT notification.id
    FROM monitoring_notifications AS notification
    JOIN monitoring_notification_channels AS channel ON channel.id = notification.channel_id
    WHERE notification.state = 'pending' AND notification.next_attempt_at <= statement_timestamp()
        AND notification.created_at <= statement_timestamp() - make_interval(hours => %(hours)s)
        AND NOT channel.is_active
    FOR UPDATE OF notification SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """How the attempts of a run ended.

    Attributes:
        sent: The receiver took it.
        withheld: There was nothing that may be told now.
        postponed: It will be tried again.
        dead: It will not.
        lost: Somebody else took it over, because this attempt took longer than its lease.
        forgotten: Given up without an attempt: the channel was switched off until they were too old.
    """

    sent: int = 0
    withheld: int = 0
    postponed: int = 0
    dead: int = 0
    lost: int = 0
    forgotten: int = 0


def dispatch_notifications(*, limit: int = MOST_PER_RUN, time_limit: timedelta = RUN_TIME) -> DispatchReport:
    """Send what is due. Any number of processes may do that at once; must not be called inside a transaction.

    A channel that fails is left alone for the rest of the run: while it is down, the others need not wait for it.

    Args:
        limit: How many attempts to make at most.
        time_limit: When to make no further one. The last one may take as long as a send may.

    Raises:
        OperationalError, InterfaceError: If the database failed. What was claimed then is taken over later.
    """
    ends_at = time.monotonic() + time_limit.total_seconds()
    forgotten = _bury_forgotten()
    outcomes: Counter[Outcome] = Counter()
    failing: set[int] = set()
    while outcomes.total() < limit and time.monotonic() < ends_at:
        claim = claim_next(except_channels=failing)
        if claim is None:
            break
        outcome = attempt_delivery(claim)
        outcomes[outcome] += 1
        if outcome is Outcome.POSTPONED:
            failing.add(claim.notification.channel_id)
    report = DispatchReport(**{outcome.value: count for outcome, count in outcomes.items()}, forgotten=forgotten)
    if outcomes or forgotten:
        log.info("notifications_dispatched", **{outcome.value: count for outcome, count in outcomes.items()})
    return report


def attempt_delivery(claim: Claim) -> Outcome:
    """Make the attempt that was claimed, and write down how it ended.

    Args:
        claim: The claim.

    Raises:
        OperationalError, InterfaceError: If the database failed.
    """
    try:
        return _deliver(claim)
    except PermanentError as error:
        return switch_channel_off(claim, error.message)
    except TemporaryError as error:
        return postpone(claim, error.message, retry_after=error.retry_after)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  (one letter that cannot be written must not keep all others back)
        return _postpone_unexpectedly(claim, error)


def _deliver(claim: Claim) -> Outcome:
    notification = claim.notification
    give_up_after = timedelta(hours=settings.NOTIFICATION_GIVE_UP_HOURS)
    if is_exhausted(
        attempts=claim.attempts,
        now=claim.claimed_at,
        created_at=notification.created_at,
        give_up_after=give_up_after,
    ):
        return give_up(claim, _("Every attempt ended without a word: the process that made it was killed."))
    letter = freeze_content(claim) if notification.content is None else read_content(notification)
    if isinstance(letter, Outcome):
        return letter
    send(notification.channel, letter, key=notification.key)
    return mark_sent(claim)


def _postpone_unexpectedly(claim: Claim, error: Exception) -> Outcome:
    """Tell where an error came from and its type alone: the words of somebody else's may hold a URL or a token."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    name, place = type(error).__name__, f"{frame.filename}:{frame.lineno}"
    log.error("notification_failed", notification_id=claim.notification.pk, error=name, place=place)
    return postpone(claim, _("Unexpected error: %(error)s.") % {"error": name})


def _bury_forgotten() -> int:
    """Give up what waits for channels that are switched off and has become too old, and return how many."""
    error = _("The channel was switched off until this was too old to be told.")
    with connection.cursor() as cursor:
        cursor.execute(BURY_FORGOTTEN, {"error": error, "hours": settings.NOTIFICATION_GIVE_UP_HOURS})
        forgotten: int = cursor.rowcount
    if forgotten:
        log.warning("notifications_forgotten", count=forgotten)
    return forgotten
