"""Remember when the data of a source last came."""

from collections.abc import Iterable
from datetime import datetime

from planning_core.models import DataSource, SourceSync, SyncOrigin
from planning_core.services.statements import execute, name_table


def record_source_syncs(*, sources: Iterable[DataSource], at: datetime, origin: SyncOrigin) -> None:
    """Store that sources delivered, in one statement. Call it in the transaction that writes what they delivered.

    Args:
        sources: Those that delivered, in any order; none is fine.
        at: When [UTC]. A source that delivered later than this already stays as it is.
        origin: Who delivered.
    """
    execute(
        """INSERT INTO {table} AS known (source, last_good_at, origin) SELECT unnest(%s::text[]), %s, %s
           ON CONFLICT (source) DO UPDATE SET last_good_at = EXCLUDED.last_good_at, origin = EXCLUDED.origin
           WHERE EXCLUDED.last_good_at > known.last_good_at""",
        # sorted: two deliveries at once then lock their rows in the same order and cannot block each other
        [sorted({source.value for source in sources}), at, origin.value],
        table=name_table(SourceSync),
    )
