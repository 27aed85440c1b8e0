"""The move from the previous backend, through its command, on real PostgreSQL databases."""

import gzip
import io
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from integrations.models import MoySkladAccount, WbAccount
from monitoring.models import AlertRule, MonitoringSnapshot
from monitoring.services.previous_backend import ALL_TABLES
from monitoring.tests.previous_backend_database import (
    MS_TOKEN,
    WB_TOKEN,
    WRITTEN,
    Tables,
    make_catalog,
    running_previous_backend,
)
from monitoring.tests.rivals import connect_rival
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
    StockBalance,
    Warehouse,
    WbDailySales,
    WbSku,
    WbStock,
)
from planning_core.services.previous_backend.marketplace_tables import FIRST_OFFICE_WAREHOUSE_ID
from supplybrain.locks import LOCK_NAMESPACE, LockedJob

pytestmark = pytest.mark.django_db
Move = Callable[[Tables], str]


@pytest.fixture
def move(tmp_path: Path) -> Move:
    """Return what moves tables over from a JSON file and returns what the command printed."""

    def run(tables: Tables) -> str:
        path = tmp_path / "tables.json"
        path.write_text(json.dumps({"tables": tables}))
        return run_command(str(path))

    return run


@pytest.fixture(scope="module")
def database_url(django_db_setup: None) -> Iterator[str]:
    with running_previous_backend(make_catalog()) as url:
        yield url


def run_command(source: str) -> str:
    output = io.StringIO()
    call_command("import_previous_backend", source, stdout=output)
    return output.getvalue()


def list_versions() -> dict[str, list[tuple[int, str, str]]]:
    """Return the version of every row of every table that the import writes: it changes with any write."""
    tables = sorted({table.model._meta.db_table for table in ALL_TABLES} | {WbSku._meta.db_table})
    versions = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT id, ctid::text, xmin::text FROM {table} ORDER BY id")  # noqa: S608
            versions[table] = cursor.fetchall()
    return versions


def count_everything() -> int:
    return sum(len(rows) for rows in list_versions().values())


def read_row(output: str, table: str) -> list[int]:
    """Return the counts of a table: read, inserted, updated, unchanged, skipped, merged."""
    (line,) = (line for line in output.splitlines() if line.split()[0] == table)
    return [int(count.replace(",", "")) for count in line.split()[1:]]


def list_values(model: type[Model], *fields: str) -> list[tuple[Any, ...]]:
    return list(model._default_manager.order_by("id").values_list(*fields))


@pytest.fixture(params=["file", "gzipped file", "database"])
def catalog_location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "database":
        return str(request.getfixturevalue("database_url"))
    content = json.dumps({"tables": make_catalog()}).encode()
    path = tmp_path / "tables"
    path.write_bytes(gzip.compress(content) if request.param == "gzipped file" else content)
    return str(path)


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


# --- Wildberries offices ---------------------------------------------------------------------------------------------


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


# --- References that lead nowhere ------------------------------------------------------------------------------------


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


# --- Rows that repeat each other -------------------------------------------------------------------------------------


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


# --- Snapshots -------------------------------------------------------------------------------------------------------


def snapshot(row_id: int, created_at: str) -> dict[str, Any]:
    return {"id": row_id, "created_at": created_at, "risk_ok": row_id}


def test_the_first_snapshot_of_a_slot_gets_the_slot(move: Move) -> None:
    move(
        {
            "monitoring_snapshots": [
                snapshot(1, "2026-01-14T21:14:59.999+00:00"),
                snapshot(2, "2026-01-14T21:00:00+00:00"),
                snapshot(3, "2026-01-14T21:15:00+00:00"),
                snapshot(4, "2026-01-14T20:59:59+00:00"),
            ]
        }
    )

    assert list_values(MonitoringSnapshot, "id", "slot", "as_of_date", "risk_ok", "risk_critical") == [
        (1, None, date(2026, 1, 15), 1, None),  # midnight in Moscow is 21:00 UTC
        (2, datetime(2026, 1, 14, 21, 0, tzinfo=UTC), date(2026, 1, 15), 2, None),
        (3, datetime(2026, 1, 14, 21, 15, tzinfo=UTC), date(2026, 1, 15), 3, None),
        (4, datetime(2026, 1, 14, 20, 45, tzinfo=UTC), date(2026, 1, 14), 4, None),
    ]
    assert set(list_values(MonitoringSnapshot, "schema_version", "metrics_version")) == {(1, 1)}


def test_two_snapshots_of_the_same_moment_are_ordered_by_id(move: Move) -> None:
    move({"monitoring_snapshots": [snapshot(2, WRITTEN), snapshot(1, WRITTEN)]})

    assert [(row, slot is not None) for row, slot in list_values(MonitoringSnapshot, "id", "slot")] == [
        (1, True),
        (2, False),
    ]


def test_a_slot_once_given_stays(move: Move) -> None:
    move({"monitoring_snapshots": [snapshot(2, "2026-01-15T06:05:00+00:00")]})

    move({"monitoring_snapshots": [snapshot(2, "2026-01-15T06:05:00+00:00"), snapshot(1, "2026-01-15T06:01:00+00:00")]})

    assert [(row, slot is not None) for row, slot in list_values(MonitoringSnapshot, "id", "slot")] == [
        (1, False),
        (2, True),
    ]


def test_snapshots_captured_here_are_never_overwritten(move: Move) -> None:
    own = datetime(2026, 1, 15, 6, 1, tzinfo=UTC)
    MonitoringSnapshot.objects.create(
        id=1, slot=own.replace(minute=0), created_at=own, risk_ok=99, schema_version=2, metrics_version=2
    )

    output = move({"monitoring_snapshots": [snapshot(1, WRITTEN), snapshot(2, "2026-01-15T06:02:00+00:00")]})

    assert list_values(MonitoringSnapshot, "id", "slot", "risk_ok") == [(1, own.replace(minute=0), 99), (2, None, 2)]
    assert "monitoring_snapshots: left out, a snapshot captured here has the id: 1" in output


# --- Secrets ---------------------------------------------------------------------------------------------------------


def test_tokens_are_encrypted_at_rest_and_never_printed(move: Move) -> None:
    output = move(make_catalog())

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT api_token FROM wb_integration_accounts UNION SELECT api_token FROM moysklad_integration_accounts"
        )
        stored = [token for (token,) in cursor.fetchall()]
    assert len(stored) == 2
    assert WB_TOKEN not in "".join(stored)
    assert MS_TOKEN not in "".join(stored)
    assert WB_TOKEN not in output


@pytest.mark.parametrize("token", [WB_TOKEN + "\0", ["list", WB_TOKEN], ""])
def test_a_bad_token_is_not_shown(move: Move, token: object) -> None:
    tables = make_catalog()
    tables["wb_integration_accounts"][0]["api_token"] = token

    with pytest.raises(CommandError) as caught:
        move(tables)

    assert str(caught.value).startswith("wb_integration_accounts, row id 20, column api_token: (not shown) ")
    assert WB_TOKEN not in str(caught.value)
    assert count_everything() == 0


# --- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "change", "place", "problem"),
    [
        ("article", {"code": "x" * 65}, "row id 3", f"code: '{'x' * 65}' is longer than 64 characters; shorten it"),
        ("article", {"code": None}, "row id 3", "code: None is empty; fill it"),
        ("article", {"id": "one"}, "row number 1", "id: 'one' is not a whole number; correct it"),
        (
            "wb_sales_daily",
            {"date": "2026-02-30"},
            "row id 17",
            "date: '2026-02-30' is not a date; write it like 2026-01-31",
        ),
        (
            "wb_sales_daily",
            {"sales_qty": 2**31},
            "row id 17",
            "sales_qty: 2147483648 is outside -2147483648..2147483647; correct it",
        ),
        (
            "monitoring_snapshots",
            {"created_at": "yesterday"},
            "row id 22",
            "created_at: 'yesterday' is not a time; write it like 2026-01-31T09:00:00+00:00",
        ),
        (
            "monitoring_alert_rules",
            {"severity": "fatal"},
            "row id 23",
            "severity: 'fatal' is not one of critical, warning; correct it",
        ),
        (
            "planning_settings",
            {"strictness": float("nan")},
            "row id 12",
            "strictness: nan is not a finite number; correct it",
        ),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_written(
    move: Move, table: str, change: dict[str, object], place: str, problem: str
) -> None:
    tables = make_catalog()
    tables[table][0] |= change

    with pytest.raises(CommandError) as caught:
        move(tables)

    assert str(caught.value) == (
        f"{table}, {place}, column {problem} in the source and run again; nothing was written."
    )
    assert count_everything() == 0


def test_a_missing_required_column_is_named(move: Move) -> None:
    tables = make_catalog()
    del tables["sku_unit"][0]["color_id"]

    with pytest.raises(CommandError, match=r"^sku_unit: the column color_id is missing\. Add it to the source"):
        move(tables)

    assert count_everything() == 0


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("article", {"id": 3, "code": "OTHER"}, "article: the rows with id 3, 3 have the same id."),
        ("article", {"id": 4}, "article: the rows with id 3, 4 have the same code."),
        ("wb_sales_daily", {"id": 99}, "wb_sales_daily: the rows with id 17, 99 have the same wb_sku_id, date."),
    ],
)
def test_rows_that_are_the_same_are_refused(move: Move, table: str, change: dict[str, object], message: str) -> None:
    tables = make_catalog()
    tables[table].append(tables[table][0] | change)

    with pytest.raises(CommandError) as caught:
        move(tables)

    assert str(caught.value).startswith(message)
    assert count_everything() == 0


def test_a_row_of_somebody_else_under_the_same_id_is_not_overwritten(move: Move) -> None:
    Article.objects.create(id=3, code="OURS")

    with pytest.raises(CommandError) as caught:
        move(make_catalog())

    assert str(caught.value) == (
        "article, row id 3: code 'TEE' in the source, but this row is 'OURS' here. If the previous backend renamed it,"
        " rename it here first; if it is a row of this database's own, move over into an empty database. Nothing was"
        " written."
    )
    assert list_values(Article, "id", "code") == [(3, "OURS")]


def test_a_code_that_another_row_has_here_is_refused(move: Move) -> None:
    Article.objects.create(id=90, code="TEE")

    with pytest.raises(CommandError, match=r"^article, row id 3: code 'TEE' belongs to row id 90 here\."):
        move(make_catalog())


def test_an_account_of_somebody_else_keeps_its_token(move: Move) -> None:
    WbAccount.objects.create(id=20, name="Ours", api_token="own-token")

    with pytest.raises(CommandError, match=r"^wb_integration_accounts, row id 20: created_at "):
        move(make_catalog())

    assert WbAccount.objects.get().api_token == "own-token"


def test_a_sum_that_fits_no_column_is_refused(move: Move) -> None:
    tables = make_catalog()
    tables["bundle_recipe"] = [tables["bundle_recipe"][0] | {"id": row, "quantity": 32_767} for row in (1, 2)]

    with pytest.raises(CommandError, match=r"^bundle_recipe: smallint out of range\. Correct it in the source;"):
        move(tables)

    assert count_everything() == 0


def test_a_second_import_at_the_same_time_is_refused(move: Move) -> None:
    with connect_rival(autocommit=False) as rival:
        rival.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_NAMESPACE, LockedJob.IMPORT_DATA.value])

        with pytest.raises(CommandError, match=r"^Another import is running\."):
            move(make_catalog())

    assert count_everything() == 0


# --- Sources that cannot be read -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not json", "is not JSON: Expecting value: line 1 column 1 (char 0)."),
        (b"\xff\xfe{", "is not JSON:"),
        (gzip.compress(b'{"tables": {}}', mtime=0)[:-9], "is damaged or cut short."),
        (gzip.compress(b'{"tables": {}}', mtime=0)[:20] + b"damage", "is damaged or cut short."),
        (b"[]", 'has no object "tables" at the top.'),
        (b'{"tables": []}', 'has no object "tables" at the top.'),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "tables.json"
    path.write_bytes(content)

    with pytest.raises(CommandError) as caught:
        run_command(str(path))

    assert str(caught.value).startswith(f"{path} {message}")


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"article": {}}, "article: expected a list of rows."),
        ({"article": [{"id": 1, "code": "a"}, 5]}, "article, row number 2: expected an object of columns."),
        ({"users": []}, "The source has none of the previous backend's tables"),
    ],
)
def test_tables_of_another_shape_are_refused(move: Move, tables: Tables, message: str) -> None:
    with pytest.raises(CommandError) as caught:
        move(tables)

    assert str(caught.value).startswith(message)


def test_no_tables_at_all_are_nothing_to_do(move: Move) -> None:
    assert read_row(move({}), "article") == [0, 0, 0, 0, 0, 0]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.json cannot be read: No such file or directory\."):
        run_command(str(tmp_path / "nowhere.json"))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:hid%den@127.0.0.1:1/db",
        "postgresql://user:hidden@127.0.0.1:port/db",
        "postgresql://user:hidden@127.0.0.1:1/db?connect_timeout=1",
    ],
)
def test_a_database_that_cannot_be_reached_is_an_error_without_the_password(url: str) -> None:
    with pytest.raises(CommandError) as caught:
        run_command(url)

    assert "hidden" not in str(caught.value)
    assert "hid%den" not in str(caught.value)


def test_our_own_database_is_refused() -> None:
    name = connection.settings_dict["NAME"]
    own = os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")

    with pytest.raises(CommandError, match=r"^This is a database of Supply Brain"):
        run_command(own)


def test_a_database_is_only_read(database_url: str) -> None:
    from planning_core.services.previous_backend.errors import PreviousBackendError
    from planning_core.services.previous_backend.sources import open_source

    with open_source(database_url) as source, pytest.raises(PreviousBackendError, match="read-only transaction"):
        list(source.read_rows("writing_view", ["id"]))


# --- Cost ------------------------------------------------------------------------------------------------------------


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
