"""Trying the terms of a rule over the past."""

from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api.serializers.backtest import (
    SIDES,
    BacktestRequestSerializer,
    BacktestSerializer,
    choose_sides,
    describe_side,
)
from monitoring.models import AlertRule
from monitoring.selectors.clock import get_database_clock
from monitoring.services.interval import get_interval
from monitoring.services.rule_backtest import backtest_rules, read_terms
from supplybrain.api.changes import LARGEST_ID
from supplybrain.errors import NotFoundError


class AlertRuleBacktestView(APIView):
    """What a rule would have done."""

    required_permissions: ClassVar = {"POST": "monitoring.view_alertrule"}  # nothing is saved

    @extend_schema(
        operation_id="monitoring_alert_rules_backtest",
        request=BacktestRequestSerializer,
        responses={200: BacktestSerializer},
    )
    def post(self, request: Request, rule_id: int) -> Response:
        """Answer how often the rule would have fired over the stored snapshots, as it is saved and with other terms."""
        asked = BacktestRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        rule = AlertRule.objects.filter(pk=min(rule_id, LARGEST_ID)).first()
        if rule is None:
            raise NotFoundError(_("There is no such alert rule."))
        sides = choose_sides(read_terms(rule), asked.validated_data.get("overrides"))
        slot, days = get_database_clock(interval=get_interval()).slot, asked.validated_data["days"]
        backtests = backtest_rules(terms=list(sides.values()), slot=slot, days=days)
        answer = {
            "rule_id": rule.pk,
            "days": days,
            "slot_seconds": int(get_interval().total_seconds()),
            **dict.fromkeys(SIDES),
            **{side: describe_side(backtest) for side, backtest in zip(sides, backtests, strict=True)},
        }
        return Response(BacktestSerializer(answer).data)
