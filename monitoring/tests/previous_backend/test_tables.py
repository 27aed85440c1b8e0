"""Every table of the previous backend arrives, once, at a fixed cost."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.models import MoySkladAccount, WbAccount
from monitoring.models import AlertRule, MonitoringSnapshot
from monitoring.tests.previous_backend.database import (
    MS_TOKEN,
    WB_TOKEN,
    WRITTEN,
    make_catalog,
)
from monitoring.tests.previous_backend.moving import Move, list_values, list_versions, read_row, run_command
from planning_core.models import (
    Article,
    ArticlePlanningSettings,
    BundleRecipe,
    BundleType,
    Color,
    ColorPlanningSettings,
    ElasticPlanningSettings,
    ElasticType,
    GlobalPlanningSettings,
    Listing,
    PlanningSettings,
    Size,
    Sku,
    SourceSync,
    StockBalance,
    Warehouse,
    WbDailySales,
    WbSku,
)

pytestmark = pytest.mark.django_db


def test_every_table_arrives_with_its_ids(catalog_location: str) -> None:
    run_command(catalog_location)

    written = datetime.fromisoformat(WRITTEN)
    assert list_values(Article, "id", "code", "name") == [(3, "TEE", "T-shirt"), (7, "SOCK", "")]
    assert list_values(Color, "id", "inner_code", "pantone_code", "description") == [(2, "black", "", "")]
    assert list_values(Size, "id", "label", "sort_order") == [(5, "M", 20)]
    assert list_values(Sku, "id", "article_id", "color_id", "size_id", "barcode") == [(11, 3, 2, 5, "")]
    assert list_values(BundleType, "id", "code", "name") == [(4, "4-pack", "Four")]
    assert list_values(BundleRecipe, "id", "article_id", "bundle_type_id", "color_id", "position", "quantity") == [
        (6, 3, 4, 2, 1, 1)
    ]
    assert list_values(Warehouse, "id", "code", "name", "type", "wb_office_id")[0] == (
        1,
        "NSK",
        "Novosibirsk",
        "internal",
        None,
    )
    assert list_values(StockBalance, "id", "sku_id", "warehouse_id", "quantity", "updated_at") == [
        (8, 11, 1, -2, written)
    ]
    assert list_values(ElasticType, "id", "code", "name") == [(9, "wide", "Wide")]
    assert list_values(
        PlanningSettings, "id", "article_id", "is_active", "min_fabric_batch", "alert_threshold_days", "strictness"
    ) == [(12, 3, True, 100, 21, -1.0)]
    assert list_values(
        ArticlePlanningSettings, "id", "article_id", "include_in_planning", "priority", "target_coverage_days"
    ) == [(13, 3, False, 5, -5)]
    assert list_values(ColorPlanningSettings, "id", "article_id", "color_id", "fabric_min_batch_qty") == [
        (14, 3, 2, 2500)
    ]
    assert list_values(ElasticPlanningSettings, "id", "article_id", "elastic_type_id", "elastic_min_batch_qty") == [
        (15, 3, 9, None)
    ]
    assert list_values(
        Listing, "id", "article_id", "wb_sku__code", "bundle_type_id", "color_id", "size_id", "listed_from"
    ) == [(16, 3, "111", 4, None, 5, None)]
    assert list_values(AlertRule, "id", "name", "metric", "threshold_type", "threshold_value", "severity") == [
        (23, "Risks", "risk_critical", "above", 0, "critical")
    ]
    assert list_values(WbAccount, "id", "name", "supplier_id", "api_token", "is_active", "created_at") == [
        (20, "Shop", "", WB_TOKEN, True, written)
    ]
    assert list_values(MoySkladAccount, "id", "name", "account_id", "api_token", "is_active", "updated_at") == [
        (21, "ERP", "acc", MS_TOKEN, True, written)
    ]


def test_sales_and_stock_of_codes_that_nobody_mapped_are_kept(move: Move) -> None:
    move(make_catalog())

    assert list_values(WbDailySales, "id", "wb_sku__code", "date", "units", "revenue", "in_stock") == [
        (17, "111", date(2026, 1, 14), -4, Decimal("-1598.00"), None),
        (18, "orphan", date(2026, 1, 14), 9, None, None),
    ]
    assert not Listing.objects.filter(wb_sku__code="orphan").exists()


def test_a_move_is_a_good_sync_of_the_sources_whose_tables_had_rows(move: Move) -> None:
    tables = make_catalog()
    tables["wb_sales_daily"] = []
    first, second = (datetime(2026, 1, day, tzinfo=UTC) for day in (16, 17))
    for moment in (first, second):
        with time_machine.travel(moment, tick=False):
            move(tables)
    synced = ["catalogue", "listings", "own_stock", "wb_stock"]
    rows = SourceSync.objects.order_by("source").values_list("source", "last_good_at", "origin")
    assert list(rows) == [(source, second, "previous_backend") for source in synced]


def test_moving_twice_writes_nothing_the_second_time(catalog_location: str) -> None:
    run_command(catalog_location)
    before = list_versions()

    output = run_command(catalog_location)

    assert list_versions() == before
    assert read_row(output, "wb_sales_daily") == [2, 0, 0, 2, 0, 0]
    assert read_row(output, "wb_integration_accounts") == [1, 0, 0, 1, 0, 0]
    assert read_row(output, "monitoring_snapshots") == [1, 0, 0, 1, 0, 0]


def test_a_changed_row_is_updated_and_the_others_are_left_alone(move: Move) -> None:
    move(make_catalog())
    changed = make_catalog()
    changed["article"][1]["name"] = "Socks"
    changed["wb_integration_accounts"][0]["api_token"] = "another-token"

    output = move(changed)

    assert read_row(output, "article") == [2, 0, 1, 1, 0, 0]
    assert read_row(output, "wb_integration_accounts") == [1, 0, 1, 0, 0, 0]
    assert Article.objects.get(pk=7).name == "Socks"
    assert WbAccount.objects.get().api_token == "another-token"


def test_a_column_that_the_source_does_not_have_keeps_what_is_here(move: Move) -> None:
    move(make_catalog())
    Article.objects.filter(pk=3).update(name="Kept")
    Sku.objects.update(barcode="4600000000001")
    catalog = make_catalog()
    catalog["article"] = [{"id": 3, "code": "TEE"}]

    move(catalog)

    assert Article.objects.get(pk=3).name == "Kept"
    assert Sku.objects.get().barcode == "4600000000001"


def test_new_rows_get_ids_after_the_moved_ones(move: Move) -> None:
    move(make_catalog())

    # more than, not the next one: sequences never go back, also not at the end of the tests before this one
    assert Article.objects.create(code="NEW").pk > 7
    assert Sku.objects.create(article_id=7, color_id=2, size_id=5).pk > 11
    assert WbDailySales.objects.create(wb_sku=WbSku.objects.create(code="new"), date=date(2026, 1, 1), units=1).pk > 18
    snapshot = MonitoringSnapshot.objects.create(created_at=datetime.now(UTC), schema_version=1, metrics_version=1)
    assert snapshot.pk > 22
    assert Warehouse.objects.create(code="MSK", type="internal").pk > Warehouse.objects.get(code="WB-500").pk


def test_what_is_not_kept_is_reported(move: Move) -> None:
    tables = make_catalog() | {"purchase_order": [{"id": 1}]}
    tables["article"][0]["season"] = "SS26"

    output = move(tables)

    assert "article: columns not kept: season" in output.splitlines()
    assert "wb_sales_daily: columns not kept: created_at" in output.splitlines()
    assert output.splitlines()[-1] == "tables not moved: purchase_order"


def test_the_first_global_settings_become_the_only_ones(move: Move) -> None:
    tables = make_catalog()
    tables["global_planning_settings"].append(
        tables["global_planning_settings"][0] | {"id": 4, "default_target_coverage_days": 33}
    )

    output = move(tables)

    assert list_values(GlobalPlanningSettings, "id", "default_target_coverage_days") == [(1, 33)]
    assert "global_planning_settings: only the first row counts, left out: id 10" in output


def count_statements(move: Move, articles: int) -> int:
    tables = make_catalog()
    tables["article"] = [{"id": row, "code": f"A{row}"} for row in range(1, articles + 1)]
    tables["sku_unit"] = [{"id": row, "article_id": row, "color_id": 2, "size_id": 5} for row in range(1, articles + 1)]
    tables["stock_balance"] = []
    with CaptureQueriesContext(connection) as captured:
        move(tables)
    return len(captured)


def test_the_number_of_statements_does_not_depend_on_the_rows(move: Move) -> None:
    assert count_statements(move, 3) == count_statements(move, 53)
