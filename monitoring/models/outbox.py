"""Who is told about alerts, what there is to tell, and what became of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy
from encrypted_fields.fields import EncryptedTextField

from monitoring.domain.alerting.words import MessageKind, Withholding
from monitoring.models.alerts import Severity
from monitoring.models.episodes import Alert, AlertEpisode, AlertTransition
from supplybrain.models import Language


class ChannelKind(models.TextChoices):
    """Ways to reach people and machines."""

    EMAIL = "email", _("e-mail")
    WEBHOOK = "webhook", _("webhook")
    TELEGRAM = "telegram", _("Telegram")


class NotificationChannel(models.Model):
    """Somewhere that alerts are told. URL and secret are encrypted at rest and leave towards the receiver alone.

    E-mail has `recipients`; a webhook `url`, and a `secret` that its messages are signed with; Telegram a `chat_id`,
    and the bot's token as its `secret`.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=ChannelKind)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.RUSSIAN)
    min_severity = models.CharField(
        _("least severity"),
        max_length=16,
        choices=Severity,
        default=Severity.WARNING,
        help_text=_("Alerts that are less severe are not told here."),
    )
    is_active = models.BooleanField(pgettext_lazy("channel", "active"), default=True)
    recipients = models.TextField(
        _("recipients"), blank=True, default="", help_text=_("E-mail addresses, separated by commas.")
    )
    url = EncryptedTextField(_("URL"), null=True, blank=True)  # the field stores nothing as null
    chat_id = models.CharField(_("chat"), max_length=64, blank=True, default="", help_text=_("Number or @name."))
    secret = EncryptedTextField(
        _("secret"), null=True, blank=True, help_text=_("What a webhook is signed with, or the token of a bot.")
    )
    disabled_at = models.DateTimeField(_("switched off at"), null=True, blank=True, editable=False)
    disabled_reason = models.TextField(_("why it was switched off"), blank=True, default="", editable=False)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True, editable=False)
    last_failure_at = models.DateTimeField(_("last failure"), null=True, blank=True, editable=False)
    last_error = models.TextField(_("last error"), blank=True, default="", editable=False)

    class Meta:
        db_table = "monitoring_notification_channels"
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        permissions = [("test_notificationchannel", gettext_noop("Can send a test message"))]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChannelKind.values), name="channel_kind_known"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="channel_language_known"),
            models.CheckConstraint(condition=Q(min_severity__in=Severity.values), name="channel_severity_known"),
            models.CheckConstraint(
                condition=(
                    Q(kind="email") & ~Q(recipients="")
                    | Q(kind="webhook", url__isnull=False)
                    | Q(kind="telegram", secret__isnull=False) & ~Q(chat_id="")
                ),
                name="channel_has_its_address",
                violation_error_message=_(
                    "E-mail needs recipients, a webhook a URL, and Telegram a chat and the bot's token."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class KindChoice(models.TextChoices):
    """What a message says."""

    FIRING = MessageKind.FIRING.value, pgettext_lazy("message", "firing")
    RESOLVED = MessageKind.RESOLVED.value, pgettext_lazy("message", "resolved")
    CLOSED = MessageKind.CLOSED.value, pgettext_lazy("message", "no longer watched")
    REMINDER = MessageKind.REMINDER.value, pgettext_lazy("message", "reminder")
    FLAPPING = MessageKind.FLAPPING.value, pgettext_lazy("message", "flapping")
    CALM = MessageKind.CALM.value, pgettext_lazy("message", "no longer flapping")
    CHANNEL_DISABLED = MessageKind.CHANNEL_DISABLED.value, pgettext_lazy("message", "a channel was switched off")
    DELIVERY_DEAD = MessageKind.DELIVERY_DEAD.value, pgettext_lazy("message", "a message could not be delivered")
    TEST = MessageKind.TEST.value, pgettext_lazy("message", "test")


class AlertMessage(models.Model):
    """Something to tell, written in the transaction that it became true in. Those of a batch leave together."""

    kind = models.CharField(_("kind"), max_length=20, choices=KindChoice)
    batch = models.CharField(_("batch"), max_length=64)
    severity = models.CharField(_("severity"), max_length=16, choices=Severity)
    alert = models.ForeignKey(
        Alert, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("alert")
    )
    episode = models.ForeignKey(
        AlertEpisode, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("episode")
    )
    transition = models.ForeignKey(
        AlertTransition, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("transition")
    )
    slot = models.DateTimeField(_("slot"), null=True, blank=True)
    is_quiet = models.BooleanField(
        _("quiet"), default=False, help_text=_("Not told, because the alert is flapping; kept to explain why.")
    )
    data = models.JSONField(_("values"), default=dict)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        db_table = "monitoring_alert_messages"
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ()
        indexes = [models.Index(fields=["batch"], name="alert_message_batch")]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class NotificationState(models.TextChoices):
    """What became of a notification."""

    PENDING = "pending", pgettext_lazy("notification", "waiting")
    SENT = "sent", pgettext_lazy("notification", "sent")
    WITHHELD = "withheld", pgettext_lazy("notification", "withheld")
    DEAD = "dead", pgettext_lazy("notification", "given up")


class Notification(models.Model):
    """The outbox: one batch of messages for one channel, sent as one. At least once, every repeat under the same key.

    A claim moves `next_attempt_at` past the longest possible send and `sending_until` with it: the lease of whoever is
    sending it, who ends it with the attempt. One that ran out tells that the sender died.
    """

    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    channel = models.ForeignKey(
        NotificationChannel, models.PROTECT, related_name="notifications", verbose_name=_("channel")
    )
    batch = models.CharField(_("batch"), max_length=64)
    state = models.CharField(_("state"), max_length=16, choices=NotificationState, default=NotificationState.PENDING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created at"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    sending_until = models.DateTimeField(_("being sent until"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    content = models.JSONField(
        _("content"), null=True, blank=True, help_text=_("As it was first tried; repeats are the same.")
    )
    last_error = models.TextField(_("last error"), blank=True, default="")

    class Meta:
        db_table = "monitoring_notifications"
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        permissions = [("retry_notification", gettext_noop("Can try to send again"))]
        constraints = [
            models.UniqueConstraint(fields=["channel", "batch"], name="notification_once_per_channel"),
            models.CheckConstraint(condition=Q(state__in=NotificationState.values), name="notification_state_known"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at=None),
                name="notification_sent_when_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="pending"), name="notification_due"),
            models.Index(fields=["-created_at", "-id"], name="notification_newest_first"),
            models.Index(fields=["batch"], name="notification_batch"),
            models.Index(fields=["channel", "state"], name="notification_result"),  # counted at every scrape
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} UTC"


class WithholdingReason(models.TextChoices):
    """Why a message was not told."""

    SILENCED = Withholding.SILENCED.value, _("silenced")
    ACKNOWLEDGED = Withholding.ACKNOWLEDGED.value, _("acknowledged")
    FLAPPING = Withholding.FLAPPING.value, _("the alert is flapping")
    INHIBITED = Withholding.INHIBITED.value, _("its source is too old, and has an alert of its own")
    OUTDATED = Withholding.OUTDATED.value, _("no longer true")


class WithheldMessage(models.Model):
    """A message that a channel was not told, and why: decided when it was about to leave."""

    message = models.ForeignKey(AlertMessage, models.CASCADE, related_name="withheld", verbose_name=_("message"))
    notification = models.ForeignKey(
        Notification, models.CASCADE, related_name="withheld", verbose_name=_("notification")
    )
    reason = models.CharField(_("reason"), max_length=16, choices=WithholdingReason)
    detail = models.CharField(_("detail"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        db_table = "monitoring_withheld_messages"
        verbose_name = _("withheld message")
        verbose_name_plural = _("withheld messages")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["message", "notification"], name="withheld_message_once"),
            models.CheckConstraint(condition=Q(reason__in=WithholdingReason.values), name="withheld_reason_known"),
        ]

    def __str__(self) -> str:
        return str(self.get_reason_display())
