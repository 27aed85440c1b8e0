"""An article's page: why it is at risk or not, why it is ordered in its quantity, and all that this rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from planning_core.admin import article_charts as charts
from planning_core.admin import article_tables as tables
from planning_core.domain.article_explanation import BundleExplanation
from planning_core.domain.bundle_risk import RISK_LEVELS
from planning_core.domain.risk_flip import RiskFlip
from planning_core.domain.waterfall import Waterfall
from planning_core.models import Article
from planning_core.services.article_page import ArticleView, get_article_view
from planning_core.wording import render, write_level
from supplybrain.charts import Tone
from supplybrain.clock import get_business_date

LEVEL_TONES = {
    "critical": Tone.ALARM,
    "warning": Tone.ATTENTION,
    "ok": Tone.GOOD,
    "overstock": Tone.NOTE,
    "no_data": Tone.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class BundleCard:
    """One bundle type: its level, why, and what would change it."""

    bundle: BundleExplanation
    level: str
    tone: Tone
    rule: str
    flips: list[str]
    runs_out_on: date | None
    """By the projection, supplies included; None if not within its days, or without sales."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step from demand to order in words."""

    label: str
    delta: float
    total: float
    text: str


@dataclass(frozen=True, slots=True)
class ColorRow:
    """A colour's quantity, and which rule decided about it."""

    color: Any
    text: str


@dataclass(frozen=True, slots=True)
class Hint:
    """What is missing, and the page where it can be added."""

    text: str
    link: str
    link_text: str


def show_article(page: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Answer an article's page as of today; the caller has checked that the user may view articles.

    Raises:
        Http404: If there is no such article.
    """
    article = page.get_object(request, object_id)
    if article is None:
        raise Http404
    context = {
        **page.admin_site.each_context(request),
        **build_context(article, get_article_view(article_id=article.pk, as_of=get_business_date())),
        "title": _("Explanation: %(article)s") % {"article": article},
        "module_name": capfirst(page.opts.verbose_name_plural),
        "object": article,
        "opts": page.opts,
        "may_change": page.has_change_permission(request, article),
    }
    request.current_app = page.admin_site.name
    return TemplateResponse(request, "planning_core/article/page.html", context)


def build_context(article: Article, view: ArticleView) -> dict[str, Any]:
    """Return what the template shows, in the reader's language."""
    order = view.explanation.order
    return {
        "view": view,
        "explanation": view.explanation,
        "order": order,
        "binding": render(order.binding_message),
        "cards": list(_list_cards(view)),
        "hints": list(_list_hints(article, view)),
        "steps": list_steps(order),
        "color_rows": [ColorRow(color, render(color.binding_message)) for color in order.colors],
        "sales_chart": charts.build_sales_chart(view),
        "projection_chart": charts.build_projection_chart(view),
        "waterfall_chart": charts.build_waterfall_chart(order),
        "order_matrix": tables.build_order_matrix(view),
        "piece_matrices": tables.list_piece_matrices(view),
        "bundle_matrix": tables.build_bundle_matrix(view),
        "supplies": tables.list_supply_groups(view),
        "coverage_source": name_source(view.explanation.settings.target_coverage_source),
    }


def list_steps(order: Waterfall) -> list[StepRow]:
    """Return all steps in words, those that change nothing too: a planner asks why a minimum did not count."""
    return [StepRow(str(charts.STEPS[s.code]), s.delta, s.total, render(s.message)) for s in order.steps]


def name_source(source: str) -> str:
    """Return whose coverage target it is in words."""
    names = {"article": _("the article's own"), "global": _("the global default"), "default": _("built in")}
    return names[source]


def _list_cards(view: ArticleView) -> Iterator[BundleCard]:
    for bundle, projection in zip(view.explanation.bundles, view.projections, strict=True):
        day = projection.runs_out_on_day if bundle.avg_daily_sales > 0 else None
        yield BundleCard(
            bundle=bundle,
            level=write_level(bundle.risk_level),
            tone=LEVEL_TONES[bundle.risk_level],
            rule=render(bundle.rule),
            flips=[render(flip.message) for flip in sorted(bundle.flips, key=_rank_level)],
            runs_out_on=None if day is None else date.fromordinal(day),
        )


def _rank_level(flip: RiskFlip) -> int:
    """Return a place in the order by level: what leads to the same one stands together."""
    return RISK_LEVELS.index(flip.risk_level)


def _list_hints(article: Article, view: ArticleView) -> Iterator[Hint]:
    """Yield what is missing, in the order in which it makes sense to add it."""
    if not view.explanation.settings.has_planning_settings:
        yield Hint(
            _("The article has no planning settings: nothing is ordered, and the thresholds are the built-in ones."),
            reverse("admin:planning_core_article_change", args=[article.pk]),
            _("Set them on the article's page"),
        )
    if not view.has_skus:
        yield Hint(
            _("The article has no SKUs, so there is nothing to order: add them, or import the catalogue."),
            reverse("admin:planning_core_sku_changelist"),
            _("SKUs"),
        )
    if not view.has_listings:
        yield Hint(
            _("No Wildberries code is mapped to the article, so its sales and its stock there are not seen: add one."),
            reverse("admin:planning_core_listing_changelist"),
            _("Listings"),
        )
    elif not view.sales:
        yield Hint(
            _("There are no sales of the article's codes in the last 90 days: import them, or look whether it sells."),
            reverse("admin:planning_core_wbdailysales_changelist"),
            _("Daily sales"),
        )
    if not view.has_recipes:
        yield Hint(
            _("The article has no bundle recipe, so it is not known what could be packed: add the colours."),
            reverse("admin:planning_core_article_change", args=[article.pk]),
            _("Add recipe lines on the article's page"),
        )
