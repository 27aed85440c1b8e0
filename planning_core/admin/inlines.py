"""What belongs to an article and is edited on its page."""

from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline

from planning_core.models import (
    ArticlePlanningSettings,
    BundleRecipe,
    ColorPlanningSettings,
    ElasticPlanningSettings,
    PlanningSettings,
)
from supplybrain.admin_base import TableInline


class PlanningSettingsInline(StackedInline):  # type: ignore[misc]  # unfold has no types
    """The classic policy."""

    model = PlanningSettings
    tab = True
    in_planning = _("in planning")


class ArticleSettingsInline(StackedInline):  # type: ignore[misc]  # unfold has no types
    """Overrides of the global defaults."""

    model = ArticlePlanningSettings
    tab = True


class RecipeInline(TableInline):
    """Recipe lines."""

    model = BundleRecipe
    autocomplete_fields = ("bundle_type", "color")
    ordering = ("bundle_type__code", "position", "id")


class ColorSettingsInline(TableInline):
    """Fabric minimums."""

    model = ColorPlanningSettings
    autocomplete_fields = ("color",)
    ordering = ("id",)


class ElasticSettingsInline(TableInline):
    """Elastic minimums."""

    model = ElasticPlanningSettings
    autocomplete_fields = ("elastic_type",)
    ordering = ("id",)
