"""What was counted in rows that are gone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models.outbox import NotificationChannel, NotificationState


class NotificationTotal(models.Model):
    """How many notifications of a channel came to a result that the outbox no longer shows. Written by triggers.

    A counter must never go down, and rows of the outbox are deleted when they are old, or tried again when they were
    given up. What a row counted for is added here in the statement that takes it away.
    """

    channel = models.ForeignKey(NotificationChannel, models.CASCADE, related_name="+", verbose_name=_("channel"))
    result = models.CharField(_("state"), max_length=16, choices=NotificationState)
    total = models.BigIntegerField(_("how many"))

    class Meta:
        db_table = "monitoring_notification_totals"
        verbose_name = _("number of settled notifications")
        verbose_name_plural = _("numbers of settled notifications")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["channel", "result"], name="notification_total_once"),
            models.CheckConstraint(condition=models.Q(total__gt=0), name="notification_total_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.result}: {self.total}"
