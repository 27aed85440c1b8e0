"""A metric slot by slot, for whoever judges every slot of months: as arrays, in one plain scan.

`timeseries.load_series` looks every bucket up by itself, which is right for hundreds of buckets of a long history and
slow for thousands of slots in a row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import connection
from psycopg import sql

from monitoring.domain.slots import EPOCH
from monitoring.selectors.gaps import REASON_OF_ATTEMPTS
from monitoring.selectors.timeseries import MissingReason
from planning_core.domain.arrays import BoolArray, IntArray

MICROSECOND = timedelta(microseconds=1)

# Missed slots have a row that says why, except those since the last snapshot: the next capture will write them from
# the run log, which says the same here.
LOAD_SLOTS = """
SELECT (1000000 * extract(epoch FROM created_at))::bigint AS moment, id, {metric} AS value, NULL AS reason
FROM monitoring_snapshots
WHERE created_at >= {start} AND created_at < {end}
UNION ALL
SELECT (1000000 * extract(epoch FROM slot))::bigint, 0, NULL, reason
FROM monitoring_gaps
WHERE slot >= {start} AND slot < {end}
UNION ALL
SELECT (1000000 * extract(epoch FROM missed.slot))::bigint, 0, NULL, {reason_of_attempts}
FROM (SELECT max(slot) AS slot FROM monitoring_snapshots WHERE created_at >= {start} AND created_at < {end}) AS latest
CROSS JOIN generate_series(latest.slot + {interval}, {end} - 2 * {interval}, {interval}) AS missed (slot)
LEFT JOIN monitoring_runs AS attempt ON attempt.slot = missed.slot
GROUP BY missed.slot
ORDER BY moment, id
"""


@dataclass(frozen=True, eq=False)
class SlotValues:
    """A metric over slots in a row.

    Attributes:
        start: When the first slot begins [UTC].
        step: Length of a slot.
        values: Value per slot, oldest first, shape (n_slots,); 0 where there is none.
        is_known: Whether there is a value, shape (n_slots,).
        captured_at: When its snapshot was captured [microseconds since 1970], shape (n_slots,); 0 where there is none.
        reasons: Why there is no value (a `MissingReason`), by the place of the slot, as far as it is on record; it may
            also name slots of which a part has no value.
    """

    start: datetime
    step: timedelta
    values: IntArray
    is_known: BoolArray
    captured_at: IntArray
    reasons: dict[int, str]


def load_slot_values(
    *, metric: str, start: datetime, end: datetime, interval: timedelta, step: timedelta
) -> SlotValues:
    """Return a metric over a range of slots, in one statement.

    Args:
        metric: Name of a metric of the registry.
        start: The first slot.
        end: The end of the running slot, which is the last of the range.
        interval: Length of a slot.
        step: Length of what is called a slot in the answer: as many of them as there would otherwise be too many; the
            last value in it counts.
    """
    statement = sql.SQL(LOAD_SLOTS).format(
        metric=sql.Identifier(metric),
        start=sql.Literal(start),
        end=sql.Literal(end),
        interval=sql.Literal(interval),
        reason_of_attempts=sql.SQL(REASON_OF_ATTEMPTS),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall()
    n_slots = -((start - end) // step)
    values, captured_at = np.zeros(n_slots, dtype=np.int64), np.zeros(n_slots, dtype=np.int64)
    is_known = np.zeros(n_slots, dtype=np.bool_)
    first, length = (start - EPOCH) // MICROSECOND, step // MICROSECOND
    reasons: dict[int, str] = {}
    for moment, number, value, reason in rows:
        place = (moment - first) // length
        if number:
            captured_at[place] = moment
        if value is not None:
            values[place], is_known[place] = value, True
        else:
            reasons[place] = reason or MissingReason.METRIC_UNKNOWN.value
    return SlotValues(
        start=start, step=step, values=values, is_known=is_known, captured_at=captured_at, reasons=reasons
    )
