"""Sending what the outbox holds: at least once, every repeat under the same key and with the same words.

Claim, freeze, send, mark: each step is committed before the next one begins, so a dispatcher may die anywhere. What it
had claimed is taken over when its lease has run out, by the database's clock. docs/ALERTING.md says what that promises.
"""

from monitoring.services.dispatch.retrying import retry_notification
from monitoring.services.dispatch.run import DispatchReport, dispatch_notifications
from monitoring.services.dispatch.trial import TestResult, send_test_message

__all__ = ["DispatchReport", "TestResult", "dispatch_notifications", "retry_notification", "send_test_message"]
