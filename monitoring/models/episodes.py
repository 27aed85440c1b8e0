"""Alerts, their episodes and transitions, and who took notice. Written by the evaluation alone."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.domain.alerting.words import AlertState, Health, Reading, Reason
from monitoring.models.alerts import AlertRuleVersion, Severity
from monitoring.models.snapshots import MonitoringSnapshot


class AlertKind(models.TextChoices):
    """What an alert is about: a rule of the seller's, or the system itself."""

    RULE = "rule", _("alert rule")
    SOURCE = "source", _("source too old")
    SCHEDULER = "scheduler", _("scheduler late")


class StateChoice(models.TextChoices):
    """Where an alert stands."""

    INACTIVE = AlertState.INACTIVE.value, pgettext_lazy("alert", "inactive")
    PENDING = AlertState.PENDING.value, pgettext_lazy("alert", "pending")
    FIRING = AlertState.FIRING.value, pgettext_lazy("alert", "firing")
    RECOVERING = AlertState.RECOVERING.value, pgettext_lazy("alert", "recovering")


class HealthChoice(models.TextChoices):
    """Whether an alert can be judged."""

    OK = Health.OK.value, pgettext_lazy("health of an alert", "fine")
    NO_DATA = Health.NO_DATA.value, pgettext_lazy("health of an alert", "no data")
    DEGRADED = Health.DEGRADED.value, pgettext_lazy("health of an alert", "data too old")
    ERROR = Health.ERROR.value, pgettext_lazy("health of an alert", "cannot be judged")


class ReadingChoice(models.TextChoices):
    """What a slot said."""

    BREACH = Reading.BREACH.value, pgettext_lazy("reading", "in breach")
    BETWEEN = Reading.BETWEEN.value, pgettext_lazy("reading", "between threshold and recovery threshold")
    CLEAR = Reading.CLEAR.value, pgettext_lazy("reading", "clear")
    NO_DATA = Reading.NO_DATA.value, pgettext_lazy("reading", "no data")
    DEGRADED = Reading.DEGRADED.value, pgettext_lazy("reading", "data too old")
    ERROR = Reading.ERROR.value, pgettext_lazy("reading", "cannot be judged")


class ReasonChoice(models.TextChoices):
    """Why a state changed."""

    BREACHED = Reason.BREACHED.value, _("breached")
    FIRED = Reason.FIRED.value, _("breached long enough")
    CLEARED_BEFORE_FIRING = Reason.CLEARED_BEFORE_FIRING.value, _("cleared before it fired")
    CLEARING = Reason.CLEARING.value, _("clear, not long enough yet")
    RELAPSED = Reason.RELAPSED.value, _("breached again before it was over")
    RECOVERED = Reason.RECOVERED.value, _("recovered")
    RULE_CHANGED = Reason.RULE_CHANGED.value, _("the rule was changed")
    RULE_DISABLED = Reason.RULE_DISABLED.value, _("the rule was switched off")
    RULE_DELETED = Reason.RULE_DELETED.value, _("the rule was deleted")


class TransitionCause(models.TextChoices):
    """What made somebody look."""

    CAPTURE = "capture", _("a snapshot")
    EDIT = "edit", _("a change of the rule")
    WATCHDOG = "watchdog", _("the watchdog")


class Alert(models.Model):
    """All that is remembered of a rule, or of what the system watches about itself, from slot to slot.

    Its columns are those of `monitoring.domain.alerting.machine.Track`.
    """

    kind = models.CharField(_("kind"), max_length=16, choices=AlertKind)
    rule_id = models.BigIntegerField(_("rule"), null=True, blank=True)  # no foreign key: history outlives the rule
    source = models.CharField(_("source"), max_length=16, blank=True, default="", db_default="")
    rule_version = models.ForeignKey(
        AlertRuleVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("version of the rule")
    )
    state = models.CharField(_("state"), max_length=16, choices=StateChoice, default=StateChoice.INACTIVE)
    breach_count = models.PositiveIntegerField(_("slots in breach while pending"), default=0)
    clear_count = models.PositiveIntegerField(_("clear slots while recovering"), default=0)
    first_breach_slot = models.DateTimeField(_("first slot in breach"), null=True, blank=True)
    fired_slot = models.DateTimeField(_("fired in slot"), null=True, blank=True)
    peak_value = models.BigIntegerField(_("worst value"), null=True, blank=True)
    peak_slot = models.DateTimeField(_("slot of the worst value"), null=True, blank=True)
    flap_count = models.PositiveIntegerField(_("relapses"), default=0)
    health = models.CharField(_("health"), max_length=16, choices=HealthChoice, default=HealthChoice.OK)
    health_detail = models.CharField(_("why it cannot be judged"), max_length=255, blank=True, default="")
    stale_since = models.DateTimeField(_("not judged since"), null=True, blank=True)
    last_slot = models.DateTimeField(_("last slot"), null=True, blank=True)
    last_value = models.BigIntegerField(_("last value"), null=True, blank=True)
    recent_firings = ArrayField(models.DateTimeField(), default=list, verbose_name=_("recent firings"))
    stable_slots = models.PositiveIntegerField(_("slots without a change"), default=0)
    flapping_since = models.DateTimeField(_("flapping since"), null=True, blank=True)

    class Meta:
        db_table = "monitoring_alerts"
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "rule_id", "source"], nulls_distinct=False, name="alert_once_per_subject"
            ),
            models.CheckConstraint(
                condition=Q(kind="rule", rule_id__isnull=False, source="")
                | Q(kind="source", rule_id=None) & ~Q(source="")
                | Q(kind="scheduler", rule_id=None, source=""),
                name="alert_has_its_subject",
            ),
            models.CheckConstraint(condition=Q(state__in=StateChoice.values), name="alert_state_known"),
            models.CheckConstraint(condition=Q(health__in=HealthChoice.values), name="alert_health_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.rule_id or self.source}".strip()


class AlertEpisode(models.Model):
    """From the first slot in breach, if it came to fire, to the slot that it was over in."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="episodes", verbose_name=_("alert"))
    rule_version = models.ForeignKey(
        AlertRuleVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version of the rule"),
        help_text=_("The latest version that judged it."),
    )
    severity = models.CharField(_("severity"), max_length=16, choices=Severity)
    opened_slot = models.DateTimeField(_("first slot in breach"))
    fired_slot = models.DateTimeField(_("fired in slot"))
    closed_slot = models.DateTimeField(_("over in slot"), null=True, blank=True)
    close_reason = models.CharField(
        _("how it ended"), max_length=32, choices=ReasonChoice, blank=True, default="", db_default=""
    )
    peak_value = models.BigIntegerField(_("worst value"), null=True, blank=True)
    peak_slot = models.DateTimeField(_("slot of the worst value"), null=True, blank=True)
    last_value = models.BigIntegerField(_("last value"), null=True, blank=True)
    last_slot = models.DateTimeField(_("last slot"))
    flap_count = models.PositiveIntegerField(_("relapses"), default=0)
    messaged_slot = models.DateTimeField(_("last message in slot"), null=True, blank=True)

    class Meta:
        db_table = "monitoring_alert_episodes"
        verbose_name = _("alert episode")
        verbose_name_plural = _("alert episodes")
        constraints = [
            # episodes of one alert never overlap
            models.UniqueConstraint(fields=["alert"], condition=Q(closed_slot=None), name="alert_episode_open_once"),
            models.CheckConstraint(
                condition=Q(fired_slot__gte=F("opened_slot"))
                & (Q(closed_slot=None) | Q(closed_slot__gte=F("fired_slot"))),
                name="alert_episode_slots_in_order",
            ),
            models.CheckConstraint(
                condition=Q(closed_slot=None, close_reason="") | Q(closed_slot__isnull=False) & ~Q(close_reason=""),
                name="alert_episode_end_has_reason",
            ),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="alert_episode_severity_known"),
        ]
        indexes = [models.Index(fields=["-fired_slot", "-id"], name="alert_episode_newest_first")]

    def __str__(self) -> str:
        return f"{self.fired_slot:%Y-%m-%d %H:%M} UTC"


class AlertTransition(models.Model):
    """One change of an alert's state, and what it was decided on."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="transitions", verbose_name=_("alert"))
    rule_version = models.ForeignKey(
        AlertRuleVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("version of the rule")
    )
    episode = models.ForeignKey(
        AlertEpisode,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transitions",
        verbose_name=_("episode"),
    )
    snapshot = models.ForeignKey(
        MonitoringSnapshot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("snapshot")
    )
    slot = models.DateTimeField(_("slot"))
    from_state = models.CharField(_("from"), max_length=16, choices=StateChoice)
    to_state = models.CharField(_("to"), max_length=16, choices=StateChoice)
    reading = models.CharField(_("reading"), max_length=16, choices=ReadingChoice, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=32, choices=ReasonChoice)
    value = models.BigIntegerField(_("value"), null=True, blank=True)
    cause = models.CharField(_("seen by"), max_length=16, choices=TransitionCause)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        db_table = "monitoring_alert_transitions"
        verbose_name = _("alert transition")
        verbose_name_plural = _("alert transitions")
        constraints = [
            # a slot that is judged twice changes nothing; a change of the rule is a version of its own
            models.UniqueConstraint(
                fields=["alert", "rule_version", "slot"], nulls_distinct=False, name="alert_transition_once_per_slot"
            ),
            models.CheckConstraint(
                condition=~Q(cause="capture") | Q(snapshot__isnull=False), name="alert_transition_has_snapshot"
            ),
            models.CheckConstraint(condition=~Q(from_state=F("to_state")), name="alert_transition_changes_state"),
        ]
        indexes = [
            models.Index(fields=["-slot", "-id"], name="alert_transition_newest_first"),
            models.Index(fields=["alert", "-slot"], name="alert_transition_of_alert"),
        ]

    def __str__(self) -> str:
        return f"{self.slot:%Y-%m-%d %H:%M} {self.from_state} -> {self.to_state}"


class AlertAcknowledgement(models.Model):
    """Somebody has seen an episode and looks after it: reminders stop until it ends or grows worse."""

    episode = models.ForeignKey(
        AlertEpisode, models.CASCADE, related_name="acknowledgements", verbose_name=_("episode")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    author_name = models.CharField(_("who"), max_length=150)
    note = models.TextField(_("note"), blank=True, default="")
    severity = models.CharField(
        _("severity"), max_length=16, choices=Severity, help_text=_("Of the episode at that time.")
    )
    created_at = models.DateTimeField(_("created at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=150, blank=True, default="", db_default="")

    class Meta:
        db_table = "monitoring_alert_acknowledgements"
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            # a second click says nothing new; once the severity has risen, one may acknowledge that too
            models.UniqueConstraint(
                fields=["episode", "author", "severity"],
                condition=Q(withdrawn_at=None),
                name="acknowledgement_once",
            ),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="acknowledgement_severity_known"),
        ]

    def __str__(self) -> str:
        return f"{self.author_name}, {self.created_at:%Y-%m-%d %H:%M} UTC"
