"""The whole move: every table of a source, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.db import DataError, IntegrityError, transaction

from planning_core.models import SyncOrigin
from planning_core.services.import_lock import claim_import
from planning_core.services.previous_backend.errors import PreviousBackendError
from planning_core.services.previous_backend.merging import merge_stage
from planning_core.services.previous_backend.references import settle_references
from planning_core.services.previous_backend.sources import Source
from planning_core.services.previous_backend.staging import stage_table
from planning_core.services.previous_backend.tables import TableMove, TableReport
from planning_core.services.source_syncs import record_source_syncs


def transfer_tables(*, source: Source, moves: Sequence[TableMove], moved_at: datetime) -> list[TableReport]:
    """Move the tables over, all or nothing. Doing it twice changes nothing.

    Args:
        source: Where the rows come from.
        moves: The tables, those that others point to first.
        moved_at: When the sources of the rows delivered; also what rows without a time of their own get [UTC].

    Returns:
        A report for every table in `moves`, in that order, also for those that the source does not have.

    Raises:
        PreviousBackendError: If the source has none of the tables, or a row cannot be kept.
        ImportRunningError: If somebody else is importing.
    """
    known = {move.source for move in moves}
    if source.columns and not known & set(source.columns):
        raise PreviousBackendError(
            "The source has none of the previous backend's tables (article, sku_unit, wb_sales_daily ...). Check that"
            " it is the right file, database and schema."
        )
    with transaction.atomic():
        claim_import()
        reports = [_transfer_table(source, move, moved_at) for move in moves]
        delivered = {move.feed for move, report in zip(moves, reports, strict=True) if move.feed and report.read}
        record_source_syncs(sources=delivered, at=moved_at, origin=SyncOrigin.PREVIOUS_BACKEND)
    return reports


def list_unknown_tables(*, source: Source, moves: Sequence[TableMove]) -> list[str]:
    """Return the names of the source's tables that nobody moves, sorted."""
    return sorted(set(source.columns) - {move.source for move in moves})


def _transfer_table(source: Source, move: TableMove, moved_at: datetime) -> TableReport:
    if not source.columns.get(move.source):
        return TableReport(move.source)  # no such table, or a list without rows
    try:
        stage = stage_table(source, move, moved_at=moved_at)
        settle_references(stage)
        merge_stage(stage)
    except (IntegrityError, DataError) as error:
        # What the checks above cannot foresee. The database's detail may quote a row, so only its first line is shown.
        reason = str(error).split("\n", maxsplit=1)[0]
        raise PreviousBackendError(
            f"{move.source}: {reason}. Correct it in the source; nothing was written."
        ) from error
    return stage.report
