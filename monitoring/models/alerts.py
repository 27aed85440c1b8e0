"""Alert rules."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.domain.alerts import AlertSeverity, ThresholdSide


class ThresholdType(models.TextChoices):
    """On which side of the threshold a value is in breach; the threshold itself never is."""

    ABOVE = ThresholdSide.ABOVE.value, _("above")
    BELOW = ThresholdSide.BELOW.value, _("below")


class Severity(models.TextChoices):
    """How bad a breach is."""

    CRITICAL = AlertSeverity.CRITICAL.value, _("critical")
    WARNING = AlertSeverity.WARNING.value, _("warning")


class AlertRule(models.Model):
    """A threshold on a metric of the snapshot."""

    name = models.CharField(_("name"), max_length=255)
    metric = models.CharField(_("metric"), max_length=64)
    threshold_type = models.CharField(_("threshold type"), max_length=8, choices=ThresholdType)
    threshold_value = models.BigIntegerField(_("threshold"), validators=[MinValueValidator(0)])
    severity = models.CharField(_("severity"), max_length=16, choices=Severity)
    is_active = models.BooleanField(pgettext_lazy("alert rule", "active"), default=True)

    class Meta:
        db_table = "monitoring_alert_rules"
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(threshold_type__in=ThresholdType.values), name="alert_rule_threshold_type_known"
            ),
            models.CheckConstraint(condition=models.Q(severity__in=Severity.values), name="alert_rule_severity_known"),
            models.CheckConstraint(
                condition=models.Q(threshold_value__gte=0), name="alert_rule_threshold_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name
