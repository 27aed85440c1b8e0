"""Writes what the demo company has and how it plans into empty tables."""

from datetime import timedelta

import numpy as np

from planning_core import models
from planning_core.services.demo import words
from planning_core.services.demo.catalogue import DemoCatalogue, Ints, Role
from planning_core.services.demo.company import DemoCompany, build_rng
from planning_core.services.demo.demand import NEWCOMER_FOR_DAYS
from planning_core.services.demo.rows import all_ids, ids_of, store_rows

FABRIC_MIN_BATCH, ELASTIC_MIN_BATCH = 7000, 3000
CAREFUL_SHARE = 0.12  # of the articles are warned about earlier
SOCK_ELASTIC = len(words.ELASTICS) - 1


def store_catalogue(company: DemoCompany) -> None:
    """Store what exists: articles, colours, sizes, SKUs, packs, recipes, elastics, warehouses, listings."""
    catalogue = company.catalogue
    articles, recipes = catalogue.articles, catalogue.recipes
    store_rows(models.Article, code=articles.codes, name=articles.names)
    codes, pantones, descriptions = zip(*words.COLORS, strict=True)
    store_rows(models.Color, inner_code=codes, pantone_code=pantones, description=descriptions)
    store_rows(models.Size, label=words.SIZES, sort_order=all_ids(len(words.SIZES)))
    _, pack_codes, pack_names = zip(*words.PACKS, strict=True)
    store_rows(models.BundleType, code=pack_codes, name=pack_names)
    _store_skus(catalogue)
    store_rows(
        models.BundleRecipe,
        article=ids_of(recipes.article),
        bundle_type=ids_of(recipes.pack),
        color=ids_of(recipes.color),
        quantity=recipes.quantity.tolist(),
        position=recipes.position.tolist(),
    )
    _store_warehouses()
    _store_listings(company)


def _store_skus(catalogue: DemoCatalogue) -> None:
    skus = catalogue.skus
    store_rows(
        models.Sku,
        article=ids_of(skus.article),
        color=ids_of(skus.color),
        size=ids_of(skus.size),
        barcode=[_ean13(200_000_000_000 + row) for row in range(skus.count)],
    )


def _ean13(twelve_digits: int) -> str:
    """Return a barcode of the range that is left to shops (it begins with 2), with its check digit."""
    digits = [int(digit) for digit in str(twelve_digits)]
    return f"{twelve_digits}{-(sum(digits[::2]) + 3 * sum(digits[1::2])) % 10}"


def _store_warehouses() -> None:
    own_code, own_name = words.OWN_WAREHOUSE
    codes, names, offices, _ = zip(*words.WB_OFFICES, strict=True)
    store_rows(
        models.Warehouse,
        code=[own_code, *codes],
        name=[own_name, *names],
        type=[models.WarehouseType.INTERNAL, *[models.WarehouseType.WB] * len(codes)],
        wb_office_id=[None, *offices],
    )


def _store_listings(company: DemoCompany) -> None:
    listings, articles = company.catalogue.listings, company.catalogue.articles
    codes = [
        f"{articles.codes[article]}-P{words.PACKS[pack][0]}-{words.SIZES[size]}"
        for article, pack, size in zip(listings.article, listings.pack, listings.size, strict=True)
    ]
    store_rows(models.WbSku, code=codes)
    store_rows(
        models.Listing,
        wb_sku=all_ids(listings.count),
        article=ids_of(listings.article),
        bundle_type=ids_of(listings.pack),
        color=[None if color < 0 else color + 1 for color in listings.color.tolist()],
        size=ids_of(listings.size),
        listed_from=_draw_listed_from(company),
    )


def _draw_listed_from(company: DemoCompany) -> list[object]:
    """Return the first day on offer of each listing; of the announced ones it is not known yet."""
    calendar, articles = company.calendar, company.catalogue.articles
    age_days = build_rng(company.seed, "ages").integers(30, 700, articles.count)
    known = {Role.NEWCOMER: calendar.date_of(calendar.today - NEWCOMER_FOR_DAYS), Role.ANNOUNCED: None}
    return [
        known.get(Role(articles.role[article]), calendar.first - timedelta(days=int(age_days[article])))
        for article in company.catalogue.listings.article
    ]


def store_settings(company: DemoCompany) -> None:
    """Store how the company plans: global defaults, and per article, colour and elastic."""
    rng = build_rng(company.seed, "settings")
    articles = company.catalogue.articles
    has_elastic = np.array([words.STYLES[style].has_elastic for style in articles.style])
    is_careful = rng.random(articles.count) < CAREFUL_SHARE
    models.GlobalPlanningSettings.objects.create(
        id=1, default_fabric_min_batch_qty=FABRIC_MIN_BATCH, default_elastic_min_batch_qty=ELASTIC_MIN_BATCH
    )
    store_rows(
        models.PlanningSettings,
        article=all_ids(articles.count),
        is_active=[True] * articles.count,
        min_fabric_batch=[FABRIC_MIN_BATCH] * articles.count,
        min_elastic_batch=np.where(has_elastic, ELASTIC_MIN_BATCH, 0).tolist(),
        alert_threshold_days=np.where(is_careful, 18, 14).tolist(),
        safety_stock_days=np.where(is_careful, 9, 7).tolist(),
        strictness=rng.choice([1.0, 1.0, 1.0, 0.8, 1.2], articles.count).tolist(),
        notes=[""] * articles.count,
    )
    store_rows(
        models.ArticlePlanningSettings,
        article=all_ids(articles.count),
        include_in_planning=[True] * articles.count,
        priority=rng.integers(0, 4, articles.count).tolist(),
        target_coverage_days=[int(days) or None for days in rng.choice([0, 0, 0, 45, 75], articles.count)],
    )
    _store_color_minimums(company.catalogue)
    _store_elastics(company.catalogue, np.flatnonzero(has_elastic), rng)


def _store_color_minimums(catalogue: DemoCatalogue) -> None:
    """Store a minimum for the colours that few articles use; the basic ones fill their dye lots together."""
    article, color = np.unique(np.stack([catalogue.skus.article, catalogue.skus.color]), axis=1)
    store_rows(
        models.ColorPlanningSettings,
        article=ids_of(article),
        color=ids_of(color),
        fabric_min_batch_qty=[FABRIC_MIN_BATCH if row >= len(words.BASIC_COLORS) else None for row in color],
    )


def _store_elastics(catalogue: DemoCatalogue, with_elastic: Ints, rng: np.random.Generator) -> None:
    codes, names = zip(*words.ELASTICS, strict=True)
    store_rows(models.ElasticType, code=codes, name=names)
    is_sock = np.array([words.STYLES[style].is_sock for style in catalogue.articles.style])[with_elastic]
    elastic = np.where(is_sock, SOCK_ELASTIC, rng.integers(0, SOCK_ELASTIC, len(with_elastic)))
    store_rows(
        models.ElasticPlanningSettings,
        article=ids_of(with_elastic),
        elastic_type=ids_of(elastic),
        elastic_min_batch_qty=[ELASTIC_MIN_BATCH] * len(with_elastic),
    )
