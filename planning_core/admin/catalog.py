"""Articles, colours, sizes, SKUs and bundles."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action

from planning_core.admin.article_page import show_article
from planning_core.admin.inlines import (
    ArticleSettingsInline,
    ColorSettingsInline,
    ElasticSettingsInline,
    PlanningSettingsInline,
    RecipeInline,
)
from planning_core.models import Article, BundleRecipe, BundleType, Color, ElasticType, Size, Sku
from supplybrain.admin_base import TableAdmin


@admin.register(Article)
class ArticleAdmin(TableAdmin):
    """An article with its settings and recipes on one page."""

    list_display = ("code", "name", "is_planned", "explanation")
    list_filter = ("planning_settings__is_active",)
    list_select_related = ("planning_settings",)
    search_fields = ("code", "name")
    ordering = ("code",)
    inlines = (PlanningSettingsInline, ArticleSettingsInline, RecipeInline, ColorSettingsInline, ElasticSettingsInline)
    actions_detail = ("explain",)
    change_form_outer_before_template = "planning_core/article/banner.html"

    @admin.display(description=PlanningSettingsInline.in_planning, boolean=True)
    def is_planned(self, article: Article) -> bool:
        """Return whether planning looks at the article."""
        return hasattr(article, "planning_settings") and article.planning_settings.is_active

    @admin.display(description=_("risk and order"))
    def explanation(self, article: Article) -> str:
        """Return the link to the page that explains the article."""
        url = reverse("admin:planning_core_article_explain", args=[article.pk])
        name = _("Explain %(article)s") % {"article": article}
        link = '<a href="{}" aria-label="{}" class="text-primary-600 dark:text-primary-500">{}</a>'
        return format_html(link, url, name, _("Explain"))

    @action(description=_("Explanation"), url_path="explanation", permissions=["view"])  # type: ignore[untyped-decorator]  # unfold has no types
    def explain(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answer why the article is at risk or not, and why it is ordered in its quantity."""
        return show_article(self, request, object_id)


@admin.register(Color)
class ColorAdmin(TableAdmin):
    """Colours."""

    list_display = ("inner_code", "pantone_code", "description")
    search_fields = ("inner_code", "pantone_code", "description")
    ordering = ("inner_code",)


@admin.register(Size)
class SizeAdmin(TableAdmin):
    """Sizes in the order of the size run."""

    list_display = ("label", "sort_order")
    search_fields = ("label",)
    ordering = ("sort_order", "label")


@admin.register(Sku)
class SkuAdmin(TableAdmin):
    """SKUs."""

    list_display = ("article", "color", "size", "barcode")
    list_display_links = ("article", "color", "size")
    list_select_related = ("article", "color", "size")
    list_filter = (("article", AutocompleteSelectFilter), ("color", AutocompleteSelectFilter))
    search_fields = ("article__code", "article__name", "color__inner_code", "size__label", "barcode")
    autocomplete_fields = ("article", "color", "size")
    ordering = ("article__code", "color__inner_code", "size__sort_order", "id")


@admin.register(BundleType)
class BundleTypeAdmin(TableAdmin):
    """Bundle types."""

    list_display = ("code", "name")
    search_fields = ("code", "name")
    ordering = ("code",)


@admin.register(BundleRecipe)
class BundleRecipeAdmin(TableAdmin):
    """Recipe lines; an article's page shows its own together."""

    list_display = ("article", "bundle_type", "color", "quantity", "position")
    list_display_links = ("article", "bundle_type", "color")
    list_select_related = ("article", "bundle_type", "color")
    list_filter = (("article", AutocompleteSelectFilter), ("bundle_type", AutocompleteSelectFilter))
    search_fields = ("article__code", "bundle_type__code", "bundle_type__name", "color__inner_code")
    autocomplete_fields = ("article", "bundle_type", "color")
    ordering = ("article__code", "bundle_type__code", "position", "id")


@admin.register(ElasticType)
class ElasticTypeAdmin(TableAdmin):
    """Elastic types."""

    list_display = ("code", "name")
    search_fields = ("code", "name")
    ordering = ("code",)
