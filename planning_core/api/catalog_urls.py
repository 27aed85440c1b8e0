"""URLs of the tables, without a trailing slash like every URL of the API."""

from rest_framework.routers import SimpleRouter

from planning_core.api import catalog_views as views

router = SimpleRouter(trailing_slash=False)
router.register("articles", views.ArticleViewSet)
router.register("colors", views.ColorViewSet)
router.register("sizes", views.SizeViewSet)
router.register("skus", views.SkuViewSet)
router.register("bundle-types", views.BundleTypeViewSet)
router.register("bundle-recipes", views.BundleRecipeViewSet)
router.register("elastic-types", views.ElasticTypeViewSet)
router.register("warehouses", views.WarehouseViewSet)
router.register("stock-balances", views.StockBalanceViewSet)
router.register("in-transit-supplies", views.InTransitSupplyViewSet)
router.register("listings", views.ListingViewSet)
router.register("wb-sales", views.WbDailySalesViewSet)
router.register("wb-stock", views.WbStockViewSet)
router.register("wb-prices", views.WbPriceViewSet)
router.register("planning-settings", views.PlanningSettingsViewSet)
router.register("article-planning-settings", views.ArticlePlanningSettingsViewSet)
router.register("color-planning-settings", views.ColorPlanningSettingsViewSet)
router.register("elastic-planning-settings", views.ElasticPlanningSettingsViewSet)
router.register("global-planning-settings", views.GlobalPlanningSettingsViewSet)

urlpatterns = router.urls
