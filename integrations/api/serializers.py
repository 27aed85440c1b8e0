"""Accounts as clients see them: a token goes in and never comes out."""

from typing import Any, ClassVar

from rest_framework import serializers

from integrations.models import MoySkladAccount, WbAccount
from integrations.models.accounts import LONGEST_TOKEN, validate_token
from supplybrain.api.model_serializers import RowSerializer


class WriteOnlyTokenField(serializers.CharField):
    """The vendor's token: goes in, never comes out."""

    def __init__(self) -> None:
        super().__init__(
            write_only=True, max_length=LONGEST_TOKEN, validators=[validate_token], help_text="Write-only."
        )


class WbAccountSerializer(RowSerializer):
    """A Wildberries account."""

    api_token = WriteOnlyTokenField()

    class Meta:
        model = WbAccount
        fields = ("id", "name", "supplier_id", "api_token", "is_active", "created_at", "updated_at")


class MoySkladAccountSerializer(RowSerializer):
    """A MoySklad account."""

    api_token = WriteOnlyTokenField()

    class Meta:
        model = MoySkladAccount
        fields = ("id", "name", "account_id", "api_token", "is_active", "created_at", "updated_at")


class EmptyAsNullField(serializers.CharField):
    """A text that the previous backend left null when it was not known."""

    def __init__(self) -> None:
        super().__init__(allow_null=True)

    def to_representation(self, value: str) -> Any:
        """Return the text, or None for an empty one."""
        return value or None


class WbAccountSummarySerializer(serializers.ModelSerializer[WbAccount]):
    """A Wildberries account in the configuration snapshot."""

    supplier_id = EmptyAsNullField()

    class Meta:
        model = WbAccount
        fields: ClassVar = ("id", "name", "supplier_id", "is_active")


class MoySkladAccountSummarySerializer(serializers.ModelSerializer[MoySkladAccount]):
    """A MoySklad account in the configuration snapshot."""

    account_id = EmptyAsNullField()

    class Meta:
        model = MoySkladAccount
        fields: ClassVar = ("id", "name", "account_id", "is_active")


class IntegrationsSnapshotSerializer(serializers.Serializer[Any]):
    """Every account, by id, without its token."""

    wb_accounts = WbAccountSummarySerializer(many=True)
    moysklad_accounts = MoySkladAccountSummarySerializer(many=True)
