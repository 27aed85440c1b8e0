"""Put a made-up shop into the database."""

from datetime import UTC, date, datetime

from planning_core import models as m
from planning_core.tests.catalogue import OFFICE, Catalogue

NOW = datetime(2026, 1, 15, 6, tzinfo=UTC)
WB_OFFICES = 100
"""Added to the number of a Wildberries warehouse to make its id."""


def store(catalogue: Catalogue) -> None:
    """Write every row of a catalogue whose parents exist, under the ids that it has there."""
    articles = sorted(catalogue.policies)
    store_names(catalogue, articles)
    skus = [sku for sku in catalogue.skus if sku[1] in catalogue.policies]
    m.Sku.objects.bulk_create(m.Sku(id=i, article_id=a, color_id=c, size_id=s) for i, a, c, s in skus)
    known = {sku[0] for sku in skus}
    m.StockBalance.objects.bulk_create(
        m.StockBalance(sku_id=sku, warehouse_id=warehouse, quantity=pieces, updated_at=NOW)
        for (sku, warehouse), pieces in catalogue.balances.items()
        if sku in known
    )
    m.BundleRecipe.objects.bulk_create(
        m.BundleRecipe(article_id=a, bundle_type_id=k, color_id=c) for a, k, c in catalogue.recipes if a in articles
    )
    m.Listing.objects.bulk_create(
        m.Listing(article_id=a, wb_sku_id=code, bundle_type_id=k, size_id=s)
        for a, code, k, s in catalogue.listings
        if a in articles
    )
    m.WbDailySales.objects.bulk_create(
        m.WbDailySales(wb_sku_id=code, date=date.fromordinal(day), units=units)
        for (code, day), units in catalogue.sales.items()
    )
    m.WbStock.objects.bulk_create(
        m.WbStock(wb_sku_id=code, warehouse_id=WB_OFFICES + office, quantity=pieces, updated_at=NOW)
        for (code, office), pieces in catalogue.wb_stock.items()
    )
    store_settings(catalogue)


def store_names(catalogue: Catalogue, articles: list[int]) -> None:
    """Write what other rows refer to."""
    codes = {row[1] for row in catalogue.listings} | {code for code, _ in [*catalogue.sales, *catalogue.wb_stock]}
    offices = {office for _, office in catalogue.wb_stock}
    colors = {sku[2] for sku in catalogue.skus} | {row[2] for row in catalogue.recipes}
    colors |= {color for _, color in catalogue.color_minimums}
    sizes = {sku[3] for sku in catalogue.skus} | {row[3] for row in catalogue.listings if row[3]}
    kinds = {row[1] for row in catalogue.recipes} | {row[2] for row in catalogue.listings if row[2]}
    m.Article.objects.bulk_create(m.Article(id=i, code=f"A{i}") for i in articles)
    m.Color.objects.bulk_create(m.Color(id=i, inner_code=f"C{i}") for i in colors)
    m.Size.objects.bulk_create(m.Size(id=i, label=f"S{i}", sort_order=catalogue.size_orders.get(i, 0)) for i in sizes)
    m.BundleType.objects.bulk_create(m.BundleType(id=i, code=f"B{i}", name=f"Bundle {i}") for i in kinds)
    m.ElasticType.objects.bulk_create(
        m.ElasticType(id=i, code=f"E{i}") for i in {row[2] for row in catalogue.elastic_minimums}
    )
    m.WbSku.objects.bulk_create(m.WbSku(id=i, code=f"wb{i}") for i in codes)
    internal = set(catalogue.internal_warehouses)
    own = internal | {warehouse for _, warehouse in catalogue.balances} | {OFFICE}
    m.Warehouse.objects.bulk_create(
        m.Warehouse(id=i, code=f"W{i}", type="internal" if i in internal else "transit") for i in own
    )
    m.Warehouse.objects.bulk_create(m.Warehouse(id=WB_OFFICES + i, code=f"O{i}", type="wb") for i in offices)


def store_settings(catalogue: Catalogue) -> None:
    """Write planning settings of every kind."""
    m.PlanningSettings.objects.bulk_create(
        m.PlanningSettings(article_id=i, **vars(policy)) for i, policy in catalogue.policies.items() if policy
    )
    m.ArticlePlanningSettings.objects.bulk_create(
        m.ArticlePlanningSettings(article_id=i, target_coverage_days=days)
        for i, days in catalogue.targets.items()
        if i in catalogue.policies
    )
    m.ColorPlanningSettings.objects.bulk_create(
        m.ColorPlanningSettings(article_id=a, color_id=c, fabric_min_batch_qty=pieces)
        for (a, c), pieces in catalogue.color_minimums.items()
        if a in catalogue.policies
    )
    m.ElasticPlanningSettings.objects.bulk_create(
        m.ElasticPlanningSettings(id=i, article_id=a, elastic_type_id=kind, elastic_min_batch_qty=pieces)
        for i, a, kind, pieces in catalogue.elastic_minimums
        if a in catalogue.policies
    )
    if catalogue.default_target is not None:
        m.GlobalPlanningSettings.objects.create(id=1, default_target_coverage_days=catalogue.default_target)
