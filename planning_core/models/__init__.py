"""The tables of planning."""

from planning_core.models.catalog import Article, BundleRecipe, BundleType, Color, ElasticType, Size, Sku
from planning_core.models.feeds import DataSource, SourceSync, SyncOrigin
from planning_core.models.marketplace import Listing, WbDailySales, WbPrice, WbSku, WbStock
from planning_core.models.policy import (
    ArticlePlanningSettings,
    ColorPlanningSettings,
    ElasticPlanningSettings,
    GlobalPlanningSettings,
    PlanningSettings,
)
from planning_core.models.stock import InTransitSupply, StockBalance, SupplyStage, Warehouse, WarehouseType

__all__ = [
    "Article",
    "ArticlePlanningSettings",
    "BundleRecipe",
    "BundleType",
    "Color",
    "ColorPlanningSettings",
    "DataSource",
    "ElasticPlanningSettings",
    "ElasticType",
    "GlobalPlanningSettings",
    "InTransitSupply",
    "Listing",
    "PlanningSettings",
    "Size",
    "Sku",
    "SourceSync",
    "StockBalance",
    "SupplyStage",
    "SyncOrigin",
    "Warehouse",
    "WarehouseType",
    "WbDailySales",
    "WbPrice",
    "WbSku",
    "WbStock",
]
