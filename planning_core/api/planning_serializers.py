"""What the planning reads answer."""

from typing import Any

from rest_framework import serializers

from planning_core.api.rendering import build_items_serializer, build_serializer
from planning_core.domain.article_explanation import ArticleExplanation
from planning_core.domain.article_snapshot import ArticleBundleSnapshot
from planning_core.domain.demand_entries import ArticleDemand
from planning_core.domain.health import ArticleHealth
from planning_core.domain.order_entries import OrderExplanation
from planning_core.domain.planning_health import PlanningHealth
from planning_core.domain.potential import BundleAvailability
from planning_core.domain.risk_entries import BundleRiskEntry
from planning_core.services.articles import ArticleDashboard
from planning_core.services.proposals import CoreProposal, OrderProposal

BundleRiskPortfolioSerializer = build_items_serializer(BundleRiskEntry)
OrderExplanationPortfolioSerializer = build_items_serializer(OrderExplanation)
HealthPortfolioSerializer = build_items_serializer(ArticleHealth)
ArticleDashboardSerializer = build_serializer(ArticleDashboard)
ArticleExplanationSerializer = build_serializer(ArticleExplanation)
ArticleBundleSnapshotSerializer = build_serializer(ArticleBundleSnapshot)
ArticleDemandSerializer = build_serializer(ArticleDemand)
BundleAvailabilitySerializer = build_serializer(BundleAvailability)
PlanningHealthSerializer = build_serializer(PlanningHealth)
OrderProposalSerializer = build_serializer(OrderProposal)


class CoreProposalAnswerSerializer(serializers.Serializer[Any]):
    """A proposal over the windows that were asked for."""

    status = serializers.ChoiceField(choices=["ok"])
    proposal = build_serializer(CoreProposal)()


class GlobalExtrasSerializer(serializers.Serializer[Any]):
    """Global defaults that the classic policy does not use."""

    default_lead_time_days = serializers.IntegerField()
    default_service_level_percent = serializers.IntegerField()
    default_fabric_min_batch_qty = serializers.IntegerField()
    default_elastic_min_batch_qty = serializers.IntegerField()


class GlobalSettingsSerializer(serializers.Serializer[Any]):
    """Global planning settings."""

    default_target_coverage_days = serializers.IntegerField()
    experimental = GlobalExtrasSerializer()


class ArticleTargetExtrasSerializer(serializers.Serializer[Any]):
    """An article's overrides that the classic policy does not use."""

    include_in_planning = serializers.BooleanField()
    priority = serializers.IntegerField()
    lead_time_days = serializers.IntegerField(allow_null=True)
    service_level_percent = serializers.IntegerField(allow_null=True)


class ArticleTargetSerializer(serializers.Serializer[Any]):
    """An article's overrides of the global defaults."""

    target_coverage_days = serializers.IntegerField(allow_null=True)
    experimental = ArticleTargetExtrasSerializer()


class ArticlePolicyExtrasSerializer(serializers.Serializer[Any]):
    """Thresholds and notes of an article."""

    alert_threshold_days = serializers.IntegerField()
    safety_stock_days = serializers.IntegerField()
    notes = serializers.CharField(allow_null=True)


class ArticlePolicySerializer(serializers.Serializer[Any]):
    """The classic policy of an article."""

    is_active = serializers.BooleanField()
    min_fabric_batch = serializers.IntegerField()
    min_elastic_batch = serializers.IntegerField()
    strictness = serializers.FloatField()
    experimental = ArticlePolicyExtrasSerializer()


class ColorMinimumSerializer(serializers.Serializer[Any]):
    """The minimum of a colour."""

    color_id = serializers.IntegerField()
    fabric_min_batch_qty = serializers.IntegerField(allow_null=True)


class ElasticMinimumSerializer(serializers.Serializer[Any]):
    """The minimum of an elastic type."""

    elastic_type_id = serializers.IntegerField()
    elastic_type_name = serializers.CharField()
    elastic_min_batch_qty = serializers.IntegerField(allow_null=True)


class ArticleConfigSerializer(serializers.Serializer[Any]):
    """All settings of an article."""

    article_id = serializers.IntegerField()
    article_code = serializers.CharField()
    article_planning_settings = ArticleTargetSerializer(allow_null=True)
    planning_settings = ArticlePolicySerializer()
    color_settings = ColorMinimumSerializer(many=True)
    elastic_settings = ElasticMinimumSerializer(many=True)


class ConfigSnapshotSerializer(serializers.Serializer[Any]):
    """The settings of all active articles."""

    global_settings = GlobalSettingsSerializer(allow_null=True)
    articles = ArticleConfigSerializer(many=True)
