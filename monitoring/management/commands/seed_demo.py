"""`manage.py seed_demo`: fill an empty database with a made-up company."""

from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from monitoring.services.demo.seed import (
    MAX_DAYS,
    MIN_DAYS,
    DatabaseNotEmptyError,
    DemoReport,
    describe_tables,
    find_occupied_tables,
    seed_demo,
)
from monitoring.services.interval import get_interval
from planning_core.services.demo.catalogue import MAX_ARTICLES, MIN_ARTICLES
from planning_core.services.demo.company import DEFAULT_ARTICLES, DEFAULT_SEED
from supplybrain.commands import AuditedCommand

NOON = time(12)
DEFAULT_DAYS = 90
RISK_PREFIX = "risk_"


class Command(AuditedCommand):
    """Seed the demo company."""

    help = (
        "Fill an empty database with a made-up apparel company: catalogue, 180 days of sales, stock, open orders, "
        "accounts without use, alert rules and 90 days of snapshots. Never touches a database that holds anything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another number is another company")
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the company has lived until noon of this business day; until now by default",
        )
        parser.add_argument(
            "--articles", type=int, default=DEFAULT_ARTICLES, help=f"how many ({MIN_ARTICLES} to {MAX_ARTICLES})"
        )
        parser.add_argument(
            "--days",
            type=int,
            default=DEFAULT_DAYS,
            help=f"days of snapshots ({MIN_DAYS} to {MAX_DAYS}); before the last week, stock came every three hours",
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing, successfully, if the database has data"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the command."""
        if options["if_empty"] and (occupied := find_occupied_tables()):
            self.stdout.write(f"The database has data ({describe_tables(occupied)}): the demo company was left out.")
            return
        try:
            report = seed_demo(
                seed=options["seed"],
                articles=options["articles"],
                days=options["days"],
                now=_choose_now(options["today"]),
                interval=get_interval(),
            )
        except (DatabaseNotEmptyError, ValueError) as error:
            raise CommandError(str(error)) from error
        self._print(report)

    def _print(self, report: DemoReport) -> None:
        width = max(map(len, report.row_counts))
        for name, count in report.row_counts.items():
            self.stdout.write(f"{name:<{width}}  {count:>9,}")
        risks = {name.removeprefix(RISK_PREFIX): n for name, n in report.latest.items() if name.startswith(RISK_PREFIX)}
        self.stdout.write("risk levels now: " + ", ".join(f"{level} {count}" for level, count in risks.items()))
        orders, pieces = report.latest["articles_with_orders"], report.latest["total_final_order_qty"]
        self.stdout.write(
            self.style.SUCCESS(f"The demo company is there: {orders} articles to order, {pieces:,} pieces.")
        )


def _choose_now(today: date | None) -> datetime:
    """Return the moment up to which the company has lived."""
    if today is None:
        return timezone.now()
    return datetime.combine(today, NOON, tzinfo=ZoneInfo(settings.BUSINESS_TIME_ZONE))
