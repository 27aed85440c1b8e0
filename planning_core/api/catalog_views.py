"""The tables of planning over REST: pages, filters, search and ordering come from `TableViewSet`."""

from planning_core.api import catalog_serializers as rows
from planning_core.api.catalog_filters import ListingFilters, SalesFilters, WbPriceFilters, WbStockFilters
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
    WbStock,
)
from supplybrain.api.viewsets import LongTableViewSet, TableViewSet


class ArticleViewSet(TableViewSet):
    """Articles."""

    queryset = Article.objects.order_by("id")
    serializer_class = rows.ArticleSerializer
    filterset_fields = ("code",)
    search_fields = ("code", "name")


class ColorViewSet(TableViewSet):
    """Colours."""

    queryset = Color.objects.order_by("id")
    serializer_class = rows.ColorSerializer
    filterset_fields = ("inner_code", "pantone_code")
    search_fields = ("inner_code", "pantone_code", "description")


class SizeViewSet(TableViewSet):
    """Sizes."""

    queryset = Size.objects.order_by("id")
    serializer_class = rows.SizeSerializer
    filterset_fields = ("label",)
    search_fields = ("label",)


class SkuViewSet(TableViewSet):
    """SKUs."""

    queryset = Sku.objects.order_by("id")
    serializer_class = rows.SkuSerializer
    filterset_fields = ("article_id", "color_id", "size_id", "barcode")
    search_fields = ("barcode", "article__code", "color__inner_code", "size__label")


class BundleTypeViewSet(TableViewSet):
    """Bundle types."""

    queryset = BundleType.objects.order_by("id")
    serializer_class = rows.BundleTypeSerializer
    filterset_fields = ("code",)
    search_fields = ("code", "name")


class BundleRecipeViewSet(TableViewSet):
    """Recipe lines of bundles."""

    queryset = BundleRecipe.objects.order_by("id")
    serializer_class = rows.BundleRecipeSerializer
    filterset_fields = ("article_id", "bundle_type_id", "color_id")
    search_fields = ("article__code", "bundle_type__code", "color__inner_code")


class ElasticTypeViewSet(TableViewSet):
    """Elastic types."""

    queryset = ElasticType.objects.order_by("id")
    serializer_class = rows.ElasticTypeSerializer
    filterset_fields = ("code",)
    search_fields = ("code", "name")


class WarehouseViewSet(TableViewSet):
    """Warehouses."""

    queryset = Warehouse.objects.order_by("id")
    serializer_class = rows.WarehouseSerializer
    filterset_fields = ("code", "type", "wb_office_id")
    search_fields = ("code", "name")


class StockBalanceViewSet(TableViewSet):
    """Stock balances of SKUs."""

    queryset = StockBalance.objects.order_by("id")
    serializer_class = rows.StockBalanceSerializer
    filterset_fields = ("sku_id", "sku__article_id", "warehouse_id", "warehouse__type")
    search_fields = ("sku__article__code", "sku__barcode", "warehouse__code")


class InTransitSupplyViewSet(TableViewSet):
    """Supplies on their way."""

    queryset = InTransitSupply.objects.order_by("id")
    serializer_class = rows.InTransitSupplySerializer
    filterset_fields = {
        "sku_id": ["exact"],
        "sku__article_id": ["exact"],
        "stage": ["exact"],
        "eta_date": ["exact", "gte", "lte"],
    }
    search_fields = ("sku__article__code", "sku__barcode")


class ListingViewSet(TableViewSet):
    """Listings."""

    queryset = Listing.objects.select_related("wb_sku").order_by("id")
    serializer_class = rows.ListingSerializer
    filterset_class = ListingFilters
    search_fields = ("wb_sku__code", "article__code")


class WbDailySalesViewSet(LongTableViewSet):
    """Daily sales of Wildberries codes, in the order they were stored."""

    queryset = WbDailySales.objects.select_related("wb_sku").order_by("id")
    serializer_class = rows.WbDailySalesSerializer
    filterset_class = SalesFilters


class WbStockViewSet(TableViewSet):
    """Stock at Wildberries."""

    queryset = WbStock.objects.select_related("wb_sku").order_by("id")
    serializer_class = rows.WbStockSerializer
    filterset_class = WbStockFilters
    search_fields = ("wb_sku__code", "warehouse__code")


class WbPriceViewSet(LongTableViewSet):
    """Prices, in the order they were stored."""

    queryset = WbPrice.objects.select_related("wb_sku").order_by("id")
    serializer_class = rows.WbPriceSerializer
    filterset_class = WbPriceFilters


class PlanningSettingsViewSet(TableViewSet):
    """The classic policy of articles."""

    queryset = PlanningSettings.objects.order_by("id")
    serializer_class = rows.PlanningSettingsSerializer
    filterset_fields = ("article_id", "is_active")
    search_fields = ("article__code", "notes")


class ArticlePlanningSettingsViewSet(TableViewSet):
    """Overrides of the global defaults per article."""

    queryset = ArticlePlanningSettings.objects.order_by("id")
    serializer_class = rows.ArticlePlanningSettingsSerializer
    filterset_fields = ("article_id", "include_in_planning", "priority")
    search_fields = ("article__code",)


class ColorPlanningSettingsViewSet(TableViewSet):
    """Fabric minimums per article and colour."""

    queryset = ColorPlanningSettings.objects.order_by("id")
    serializer_class = rows.ColorPlanningSettingsSerializer
    filterset_fields = ("article_id", "color_id")
    search_fields = ("article__code", "color__inner_code")


class ElasticPlanningSettingsViewSet(TableViewSet):
    """Elastic minimums per article and elastic type."""

    queryset = ElasticPlanningSettings.objects.order_by("id")
    serializer_class = rows.ElasticPlanningSettingsSerializer
    filterset_fields = ("article_id", "elastic_type_id")
    search_fields = ("article__code", "elastic_type__code")


class GlobalPlanningSettingsViewSet(TableViewSet):
    """The defaults of the company: a list of at most one row, number 1. Deleted, the built-in defaults hold."""

    queryset = GlobalPlanningSettings.objects.order_by("id")
    serializer_class = rows.GlobalPlanningSettingsSerializer
