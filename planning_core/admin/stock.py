"""Warehouses, balances and supplies on their way."""

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter

from planning_core.models import InTransitSupply, StockBalance, Warehouse
from supplybrain.admin_base import TableAdmin

SKU = ("sku__article", "sku__color", "sku__size")


@admin.register(Warehouse)
class WarehouseAdmin(TableAdmin):
    """Warehouses."""

    list_display = ("code", "name", "type", "wb_office_id")
    list_filter = ("type",)
    search_fields = ("code", "name", "wb_office_id")
    ordering = ("code",)


@admin.register(StockBalance)
class StockBalanceAdmin(TableAdmin):
    """Pieces on hand, latest count first."""

    list_display = ("sku", "warehouse", "quantity", "updated_at")
    list_select_related = (*SKU, "warehouse")
    list_filter = (("warehouse", AutocompleteSelectFilter), ("sku__article", AutocompleteSelectFilter))
    search_fields = ("sku__article__code", "sku__barcode", "warehouse__code")
    autocomplete_fields = ("sku", "warehouse")
    ordering = ("-id",)


@admin.register(InTransitSupply)
class InTransitSupplyAdmin(TableAdmin):
    """Supplies on their way, next arrival first."""

    list_display = ("eta_date", "sku", "quantity", "stage")
    list_display_links = ("eta_date", "sku")
    list_select_related = SKU
    list_filter = ("stage", ("eta_date", RangeDateFilter), ("sku__article", AutocompleteSelectFilter))
    search_fields = ("sku__article__code", "sku__barcode")
    autocomplete_fields = ("sku",)
    ordering = ("eta_date", "id")
