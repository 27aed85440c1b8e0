"""`manage.py thin_facts`: keep the facts of old days for one slot each, now."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from monitoring.services.retention import ThinningReport, thin_facts
from supplybrain.commands import AuditedCommand


class Command(AuditedCommand):
    """Thins facts to the end, as the schedule does bit by bit."""

    help = "Keep the facts of old business days for their last snapshot only; snapshots and their metrics stay."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--dry-run", action="store_true", help="count what would go and keep it")
        parser.add_argument(
            "--after-days",
            type=int,
            default=settings.FACTS_DAILY_AFTER_DAYS,
            metavar="N",
            help="thin what is older than N days (default: FACTS_DAILY_AFTER_DAYS, now %(default)s; 0 thins nothing)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Thin and say what happened."""
        if options["after_days"] < 0:
            raise CommandError(f"--after-days is {options['after_days']}, must be at least 0.")
        if not options["after_days"]:
            self.stdout.write("All facts are kept: set FACTS_DAILY_AFTER_DAYS or give --after-days N to thin them out.")
            return
        report = thin_facts(now=timezone.now(), after_days=options["after_days"], dry_run=options["dry_run"])
        self.stdout.write(_format_report(report, dry_run=options["dry_run"]))
        if report.is_refused:
            raise CommandError("Another process is thinning facts; what is left is its to do. See how it ends.")


def _format_report(report: ThinningReport, *, dry_run: bool) -> str:
    verb = "Would thin" if dry_run else "Thinned"
    return f"{verb} {report.days:,} days: {report.snapshots:,} snapshots without facts, {report.rows:,} rows deleted."
