"""Silences: what people do not want to be told for a while."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Silence(models.Model):
    """No messages about a rule, or about all rules on a metric, for a while. States go on as they would."""

    rule = models.ForeignKey(
        "monitoring.AlertRule",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="silences",
        verbose_name=_("rule"),
    )
    metric = models.CharField(_("metric"), max_length=64, blank=True, default="")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=500)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("author"),
    )
    author_name = models.CharField(_("who"), max_length=150, editable=False, default="")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        db_table = "monitoring_silences"
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        constraints = [
            models.CheckConstraint(
                condition=Q(rule__isnull=False, metric="") | Q(rule=None) & ~Q(metric=""),
                name="silence_of_rule_or_metric",
                violation_error_message=_("Name either a rule or a metric."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="silence_ends_after_start",
                violation_error_message=_("A silence must end after it starts."),
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="silence_end")]

    def __str__(self) -> str:
        return self.reason
