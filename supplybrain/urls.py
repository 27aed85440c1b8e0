"""Every URL of the system."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerView

from monitoring.api.views.exposition import ExpositionView
from supplybrain import health
from supplybrain.admin.language import receive_language
from supplybrain.api.schema_views import SchemaView

urlpatterns = [
    path("healthz", health.answer_alive, name="healthz"),
    path("readyz", health.answer_ready, name="readyz"),
    path("metrics", ExpositionView.as_view(), name="metrics"),
    path("admin/language", receive_language, name="choose_language"),  # before the admin, which takes whatever is left
    path("admin/", admin.site.urls),
    path("api/schema", SchemaView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("api/v1/", include("supplybrain.api.urls")),
    path("api/v1/", include("planning_core.api.catalog_urls")),
    path("api/v1/", include("planning_core.api.urls")),
    path("api/v1/", include("integrations.api.account_urls")),
    path("api/v1/planning/integrations/", include("integrations.api.urls")),
    path("api/v1/planning/monitoring/", include("monitoring.api.urls")),
]

handler400 = "supplybrain.api.fallback.answer_bad_request"
handler403 = "supplybrain.api.fallback.answer_forbidden"
handler404 = "supplybrain.api.fallback.answer_not_found"
handler500 = "supplybrain.api.fallback.answer_server_error"
