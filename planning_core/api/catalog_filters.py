"""Filters by Wildberries code, where a plain list of fields would filter by its internal number."""

from typing import ClassVar

from django_filters import rest_framework as filters

from planning_core.models import Listing, WbDailySales, WbPrice, WbStock


class WbSkuFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """`?wb_sku=CODE`."""

    wb_sku = filters.CharFilter(field_name="wb_sku__code", label="Wildberries code")


class ListingFilters(WbSkuFilters):
    """Filters of listings."""

    class Meta:
        model = Listing
        fields: ClassVar = ("article_id", "bundle_type_id", "color_id", "size_id")


class SalesFilters(WbSkuFilters):
    """Filters of daily sales."""

    class Meta:
        model = WbDailySales
        fields: ClassVar = {"date": ["exact", "gte", "lte"]}


class WbStockFilters(WbSkuFilters):
    """Filters of stock at Wildberries."""

    class Meta:
        model = WbStock
        fields: ClassVar = ("warehouse_id",)


class WbPriceFilters(WbSkuFilters):
    """Filters of prices."""

    class Meta:
        model = WbPrice
        fields: ClassVar = {"date": ["exact", "gte", "lte"]}
