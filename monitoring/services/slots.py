"""Who may fill the running slot: the lock, and the look at the slot."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql
from psycopg.errors import LockNotAvailable

from monitoring.selectors.clock import SLOT_OF_MOMENT, count_seconds
from monitoring.services.errors import CaptureRunningError
from supplybrain.locks import LOCK_NAMESPACE, LockedJob

LOCK_KEYS = {"namespace": LOCK_NAMESPACE, "job": LockedJob.CAPTURE_SNAPSHOT.value}

# One statement asks for the lock, reads the clock and sets the limits of the transaction. `tcp_user_timeout` frees the
# lock when the client is stopped while rows are on their way to it, where no other limit applies. A client that was
# killed is noticed within a second: PostgreSQL would otherwise finish its statement first, or keep waiting for a table.
TAKE_SLOT = f"""
SELECT moment, {SLOT_OF_MOMENT}, pg_try_advisory_xact_lock(%(namespace)s, %(job)s),
    set_config('statement_timeout', %(statement_timeout)s, true),
    set_config('lock_timeout', %(lock_timeout)s, true),
    set_config('idle_in_transaction_session_timeout', %(idle_timeout)s, true),
    set_config('tcp_user_timeout', %(idle_timeout)s, true),
    set_config('client_connection_check_interval', '1s', true)
FROM (SELECT clock_timestamp() AS moment) AS clock
"""  # noqa: S608  (constants)

# The view of a REPEATABLE READ transaction is older than its lock: PostgreSQL takes it a moment before it runs the
# first statement, the one that asks for the lock. Whoever held the lock until then may have filled the slot unseen, and
# a SELECT would say that it is free. A unique index looks at what is committed now, so an INSERT tells the truth; it is
# undone at once, lest it block others for the length of the build. The id is no one's, so that none is used up.
PROBE_SLOT = """
SAVEPOINT probe;
INSERT INTO monitoring_snapshots (id, slot, created_at, schema_version, metrics_version)
VALUES (-1, {slot}, {slot}, 0, 0)
ON CONFLICT (slot) DO NOTHING;
ROLLBACK TO SAVEPOINT probe
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the transaction found at its start.

    Args:
        moment: The time by the database's clock: when the data were read.
        slot: The slot that holds it.
        is_granted: Whether the lock is ours until the end of the transaction.
    """

    moment: datetime
    slot: datetime
    is_granted: bool


def take_slot(*, interval: timedelta) -> Claim:
    """Ask for the lock of the capture, without waiting, and limit how long the transaction may take.

    For the first statement of a transaction.

    Args:
        interval: Length of a slot, whole seconds.
    """
    limits = {
        "statement_timeout": f"{settings.MONITORING_STATEMENT_TIMEOUT_SECONDS}s",
        "lock_timeout": f"{settings.MONITORING_LOCK_TIMEOUT_SECONDS}s",
        "idle_timeout": f"{settings.MONITORING_IDLE_TIMEOUT_SECONDS}s",
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE_SLOT, {"seconds": count_seconds(interval), **LOCK_KEYS, **limits})
        moment, slot, is_granted, *_limits = cursor.fetchone()
    return Claim(moment, slot, is_granted)


def is_slot_free(slot: datetime) -> bool:
    """Return whether nobody has filled a slot. Needs the lock of the capture, or the answer is old at once.

    Raises:
        OperationalError: Serialization failure, if somebody filled it after this transaction's view was taken.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(PROBE_SLOT).format(slot=sql.Literal(slot)))
        cursor.nextset()  # from SAVEPOINT to INSERT
        return bool(cursor.rowcount == 1)


def hold_capture() -> None:
    """Keep captures away until the caller's transaction ends; a running one is waited for.

    Raises:
        CaptureRunningError: If it takes longer than MONITORING_LOCK_TIMEOUT_SECONDS.
    """
    limit = f"{settings.MONITORING_LOCK_TIMEOUT_SECONDS}s"
    try:
        with transaction.atomic(), connection.cursor() as cursor:  # a savepoint: the caller may still answer
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [limit])
            cursor.execute("SELECT pg_advisory_xact_lock(%(namespace)s, %(job)s)", LOCK_KEYS)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise CaptureRunningError(_("A snapshot is being captured. Try again in a few seconds.")) from error
        raise


def wait_for_capture() -> bool:
    """Wait until nobody holds the lock of the capture, and return whether that came in time.

    Shared, so that all who wait go on together.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, true)", [f"{settings.MONITORING_LOCK_TIMEOUT_SECONDS}s"]
            )
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%(namespace)s, %(job)s)", LOCK_KEYS)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    return True
