"""The whole import: every file of a folder, in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from planning_core.models import DataSource, SyncOrigin
from planning_core.services.csv_import import catalog_files, checks, formats, marketplace_files, stock_files
from planning_core.services.csv_import.folders import CsvFile, list_files, list_ignored
from planning_core.services.csv_import.formats import FileFormat
from planning_core.services.csv_import.rejects import collect_rejects, create_rejects, write_rejects
from planning_core.services.csv_import.rows import Progress, read_rows
from planning_core.services.csv_import.staging import CsvStage, FileReport, count_rows, stage_rows
from planning_core.services.import_lock import claim_import
from planning_core.services.source_syncs import record_source_syncs
from planning_core.services.statements import execute

Step = Callable[[CsvStage], None]


def _check_nothing(_stage: CsvStage) -> None:
    """Articles point to nothing."""


# In an order in which every file finds what it names: what to check in it, and how to write it.
STEPS: dict[FileFormat, tuple[Step, Step]] = {
    formats.ARTICLES: (_check_nothing, catalog_files.write_articles),
    formats.SKUS: (catalog_files.check_skus, catalog_files.write_skus),
    formats.BUNDLES: (catalog_files.check_bundles, catalog_files.write_bundles),
    formats.LISTINGS: (marketplace_files.check_listings, marketplace_files.write_listings),
    formats.SALES: (checks.reject_unlisted, marketplace_files.write_sales),
    formats.PRICES: (checks.reject_unlisted, marketplace_files.write_prices),
    formats.WB_STOCK: (stock_files.check_wb_stock, stock_files.write_wb_stock),
    formats.WAREHOUSE_STOCK: (stock_files.check_warehouse_stock, stock_files.write_warehouse_stock),
    formats.IN_TRANSIT: (stock_files.check_in_transit, stock_files.write_in_transit),
    formats.COLOR_MINIMUMS: (catalog_files.check_color_minimums, catalog_files.write_color_minimums),
    formats.ELASTIC_MINIMUMS: (catalog_files.check_elastic_minimums, catalog_files.write_elastic_minimums),
}
# Whose data a file holds. The files of minimums hold settings, which no source delivers.
SOURCES: dict[FileFormat, DataSource] = {
    formats.ARTICLES: DataSource.CATALOGUE,
    formats.SKUS: DataSource.CATALOGUE,
    formats.BUNDLES: DataSource.CATALOGUE,
    formats.LISTINGS: DataSource.LISTINGS,
    formats.SALES: DataSource.SALES,
    formats.PRICES: DataSource.PRICES,
    formats.WB_STOCK: DataSource.WB_STOCK,
    formats.WAREHOUSE_STOCK: DataSource.OWN_STOCK,
    formats.IN_TRANSIT: DataSource.IN_TRANSIT,
}
SORT_MEMORY = "64MB"  # of the database server, for finding repeated keys among millions of rows


@dataclass(frozen=True)
class ImportOptions:
    """How to import.

    Attributes:
        rejects_path: Where rejected rows go; written only when there are any.
        dry_run: Do everything, report, and take it back.
        strict: Take everything back when any row is rejected.
    """

    rejects_path: Path
    dry_run: bool = False
    strict: bool = False


@dataclass(frozen=True)
class ImportReport:
    """What became of every file, the CSV files that were none of ours, and whether anything was kept."""

    files: list[FileReport]
    ignored: list[str]
    kept: bool

    @property
    def rejected(self) -> int:
        """How many rows were rejected in all."""
        return sum(file.rejected for file in self.files)


def import_folder(
    *, folder: Path, options: ImportOptions, imported_at: datetime, on_progress: Progress
) -> ImportReport:
    """Import the files of a folder in one transaction. Importing twice changes nothing.

    Args:
        folder: Holds any of the files of the format, as `.csv` or `.csv.gz`.
        options: Where rejected rows go, and whether anything is to be kept.
        imported_at: When the sources delivered; also what stock rows that are new or changed get as their time [UTC].
        on_progress: Called now and then with a file and how many of its bytes have been read in all.

    Raises:
        CsvImportError: If the folder, a header or a file is unusable; nothing was written.
        ImportRunningError: If somebody else is importing.
    """
    files = list_files(folder, list(STEPS))
    with transaction.atomic():
        _prepare_session()
        reports = [_import_file(file, imported_at, on_progress) for file in files]
        report = ImportReport(
            files=reports,
            ignored=list_ignored(folder, list(STEPS)),
            kept=not options.dry_run and not (options.strict and any(file.rejected for file in reports)),
        )
        if report.rejected:
            write_rejects(options.rejects_path)
        if report.kept:
            record_source_syncs(sources=_list_synced(files, reports), at=imported_at, origin=SyncOrigin.CSV_IMPORT)
        else:
            transaction.set_rollback(True)
    return report


def _prepare_session() -> None:
    claim_import()
    execute(f"SET LOCAL work_mem = '{SORT_MEMORY}'")
    create_rejects()


def _list_synced(files: Sequence[CsvFile], reports: Sequence[FileReport]) -> list[DataSource]:
    """Return the sources of the files that count as good: more rows were right than rejected.

    A few rejected rows, like the sales of codes that nobody mapped, say nothing about the age of the rest. A file
    without rows, or mostly wrong, is no evidence that its source delivered.
    """
    return [
        SOURCES[file.format]
        for file, report in zip(files, reports, strict=True)
        if file.format in SOURCES and report.read - report.rejected > report.rejected
    ]


def _import_file(file: CsvFile, imported_at: datetime, on_progress: Progress) -> FileReport:
    check, write = STEPS[file.format]
    stage = CsvStage(file=file, report=FileReport(file.name), imported_at=imported_at)
    stage_rows(stage, read_rows(file, on_progress))
    check(stage)
    checks.reject_repeated(stage)
    write(stage)
    report = stage.report
    report.read, report.rejected = count_rows(stage)
    report.unchanged = report.read - report.rejected - report.inserted - report.updated
    if report.rejected:
        collect_rejects(stage)
    execute("DROP TABLE {table}", table=stage.table)
    return report
