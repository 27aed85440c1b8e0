"""URLs of planning, without a trailing slash. Those of the tables are in `catalog_urls`."""

from django.urls import path

from planning_core.api import core_views, source_views
from planning_core.api import planning_views as views

urlpatterns = [
    path("planning/bundle-risk-portfolio", views.BundleRiskPortfolioView.as_view(), name="bundle-risk-portfolio"),
    path(
        "planning/order-explanation-portfolio",
        views.OrderExplanationPortfolioView.as_view(),
        name="order-explanation-portfolio",
    ),
    path("planning/health-portfolio", views.HealthPortfolioView.as_view(), name="health-portfolio"),
    path("planning/article-dashboard/<int:article_id>", views.ArticleDashboardView.as_view(), name="article-dashboard"),
    path(
        "planning/articles/<int:article_id>/explanation",
        views.ArticleExplanationView.as_view(),
        name="article-explanation",
    ),
    path("planning/article-bundle-snapshot", views.ArticleBundleSnapshotView.as_view(), name="article-bundle-snapshot"),
    path("planning/demand", views.DemandView.as_view(), name="demand"),
    path("planning/order-proposal", views.OrderProposalView.as_view(), name="order-proposal"),
    path("planning/bundle-availability", views.BundleAvailabilityView.as_view(), name="bundle-availability"),
    path("planning/config-snapshot", views.ConfigSnapshotView.as_view(), name="config-snapshot"),
    path("planning/sources", source_views.SourcesView.as_view(), name="sources"),
    path("planning/core/health", core_views.CoreHealthView.as_view(), name="core-health"),
    path("planning/core/proposal", core_views.CoreProposalView.as_view(), name="core-proposal"),
]
