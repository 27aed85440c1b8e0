"""URLs under /api/v1/planning/integrations."""

from django.urls import path

from integrations.api import views

urlpatterns = [path("config-snapshot", views.ConfigSnapshotView.as_view(), name="integrations-config-snapshot")]
