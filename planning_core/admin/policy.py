"""Settings of planning."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from planning_core.models import (
    ArticlePlanningSettings,
    ColorPlanningSettings,
    ElasticPlanningSettings,
    GlobalPlanningSettings,
    PlanningSettings,
)
from supplybrain.admin_base import TableAdmin


@admin.register(GlobalPlanningSettings)
class GlobalPlanningSettingsAdmin(TableAdmin):
    """The company's defaults: one row."""

    list_display = (
        "__str__",
        "default_target_coverage_days",
        "default_lead_time_days",
        "default_service_level_percent",
        "default_fabric_min_batch_qty",
        "default_elastic_min_batch_qty",
    )
    ordering = ("id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the row is still missing, and the user may make it."""
        return super().has_add_permission(request) and not _is_stored(request)

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Return what the lists of pages show: not whether it may be added, which every page would have to look up."""
        may = {"change": self.has_change_permission(request), "delete": self.has_delete_permission(request)}
        return {"add": False, "view": self.has_view_permission(request), **may}

    def save_model(self, request: HttpRequest, obj: GlobalPlanningSettings, form: object, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        """Store it as row number 1."""
        obj.pk = 1
        super().save_model(request, obj, form, change)


def _is_stored(request: HttpRequest) -> bool:
    """Return whether there is the row of global settings; asked once, though every page lists what may be added."""
    if not hasattr(request, "has_global_settings"):
        request.has_global_settings = GlobalPlanningSettings.objects.exists()  # type: ignore[attr-defined]
    return request.has_global_settings  # type: ignore[attr-defined,no-any-return]


@admin.register(PlanningSettings)
class PlanningSettingsAdmin(TableAdmin):
    """The classic policy of articles."""

    list_display = (
        "article",
        "is_active",
        "safety_stock_days",
        "alert_threshold_days",
        "min_fabric_batch",
        "min_elastic_batch",
        "strictness",
    )
    list_select_related = ("article",)
    list_filter = ("is_active",)
    search_fields = ("article__code", "article__name", "notes")
    autocomplete_fields = ("article",)
    ordering = ("article__code",)


@admin.register(ArticlePlanningSettings)
class ArticlePlanningSettingsAdmin(TableAdmin):
    """Overrides of the defaults."""

    list_display = (
        "article",
        "include_in_planning",
        "priority",
        "target_coverage_days",
        "lead_time_days",
        "service_level_percent",
    )
    list_select_related = ("article",)
    list_filter = ("include_in_planning",)
    search_fields = ("article__code", "article__name")
    autocomplete_fields = ("article",)
    ordering = ("article__code",)


@admin.register(ColorPlanningSettings)
class ColorPlanningSettingsAdmin(TableAdmin):
    """Fabric minimums."""

    list_display = ("article", "color", "fabric_min_batch_qty")
    list_display_links = ("article", "color")
    list_select_related = ("article", "color")
    list_filter = (("article", AutocompleteSelectFilter), ("color", AutocompleteSelectFilter))
    search_fields = ("article__code", "color__inner_code")
    autocomplete_fields = ("article", "color")
    ordering = ("article__code", "color__inner_code")


@admin.register(ElasticPlanningSettings)
class ElasticPlanningSettingsAdmin(TableAdmin):
    """Elastic minimums."""

    list_display = ("article", "elastic_type", "elastic_min_batch_qty")
    list_display_links = ("article", "elastic_type")
    list_select_related = ("article", "elastic_type")
    list_filter = (("article", AutocompleteSelectFilter), ("elastic_type", AutocompleteSelectFilter))
    search_fields = ("article__code", "elastic_type__code")
    autocomplete_fields = ("article", "elastic_type")
    ordering = ("article__code", "elastic_type__code")
