"""Import a folder of CSV files: `manage.py import_csv FOLDER`. The format is described in docs/IMPORT.md."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from planning_core.services.csv_import.errors import CsvImportError
from planning_core.services.csv_import.folder_import import ImportOptions, ImportReport, import_folder
from planning_core.services.csv_import.rows import Progress
from planning_core.services.import_lock import ImportRunningError
from supplybrain.commands import AuditedCommand

COUNTS = ("read", "inserted", "updated", "unchanged", "rejected")


class Command(AuditedCommand):
    """Imports what is right, writes what is not to a file, and ends with status 1 when there is any."""

    help = "Import articles, SKUs, bundles, listings, sales, stock and prices from a folder of CSV files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the folder and the options."""
        parser.add_argument("folder", type=Path, help="folder with articles.csv, sales.csv.gz ... (any subset)")
        parser.add_argument(
            "--rejects", type=Path, default=Path("rejected.csv"), help="where rejected rows go (default: %(default)s)"
        )
        parser.add_argument("--strict", action="store_true", help="import nothing when any row is rejected")
        parser.add_argument("--dry-run", action="store_true", help="check everything and report, import nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import the folder and say what happened."""
        chosen = ImportOptions(
            rejects_path=Path(options["rejects"]), dry_run=options["dry_run"], strict=options["strict"]
        )
        try:
            with show_progress() as on_progress:
                report = import_folder(
                    folder=Path(options["folder"]), options=chosen, imported_at=timezone.now(), on_progress=on_progress
                )
        except (CsvImportError, ImportRunningError) as error:
            raise CommandError(error.message) from error
        self.stdout.write(format_report(report))
        if report.rejected:
            raise CommandError(_describe_rejects(report, chosen))


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Yield what shows the bytes read of each file as a bar, on a terminal only."""
    bars: dict[Path, tqdm[None]] = {}

    def show(path: Path, position: int) -> None:
        if path not in bars:
            size = path.stat().st_size
            bars[path] = tqdm(total=size, desc=path.name, unit="B", unit_scale=True, disable=None)  # None: no terminal
        bars[path].update(position - bars[path].n)

    try:
        yield show
    finally:
        for bar in bars.values():
            bar.close()


def format_report(report: ImportReport) -> str:
    """Return the table of counts, and below it what was done to other tables and what was left alone."""
    width = max(len(file.file) for file in report.files) + 2
    lines = [f"{'file':<{width}}" + "".join(f"{name:>12}" for name in COUNTS)]
    lines += [
        f"{file.file:<{width}}" + "".join(f"{getattr(file, name):>12,}" for name in COUNTS) for file in report.files
    ]
    lines += [
        f"{file.file}: {table}: {counts.inserted:,} inserted, {counts.updated:,} updated"
        for file in report.files
        for table, counts in file.beside.items()
    ]
    if report.ignored:
        lines.append(f"not part of the format, ignored: {', '.join(report.ignored)}")
    if not report.kept:
        lines.append("Nothing was imported: this is what would have happened.")
    return "\n".join(lines)


def _describe_rejects(report: ImportReport, options: ImportOptions) -> str:
    rows = "1 row was" if report.rejected == 1 else f"{report.rejected:,} rows were"
    outcome = "the rest is imported" if report.kept else "nothing was imported"
    return f"{rows} rejected, see {options.rejects_path}; {outcome}."
