"""Channels and what was sent through them, as clients see them."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from monitoring.api.serializers.terms import NeighboursSerializer
from monitoring.models import Notification, NotificationChannel, NotificationState, WithholdingReason
from monitoring.services.channels import list_address_problems, show_address, switch_on
from supplybrain.api.model_serializers import RowSerializer

LONGEST_RECIPIENTS, LONGEST_URL, LONGEST_SECRET = 4000, 2000, 500
LETTER_PARTS = ("subject", "text", "data")


class WriteOnlyTextField(serializers.CharField):
    """A text that goes in and never comes out; null or nothing forgets it."""

    def __init__(self, *, max_length: int, help_text: str) -> None:
        super().__init__(
            write_only=True,
            max_length=max_length,
            allow_null=True,
            allow_blank=True,
            required=False,
            help_text=f"Write-only. {help_text}",
        )

    def to_internal_value(self, data: Any) -> Any:
        """Return the text, None for nothing."""
        return super().to_internal_value(data) or None


class ChannelSerializer(RowSerializer):
    """Somewhere that alerts are told. URL and secret never come out again.

    E-mail has `recipients`; a webhook `url` and, to sign with, a `secret`; Telegram a `chat_id`, and the bot's token
    as `secret`.
    """

    recipients = serializers.CharField(
        write_only=True,
        max_length=LONGEST_RECIPIENTS,
        allow_blank=True,
        required=False,
        help_text="E-mail addresses, separated by commas.",
    )
    url = WriteOnlyTextField(max_length=LONGEST_URL, help_text="Of a webhook.")
    secret = WriteOnlyTextField(
        max_length=LONGEST_SECRET, help_text="What a webhook is signed with, or the token of a bot."
    )
    chat_id = serializers.CharField(
        write_only=True, max_length=64, allow_blank=True, required=False, help_text="Number or @name."
    )
    address = serializers.SerializerMethodField(
        help_text="Recipients; scheme and host of the URL; or the chat. What may be seen by everybody."
    )
    has_secret = serializers.SerializerMethodField()

    class Meta:
        model = NotificationChannel
        fields: ClassVar = (
            "id",
            "name",
            "kind",
            "language",
            "min_severity",
            "is_active",
            "recipients",
            "url",
            "chat_id",
            "secret",
            "address",
            "has_secret",
            "disabled_at",
            "disabled_reason",
            "last_success_at",
            "last_failure_at",
            "last_error",
        )
        read_only_fields: ClassVar = (
            "disabled_at",
            "disabled_reason",
            "last_success_at",
            "last_failure_at",
            "last_error",
        )

    def get_address(self, channel: NotificationChannel) -> str:
        """Return what of the address may be seen."""
        return show_address(channel)

    def get_has_secret(self, channel: NotificationChannel) -> bool:
        """Return whether there is a secret."""
        return bool(channel.secret)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the values if messages can be sent to what they name.

        Raises:
            ValidationError: If not; the problem names the field.
        """
        if self.instance is not None and attrs.get("kind", self.instance.kind) != self.instance.kind:
            text = _("A channel keeps its kind. Make another channel, and switch this one off.")
            raise serializers.ValidationError({"kind": text}, code="read_only")
        channel = self._build_candidate(attrs)
        if problems := list_address_problems(channel):
            details = {one.field: [serializers.ErrorDetail(one.detail, one.code)] for one in problems}
            raise serializers.ValidationError(details)
        return super().validate(attrs)

    def update(self, instance: NotificationChannel, validated_data: dict[str, Any]) -> NotificationChannel:
        """Change a channel. One that is switched on is given another chance."""
        if validated_data.get("is_active"):
            switch_on(instance)
        changed: NotificationChannel = super().update(instance, validated_data)
        return changed

    def _build_candidate(self, attrs: dict[str, Any]) -> NotificationChannel:
        names = ("kind", "recipients", "url", "chat_id", "secret")
        stored = {name: getattr(self.instance, name) for name in names} if self.instance is not None else {}
        return NotificationChannel(**stored | {name: attrs[name] for name in names if name in attrs})


@extend_schema_serializer(many=False)
class ChannelsSerializer(serializers.Serializer[Any]):
    """All channels, by name."""

    items = ChannelSerializer(many=True)


class ChannelTestSerializer(serializers.Serializer[Any]):
    """What became of a test message."""

    is_sent = serializers.BooleanField(help_text="Whether the receiver took it.")
    error = serializers.CharField(allow_blank=True, help_text="Why not, and what to do.")
    notification_id = serializers.IntegerField(source="notification.id")


class WithheldSerializer(serializers.Serializer[Any]):
    """A message that was not told, and why."""

    message_id = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=WithholdingReason.choices)
    detail = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class LetterSerializer(serializers.Serializer[Any]):
    """What the receiver read."""

    subject = serializers.CharField()
    text = serializers.CharField()
    data = serializers.DictField(help_text="The same for machines.")  # type: ignore[assignment]  # DRF takes it out


class NotificationSerializer(serializers.Serializer[Any]):
    """One batch of messages for one channel, sent as one."""

    id = serializers.IntegerField()
    key = serializers.UUIDField(help_text="The same for every repeat: `Idempotency-Key`.")
    channel_id = serializers.IntegerField()
    channel_name = serializers.CharField(source="channel.name")
    batch = serializers.CharField(help_text="What was to be told together.")
    state = serializers.ChoiceField(choices=NotificationState.choices)
    attempts = serializers.IntegerField(min_value=0)
    created_at = serializers.DateTimeField()
    next_attempt_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True)
    content = serializers.SerializerMethodField(help_text="As it was first tried; null before.")
    withheld = WithheldSerializer(many=True, help_text="Messages of the batch that are not in it.")

    @extend_schema_field(LetterSerializer(allow_null=True))
    def get_content(self, row: Notification) -> dict[str, Any] | None:
        """Return the words of the letter, without their copies for single kinds of channels."""
        return {name: row.content.get(name) for name in LETTER_PARTS} if row.content else None


class NotificationsSerializer(NeighboursSerializer):
    """A page of notifications, newest first."""

    items = NotificationSerializer(many=True)
