"""Alert rules and what they say."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from monitoring.api.as_of import read_as_of
from monitoring.api.serializers.alerts import (
    AlertRuleSerializer,
    AlertRulesSerializer,
    SeedSerializer,
)
from monitoring.api.serializers.overview import CurrentAlertsSerializer, describe_alerts
from monitoring.api.views.snapshots import READ_PERMISSION
from monitoring.models import AlertRule
from monitoring.selectors.rules import list_rules_with_alerts
from monitoring.services.overview import get_overview
from monitoring.services.rules import apply_rule_changes, seed_rules
from supplybrain.api.changes import LARGEST_ID, ChangesSerializer, PageQuery, read_page
from supplybrain.api.queries import AsOfQuery, read_query
from supplybrain.api.viewsets import TableViewSet
from supplybrain.audit.changes import ChangeFilter
from supplybrain.errors import NotFoundError


class AlertsView(APIView):
    """What is breached now."""

    required_permissions: ClassVar = READ_PERMISSION

    @extend_schema(operation_id="monitoring_alerts", parameters=[AsOfQuery], responses=CurrentAlertsSerializer)
    def get(self, request: Request) -> Response:
        """Answer the breached rules, on the latest stored snapshot."""
        return Response(describe_alerts(get_overview(as_of=read_as_of(request))))


@extend_schema_view(
    create=extend_schema(operation_id="monitoring_alert_rules_create"),
    retrieve=extend_schema(operation_id="monitoring_alert_rules_retrieve"),
    partial_update=extend_schema(operation_id="monitoring_alert_rules_update"),
    destroy=extend_schema(operation_id="monitoring_alert_rules_delete"),
)
class AlertRuleViewSet(TableViewSet):
    """The alert rules. A change takes effect at once, judged on the latest snapshot."""

    queryset = list_rules_with_alerts()
    serializer_class = AlertRuleSerializer
    filter_backends = ()
    pagination_class = None
    http_method_names = ("get", "post", "patch", "delete", "head", "options")

    @extend_schema(operation_id="monitoring_alert_rules_list", responses=AlertRulesSerializer)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ARG002  (the base's signature)
        """Answer all rules, oldest first."""
        return Response(AlertRulesSerializer({"items": self.get_queryset()}).data)

    def perform_create(self, serializer: BaseSerializer[AlertRule]) -> None:
        """Store a rule."""
        self._save(serializer)

    def perform_update(self, serializer: BaseSerializer[AlertRule]) -> None:
        """Store a change."""
        self._save(serializer)

    def perform_destroy(self, instance: AlertRule) -> None:
        """Delete a rule. Its episodes and transitions stay."""
        instance.delete()
        apply_rule_changes()

    def _save(self, serializer: BaseSerializer[AlertRule]) -> None:
        row = serializer.save()
        apply_rule_changes()
        serializer.instance = list_rules_with_alerts().get(pk=row.pk)  # the database has counted its version

    @extend_schema(operation_id="monitoring_alert_rules_seed", request=None, responses={200: SeedSerializer})
    @action(detail=False, methods=["post"])
    def seed(self, request: Request) -> Response:  # noqa: ARG002  (there is nothing to say)
        """Create those of the nine default rules that are missing."""
        return Response(SeedSerializer(seed_rules()).data)


class AlertRuleHistoryView(APIView):
    """Who changed an alert rule."""

    required_permissions: ClassVar = {"GET": "monitoring.view_alertrule"}

    @extend_schema(operation_id="monitoring_alert_rules_history", parameters=[PageQuery], responses=ChangesSerializer)
    def get(self, request: Request, rule_id: int) -> Response:
        """Answer every version of a rule, newest first: who changed what and when, also of one that was deleted."""
        query = read_query(request, PageQuery)
        number = min(rule_id, LARGEST_ID)
        wanted = ChangeFilter(models=[AlertRule._meta.label_lower], object_id=number, before_id=query.get("before"))
        page = read_page(wanted, limit=query["limit"])
        if not page["items"] and not AlertRule.objects.filter(pk=number).exists():
            raise NotFoundError(_("There is no such alert rule and there never was one."))
        return Response(page)
