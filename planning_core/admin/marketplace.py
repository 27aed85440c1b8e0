"""Wildberries: codes, listings, sales, stock and prices."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter

from planning_core.models import Listing, WbDailySales, WbPrice, WbSku, WbStock
from supplybrain.admin_base import LongTableAdmin, TableAdmin


@admin.register(WbSku)
class WbSkuAdmin(TableAdmin):
    """Codes."""

    list_display = ("code",)
    search_fields = ("code",)
    ordering = ("code",)


@admin.register(Listing)
class ListingAdmin(TableAdmin):
    """Codes mapped to articles."""

    list_display = ("wb_sku", "article", "bundle_type", "color", "size", "listed_from")
    list_display_links = ("wb_sku", "article")
    list_select_related = ("wb_sku", "article", "bundle_type", "color", "size")
    list_filter = (
        ("article", AutocompleteSelectFilter),
        ("bundle_type", AutocompleteSelectFilter),
        ("listed_from", RangeDateFilter),
    )
    search_fields = ("wb_sku__code", "article__code")
    autocomplete_fields = ("wb_sku", "article", "bundle_type", "color", "size")
    ordering = ("-id",)


@admin.register(WbDailySales)
class WbDailySalesAdmin(LongTableAdmin):
    """Daily sales."""

    list_display = ("wb_sku", "date", "units", "revenue", "in_stock")
    list_select_related = ("wb_sku",)
    list_filter = (("date", RangeDateFilter), ("wb_sku", AutocompleteSelectFilter), "in_stock")
    search_fields = ("wb_sku__code__exact",)  # by its index; any other comparison reads every row
    search_help_text = _("Wildberries code")
    autocomplete_fields = ("wb_sku",)


@admin.register(WbStock)
class WbStockAdmin(TableAdmin):
    """Bundles ready to sell."""

    list_display = ("wb_sku", "warehouse", "quantity", "updated_at")
    list_select_related = ("wb_sku", "warehouse")
    list_filter = (("warehouse", AutocompleteSelectFilter),)
    search_fields = ("wb_sku__code", "warehouse__code", "warehouse__name")
    autocomplete_fields = ("wb_sku", "warehouse")
    ordering = ("-id",)


@admin.register(WbPrice)
class WbPriceAdmin(LongTableAdmin):
    """Prices."""

    list_display = ("wb_sku", "date", "price")
    list_select_related = ("wb_sku",)
    list_filter = (("date", RangeDateFilter), ("wb_sku", AutocompleteSelectFilter))
    search_fields = ("wb_sku__code__exact",)  # by its index; any other comparison reads every row
    search_help_text = _("Wildberries code")
    autocomplete_fields = ("wb_sku",)
