"""Accounts over REST."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations.api import serializers
from integrations.selectors.accounts import list_moysklad_accounts, list_wb_accounts
from supplybrain.api.queries import AsOfQuery, read_query
from supplybrain.api.viewsets import TableViewSet

# No PUT: it replaces a whole row, and nobody can read the token that would have to be sent back.
METHODS = ("get", "post", "patch", "delete", "head", "options")


class WbAccountViewSet(TableViewSet):
    """Wildberries accounts. The token is write-only; a change without one keeps it."""

    queryset = list_wb_accounts()
    serializer_class = serializers.WbAccountSerializer
    filterset_fields = ("is_active", "supplier_id")
    search_fields = ("name", "supplier_id")
    http_method_names = METHODS


class MoySkladAccountViewSet(TableViewSet):
    """MoySklad accounts. The token is write-only; a change without one keeps it."""

    queryset = list_moysklad_accounts()
    serializer_class = serializers.MoySkladAccountSerializer
    filterset_fields = ("is_active", "account_id")
    search_fields = ("name", "account_id")
    http_method_names = METHODS


class ConfigSnapshotView(APIView):
    """Every account in one answer."""

    required_permissions: ClassVar = {"GET": "integrations.view_wbaccount"}

    @extend_schema(
        operation_id="integrations_config_snapshot",
        parameters=[AsOfQuery],
        responses=serializers.IntegrationsSnapshotSerializer,
    )
    def get(self, request: Request) -> Response:
        """Answer the accounts as they are now: they have no history, so `as_of` changes nothing."""
        read_query(request, AsOfQuery)
        accounts = {"wb_accounts": list_wb_accounts(), "moysklad_accounts": list_moysklad_accounts()}
        return Response(serializers.IntegrationsSnapshotSerializer(accounts).data)
