"""`manage.py dispatch_notifications`: send what waits in the outbox, now."""

from typing import Any

from monitoring.services.dispatch import DispatchReport, dispatch_notifications
from supplybrain.commands import AuditedCommand


class Command(AuditedCommand):
    """Does what the schedule does every few seconds, for when no worker runs."""

    help = "Send the notifications that are due. Safe beside running workers: each is sent by one of them."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Send and say what happened."""
        self.stdout.write(_format_report(dispatch_notifications()))


def _format_report(report: DispatchReport) -> str:
    return (
        f"{report.sent:,} sent, {report.withheld:,} withheld, {report.postponed:,} to be tried again, "
        f"{report.dead + report.forgotten:,} given up."
    )
