"""Snapshots of the metrics, one per slot, the runs that made them, and the slots that nobody filled."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class MonitoringSnapshot(models.Model):
    """The metrics of one slot, with the versions of the rules that made them. Written once, never edited.

    A metric is null when the row is older than the metric. Rows moved over from the previous backend share slots; the
    first of a slot holds it, the later ones have none.
    """

    slot = models.DateTimeField(_("slot"), null=True, blank=True, unique=True)
    created_at = models.DateTimeField(_("created at"))
    as_of_date = models.DateField(_("business day"), null=True, blank=True)
    schema_version = models.PositiveSmallIntegerField(_("schema version"))
    metrics_version = models.PositiveSmallIntegerField(_("metrics version"))
    wb_accounts_total = models.IntegerField(_("WB accounts"), null=True)
    wb_accounts_active = models.IntegerField(_("active WB accounts"), null=True)
    ms_accounts_total = models.IntegerField(_("MoySklad accounts"), null=True)
    ms_accounts_active = models.IntegerField(_("active MoySklad accounts"), null=True)
    risk_critical = models.IntegerField(_("critical"), null=True)
    risk_warning = models.IntegerField(_("warning"), null=True)
    risk_ok = models.IntegerField(_("ok"), null=True)
    risk_overstock = models.IntegerField(_("overstock"), null=True)
    risk_no_data = models.IntegerField(_("no data"), null=True)
    articles_with_orders = models.IntegerField(_("articles with orders"), null=True)
    total_final_order_qty = models.BigIntegerField(_("pieces to order"), null=True)
    # What explains it. Empty where the row is older than the facts, or came from the previous backend.
    facts_hash = models.CharField(_("hash of the facts"), max_length=32, blank=True, db_default="")
    facts_thinned_at = models.DateTimeField(
        _("facts thinned at"), null=True, blank=True, help_text=_("Since then its facts are no longer kept.")
    )
    settings_hash = models.CharField(_("hash of the settings"), max_length=32, blank=True, db_default="")
    code_version = models.CharField(_("code version"), max_length=64, blank=True, db_default="")
    sources = models.JSONField(
        _("sources"),
        blank=True,
        db_default=models.Value({}, models.JSONField()),
        help_text=_("Last good sync of each source at that moment."),
    )

    class Meta:
        db_table = "monitoring_snapshots"
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        permissions = [("capture_monitoringsnapshot", gettext_noop("Can capture a snapshot now"))]
        # latest, history and time series: newest first, the id breaking ties
        indexes = [models.Index(fields=["-created_at", "-id"], name="snapshot_newest_first")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} UTC"

    @property
    def has_facts(self) -> bool:
        """Whether what explains it can be read."""
        return self.facts_hash != "" and self.facts_thinned_at is None


class RunState(models.TextChoices):
    """How a run of the capture ended."""

    RUNNING = "running", _("running")
    CAPTURED = "captured", _("captured")
    SKIPPED_DONE = "skipped_done", _("skipped: slot is there")
    SKIPPED_LOCKED = "skipped_locked", _("skipped: somebody else is capturing")
    LOST_RACE = "lost_race", _("lost the race for the slot")
    FAILED = "failed", _("failed")
    DISABLED = "disabled", _("not tried: the scheduler is switched off")


class RunTrigger(models.TextChoices):
    """Who asks for captures here. Others may: nothing depends on it."""

    SCHEDULE = "schedule", _("scheduler")
    API = "api", _("API")
    ADMIN = "admin", _("admin")


class MonitoringRun(models.Model):
    """One attempt to fill a slot, written outside the capture's transaction so that it survives a crash.

    A knock that finds its slot filled leaves no row. While the scheduler is switched off, the first knock of a slot
    leaves one, so that the gap can be explained later.
    """

    run_id = models.UUIDField(_("run id"), unique=True)
    slot = models.DateTimeField(_("slot"))
    trigger = models.CharField(_("trigger"), max_length=32, choices=RunTrigger, help_text=_("who asked"))
    instance = models.CharField(_("instance"), max_length=255, help_text=_("host:process"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=RunState, default=RunState.RUNNING)
    error = models.TextField(_("error"), blank=True, default="")

    class Meta:
        db_table = "monitoring_runs"
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=RunState.values), name="run_state_known"),
            # several workers hear the same knock: the first one notes it, the others lose without a sound
            models.UniqueConstraint(
                fields=["slot"], condition=models.Q(state="disabled"), name="run_disabled_once_per_slot"
            ),
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="run_newest_first"),  # admin list
            models.Index(fields=["slot"], name="run_slot"),  # why a slot is missing
            # runs whose process died, looked for by every run
            models.Index(fields=["started_at"], condition=models.Q(state="running"), name="run_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.slot:%Y-%m-%d %H:%M} {self.state}"


class GapReason(models.TextChoices):
    """Why a slot has no snapshot."""

    NO_WORKER = "no_worker", _("no worker took the task")
    LOCK_HELD = "lock_held", _("the lock was held all the time")
    FAILED = "failed", _("every attempt failed")
    DISABLED = "disabled", _("the scheduler was switched off")


class MonitoringGap(models.Model):
    """A slot that nobody filled. Past slots are never invented: this row says so, and why."""

    slot = models.DateTimeField(_("slot"), unique=True)
    reason = models.CharField(_("reason"), max_length=16, choices=GapReason)
    detected_at = models.DateTimeField(_("detected at"))

    class Meta:
        db_table = "monitoring_gaps"
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        constraints = [
            models.CheckConstraint(condition=models.Q(reason__in=GapReason.values), name="gap_reason_known"),
        ]

    def __str__(self) -> str:
        return f"{self.slot:%Y-%m-%d %H:%M} {self.reason}"
