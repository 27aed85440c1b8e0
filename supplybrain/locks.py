"""Every advisory lock of the system: one namespace, one number per job.

Transaction-level locks only. A session-level lock leaks behind a transaction-pooling PgBouncer, and is granted twice.
"""

from enum import IntEnum, unique

LOCK_NAMESPACE = 7301
"""First key of every lock. Another program in the same database takes another number."""


@unique
class LockedJob(IntEnum):
    """What at most one transaction at a time may do: the second key of its lock."""

    CAPTURE_SNAPSHOT = 1
    SEED_ALERT_RULES = 2
    IMPORT_DATA = 3
    THIN_FACTS = 4
    WATCH_SCHEDULER = 5
