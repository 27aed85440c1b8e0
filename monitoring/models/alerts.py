"""Alert rules and their versions."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.domain.alerts import AlertSeverity, ThresholdSide

MOST_SLOTS_TO_WAIT = 96
"""Of `pending_slots` and `recover_slots`: a day of quarters of an hour."""

SLOTS_TO_WAIT = (MinValueValidator(1), MaxValueValidator(MOST_SLOTS_TO_WAIT))


class ThresholdType(models.TextChoices):
    """On which side of the threshold a value is in breach; the threshold itself never is."""

    ABOVE = ThresholdSide.ABOVE.value, _("above")
    BELOW = ThresholdSide.BELOW.value, _("below")


class Severity(models.TextChoices):
    """How bad a breach is."""

    CRITICAL = AlertSeverity.CRITICAL.value, _("critical")
    WARNING = AlertSeverity.WARNING.value, _("warning")


class AlertTerms(models.Model):
    """What a rule says, so that every version of it can say the same."""

    name = models.CharField(_("name"), max_length=255)
    metric = models.CharField(_("metric"), max_length=64)
    threshold_type = models.CharField(_("threshold type"), max_length=8, choices=ThresholdType)
    threshold_value = models.BigIntegerField(_("threshold"), validators=[MinValueValidator(0)])
    recovery_threshold = models.BigIntegerField(
        _("recovery threshold"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_(
            "An alert that fires stays on until the value is back at this one or better. Empty: at the threshold."
        ),
    )
    pending_slots = models.PositiveSmallIntegerField(
        _("slots until it fires"),
        default=1,
        db_default=1,
        validators=SLOTS_TO_WAIT,
        help_text=_("How many slots in breach it takes. 1: the first one fires."),
    )
    recover_slots = models.PositiveSmallIntegerField(
        _("slots until it is over"),
        default=1,
        db_default=1,
        validators=SLOTS_TO_WAIT,
        help_text=_("How many clear slots it takes. 1: the first one ends it."),
    )
    severity = models.CharField(_("severity"), max_length=16, choices=Severity)
    is_active = models.BooleanField(pgettext_lazy("alert rule", "active"), default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class AlertRule(AlertTerms):
    """A threshold on a metric of the snapshot. The database counts its versions and keeps each."""

    description = models.TextField(
        _("description"),
        blank=True,
        default="",
        db_default="",
        help_text=_("What it means and what to do. It is part of every message."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Who looks after this rule."),
    )
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)

    class Meta:
        db_table = "monitoring_alert_rules"
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(threshold_type__in=ThresholdType.values), name="alert_rule_threshold_type_known"
            ),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="alert_rule_severity_known"),
            models.CheckConstraint(condition=Q(threshold_value__gte=0), name="alert_rule_threshold_not_negative"),
            models.CheckConstraint(
                condition=Q(recovery_threshold=None)
                | Q(threshold_type="above", recovery_threshold__gte=0, recovery_threshold__lte=F("threshold_value"))
                | Q(threshold_type="below", recovery_threshold__gte=F("threshold_value")),
                name="alert_rule_recovers_on_clear_side",
                violation_error_message=_(
                    "The recovery threshold must not lie beyond the threshold: at or below it for a rule that is "
                    "breached above, at or above it for one that is breached below."
                ),
            ),
            models.CheckConstraint(
                condition=Q(pending_slots__range=(1, MOST_SLOTS_TO_WAIT)), name="alert_rule_pending_slots_in_range"
            ),
            models.CheckConstraint(
                condition=Q(recover_slots__range=(1, MOST_SLOTS_TO_WAIT)), name="alert_rule_recover_slots_in_range"
            ),
        ]


class AlertRuleVersion(AlertTerms):
    """What a rule said in one of its versions. Written by a trigger; it outlives the rule.

    A new version comes with every change of what the rule does. A new name is none: it is written into the current one.
    """

    rule_id = models.BigIntegerField(_("rule"))  # no foreign key: the rule may be gone
    version = models.PositiveIntegerField(_("version"))
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        db_table = "monitoring_alert_rule_versions"
        verbose_name = _("version of an alert rule")
        verbose_name_plural = _("versions of alert rules")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["rule_id", "version"], name="alert_rule_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"
