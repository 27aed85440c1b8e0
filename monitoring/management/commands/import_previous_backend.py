"""Move the data of the previous backend over: `manage.py import_previous_backend SOURCE`."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from monitoring.services.previous_backend import MoveReport, import_previous_backend
from planning_core.services.import_lock import ImportRunningError
from planning_core.services.previous_backend.errors import PreviousBackendError
from planning_core.services.previous_backend.sources import open_source
from supplybrain.commands import AuditedCommand

COUNTS = ("read", "inserted", "updated", "unchanged", "skipped", "merged")


class Command(AuditedCommand):
    """Reads a JSON file or a PostgreSQL database, writes everything or nothing, prints a table of counts."""

    help = "Move the data of the previous backend over: all or nothing, primary keys kept, repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the source."""
        parser.add_argument(
            "source", help='JSON file {"tables": {table: [rows]}}, plain or gzipped, or a postgresql:// URL (only read)'
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Move everything over and say what happened."""
        try:
            with open_source(options["source"]) as source:
                report = import_previous_backend(source=source, moved_at=timezone.now())
        except (PreviousBackendError, ImportRunningError) as error:
            raise CommandError(error.message) from error
        self.stdout.write(format_report(report))


def format_report(report: MoveReport) -> str:
    """Return the table of counts and the notes below it."""
    lines = [f"{'table':<32}" + "".join(f"{name:>11}" for name in COUNTS)]
    lines += [f"{t.table:<32}" + "".join(f"{getattr(t, name):>11,}" for name in COUNTS) for t in report.tables]
    lines += [f"{table.table}: {note}" for table in report.tables for note in table.notes]
    if report.unknown_tables:
        lines.append(f"tables not moved: {', '.join(report.unknown_tables)}")
    return "\n".join(lines)
