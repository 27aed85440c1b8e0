"""Wildberries offices, references that lead nowhere, and rows that repeat each other."""

import pytest
from django.core.management import CommandError

from monitoring.tests.previous_backend.database import (
    make_catalog,
)
from monitoring.tests.previous_backend.moving import Move, count_everything, list_values, read_row
from planning_core.models import (
    BundleRecipe,
    BundleType,
    Listing,
    Size,
    StockBalance,
    Warehouse,
    WbStock,
)
from planning_core.services.previous_backend.marketplace_tables import FIRST_OFFICE_WAREHOUSE_ID

pytestmark = pytest.mark.django_db


def test_an_office_becomes_a_warehouse_far_from_the_old_ids(move: Move) -> None:
    move(make_catalog())

    warehouse = Warehouse.objects.get(wb_office_id=500)
    assert (warehouse.code, warehouse.name, warehouse.type) == ("WB-500", "Kazan", "wb")
    assert warehouse.pk > FIRST_OFFICE_WAREHOUSE_ID
    assert list_values(WbStock, "id", "wb_sku__code", "warehouse_id", "quantity") == [(19, "111", warehouse.pk, 70)]


def test_a_warehouse_with_the_office_id_or_its_code_is_used(move: Move) -> None:
    known = Warehouse.objects.create(id=50, code="KZN", type="wb", wb_office_id=500)
    by_code = Warehouse.objects.create(id=51, code="WB-501", type="wb")
    tables = make_catalog()
    tables["wb_stock"].append(tables["wb_stock"][0] | {"id": 30, "warehouse_id": 501})

    move(tables)

    assert list_values(WbStock, "id", "warehouse_id") == [(19, known.pk), (30, by_code.pk)]
    by_code.refresh_from_db()
    assert by_code.wb_office_id == 501


def test_an_office_whose_code_is_an_own_warehouse_is_refused(move: Move) -> None:
    tables = make_catalog()
    tables["warehouse"].append({"id": 2, "code": "WB-500", "name": "", "type": "internal"})

    with pytest.raises(CommandError, match=r"^wb_stock, row id 19, column warehouse_id: 500 is a Wildberries office"):
        move(tables)

    assert count_everything() == 0


def test_stock_without_an_office_is_added_up(move: Move) -> None:
    tables = make_catalog()
    row = tables["wb_stock"][0] | {"warehouse_id": None, "warehouse_name": None}
    tables["wb_stock"] = [row | {"id": 31, "stock_qty": 5}, row | {"id": 30, "stock_qty": 7}]

    output = move(tables)

    assert list_values(WbStock, "id", "warehouse__code", "quantity") == [(30, "WB-unknown", 12)]
    assert read_row(output, "wb_stock") == [2, 1, 0, 0, 0, 1]
    assert "wb_stock: rows that repeat another, merged into it: id 31" in output


def test_a_bundle_type_colour_or_size_that_does_not_exist_is_made_up(move: Move) -> None:
    tables = make_catalog()
    tables["article_wb_mapping"][0] |= {"bundle_type_id": 9999, "color_id": 888, "size_id": 777}

    output = move(tables)

    assert list_values(Listing, "bundle_type__code", "bundle_type__name", "color__inner_code", "size__label") == [
        ("9999", "9999", "888", "777")
    ]
    assert BundleType.objects.get(code="9999").pk == 9999
    assert "article_wb_mapping: bundle type that does not exist, made up and named by its id: 9999" in output
    assert BundleType.objects.create(code="new").pk > 9999


def test_a_placeholder_never_takes_a_name_that_is_taken(move: Move) -> None:
    tables = make_catalog()
    tables["size"][0]["label"] = "777"
    tables["article_wb_mapping"][0]["size_id"] = 777

    move(tables)

    assert list_values(Size, "id", "label") == [(5, "777"), (777, "777 (missing)")]


def test_the_real_row_replaces_its_placeholder(move: Move) -> None:
    tables = make_catalog()
    tables["article_wb_mapping"][0]["bundle_type_id"] = 9999
    move(tables)
    tables["bundle_type"].append({"id": 9999, "code": "6-pack", "name": "Six"})

    output = move(tables)

    assert read_row(output, "bundle_type") == [2, 0, 1, 1, 0, 0]
    assert BundleType.objects.get(pk=9999).code == "6-pack"


def test_stock_in_a_warehouse_that_does_not_exist_counts_as_stock_but_not_as_own(move: Move) -> None:
    tables = make_catalog()
    tables["stock_balance"][0]["warehouse_id"] = 66

    move(tables)

    assert list_values(StockBalance, "warehouse_id", "warehouse__type") == [(66, "transit")]


def test_rows_of_articles_and_skus_that_do_not_exist_are_left_out_and_named(move: Move) -> None:
    tables = make_catalog()
    tables["planning_settings"].append(tables["planning_settings"][0] | {"id": 40, "article_id": 404})
    tables["stock_balance"].append(tables["stock_balance"][0] | {"id": 41, "sku_unit_id": 404})

    output = move(tables)

    assert "planning_settings: rows left out, their article does not exist: id 40" in output
    assert "stock_balance: rows left out, their SKU does not exist: id 41" in output
    assert read_row(output, "stock_balance") == [2, 1, 0, 0, 1, 0]
    assert list_values(StockBalance, "id") == [(8,)]


def test_an_unknown_warehouse_type_becomes_transit(move: Move) -> None:
    tables = make_catalog()
    tables["warehouse"][0]["type"] = "factory"

    output = move(tables)

    assert Warehouse.objects.get(pk=1).type == "transit"
    assert "warehouse: warehouse type unknown, taken as transit: id 1" in output


def test_repeated_recipe_rows_become_one_with_the_sum(move: Move) -> None:
    tables = make_catalog()
    tables["bundle_recipe"].append(tables["bundle_recipe"][0] | {"id": 5, "position": 2})

    output = move(tables)

    assert list_values(BundleRecipe, "id", "quantity", "position") == [(5, 2, 1)]
    assert read_row(output, "bundle_recipe") == [2, 1, 0, 0, 0, 1]


def test_repeated_mappings_become_one(move: Move) -> None:
    tables = make_catalog()
    tables["article_wb_mapping"].append(tables["article_wb_mapping"][0] | {"id": 50})
    tables["article_wb_mapping"].append(tables["article_wb_mapping"][0] | {"id": 51, "size_id": None})

    output = move(tables)

    assert list_values(Listing, "id", "size_id") == [(16, 5), (51, None)]
    assert "article_wb_mapping: rows that repeat another, merged into it: id 50" in output
