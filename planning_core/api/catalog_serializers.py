"""Rows of the catalogue, the stock, the marketplace and the settings, as clients read and write them."""

from typing import Any, ClassVar

from django.core.validators import ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from planning_core.models import (
    Article,
    ArticlePlanningSettings,
    BundleRecipe,
    BundleType,
    Color,
    ColorPlanningSettings,
    ElasticPlanningSettings,
    ElasticType,
    GlobalPlanningSettings,
    InTransitSupply,
    Listing,
    PlanningSettings,
    Size,
    Sku,
    StockBalance,
    Warehouse,
    WbDailySales,
    WbPrice,
    WbSku,
    WbStock,
)
from supplybrain.api.model_serializers import RowSerializer
from supplybrain.errors import ConflictError


class ArticleSerializer(RowSerializer):
    """A garment style."""

    class Meta:
        model = Article
        fields = ("id", "code", "name")


class ColorSerializer(RowSerializer):
    """A fabric colour."""

    class Meta:
        model = Color
        fields = ("id", "inner_code", "pantone_code", "description")


class SizeSerializer(RowSerializer):
    """A size and its place in the size run."""

    class Meta:
        model = Size
        fields = ("id", "label", "sort_order")


class SkuSerializer(RowSerializer):
    """One article in one colour and size."""

    class Meta:
        model = Sku
        fields = ("id", "article_id", "color_id", "size_id", "barcode")


class BundleTypeSerializer(RowSerializer):
    """A pack."""

    class Meta:
        model = BundleType
        fields = ("id", "code", "name")


class BundleRecipeSerializer(RowSerializer):
    """One colour of a bundle of an article."""

    class Meta:
        model = BundleRecipe
        fields = ("id", "article_id", "bundle_type_id", "color_id", "quantity", "position")


class ElasticTypeSerializer(RowSerializer):
    """A kind of elastic."""

    class Meta:
        model = ElasticType
        fields = ("id", "code", "name")


class WarehouseSerializer(RowSerializer):
    """A place that holds stock."""

    class Meta:
        model = Warehouse
        fields = ("id", "code", "name", "type", "wb_office_id")


class MeasuredSerializer(RowSerializer):
    """A count with the time it was taken: now, unless the client knows better."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the values with the time of the count."""
        return super().validate({"updated_at": timezone.now(), **attrs})


class StockBalanceSerializer(MeasuredSerializer):
    """Pieces of a SKU in a warehouse."""

    class Meta:
        model = StockBalance
        fields = ("id", "sku_id", "warehouse_id", "quantity", "updated_at")
        extra_kwargs: ClassVar = {"updated_at": {"required": False, "help_text": "Time of the count; now if left out."}}


class InTransitSupplySerializer(RowSerializer):
    """Pieces of a SKU that are on their way."""

    class Meta:
        model = InTransitSupply
        fields = ("id", "sku_id", "eta_date", "quantity", "stage")


class WbSkuCodeField(serializers.CharField):
    """A Wildberries code by its text. A code that is new is stored together with the row that brings it."""

    ordering_column = "wb_sku__code"

    def __init__(self, **kwargs: Any) -> None:
        longest = WbSku._meta.get_field("code").max_length
        super().__init__(max_length=longest, validators=[ProhibitNullCharactersValidator()], **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> WbSku:
        """Return the stored code, or a new one that is not saved yet."""
        code = super().run_validation(data)
        return WbSku.objects.filter(code=code).first() or WbSku(code=code)

    def to_representation(self, value: Any) -> str:
        """Return the text."""
        code: str = value.code
        return code


class WbSkuRowSerializer(RowSerializer):
    """A row about a Wildberries code."""

    wb_sku = WbSkuCodeField(help_text="Wildberries code; stored when it is new.")

    def save(self, **kwargs: Any) -> Any:
        """Save the row, and its code if that is new (or was, until somebody else stored it just now)."""
        wb_sku: WbSku | None = self.validated_data.get("wb_sku")
        if wb_sku is not None and wb_sku.pk is None:
            kwargs["wb_sku"], _created = WbSku.objects.get_or_create(code=wb_sku.code)
        return super().save(**kwargs)


class ListingSerializer(WbSkuRowSerializer):
    """A Wildberries code mapped to what it is a listing of."""

    class Meta:
        model = Listing
        fields = ("id", "wb_sku", "article_id", "bundle_type_id", "color_id", "size_id", "listed_from")


class WbDailySalesSerializer(WbSkuRowSerializer):
    """Units and revenue of one code on one business day."""

    class Meta:
        model = WbDailySales
        fields = ("id", "wb_sku", "date", "units", "revenue", "in_stock")


class WbStockSerializer(MeasuredSerializer, WbSkuRowSerializer):
    """Bundles of one code in one Wildberries warehouse."""

    class Meta:
        model = WbStock
        fields = ("id", "wb_sku", "warehouse_id", "quantity", "updated_at")
        extra_kwargs: ClassVar = {"updated_at": {"required": False, "help_text": "Time of the count; now if left out."}}


class WbPriceSerializer(WbSkuRowSerializer):
    """A price that holds from its day until the next row."""

    class Meta:
        model = WbPrice
        fields = ("id", "wb_sku", "date", "price")


class PlanningSettingsSerializer(RowSerializer):
    """The classic policy of one article."""

    class Meta:
        model = PlanningSettings
        fields = (
            "id",
            "article_id",
            "is_active",
            "min_fabric_batch",
            "min_elastic_batch",
            "alert_threshold_days",
            "safety_stock_days",
            "strictness",
            "notes",
        )


class ArticlePlanningSettingsSerializer(RowSerializer):
    """Overrides of the global defaults for one article."""

    class Meta:
        model = ArticlePlanningSettings
        fields = (
            "id",
            "article_id",
            "include_in_planning",
            "priority",
            "target_coverage_days",
            "lead_time_days",
            "service_level_percent",
        )


class ColorPlanningSettingsSerializer(RowSerializer):
    """The least pieces of one colour of an article that the factory will make."""

    class Meta:
        model = ColorPlanningSettings
        fields = ("id", "article_id", "color_id", "fabric_min_batch_qty")


class ElasticPlanningSettingsSerializer(RowSerializer):
    """The elastic of an article and the least pieces that may use it."""

    class Meta:
        model = ElasticPlanningSettings
        fields = ("id", "article_id", "elastic_type_id", "elastic_min_batch_qty")


class GlobalPlanningSettingsSerializer(RowSerializer):
    """The defaults of the whole company: one row, number 1."""

    class Meta:
        model = GlobalPlanningSettings
        fields = (
            "id",
            "default_target_coverage_days",
            "default_lead_time_days",
            "default_service_level_percent",
            "default_fabric_min_batch_qty",
            "default_elastic_min_batch_qty",
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the values for row number 1.

        Raises:
            ConflictError: If it is there already and this would be a second one.
        """
        if self.instance is None and GlobalPlanningSettings.objects.exists():
            raise ConflictError(
                _("There is one row of global settings and it exists: PATCH /global-planning-settings/1.")
            )
        return super().validate({**attrs, "id": 1})
