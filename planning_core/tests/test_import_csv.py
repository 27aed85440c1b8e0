"""`import_csv`: what a good folder becomes."""

import io
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from planning_core import models
from planning_core.tests.csv_folder import COMPANY, NOW, CsvFolder, list_versions, read_counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> CsvFolder:
    return CsvFolder(tmp_path)


def list_values(model: type[Model], *fields: str) -> list[tuple[Any, ...]]:
    return list(model._default_manager.order_by("id").values_list(*fields))


@time_machine.travel(NOW, tick=False)
def test_every_file_arrives(folder: CsvFolder) -> None:
    folder.write_company()

    folder.run()

    assert list_values(models.Article, "code", "name") == [("TEE", "T-shirt"), ("SOCK", "")]
    assert list_values(
        models.PlanningSettings,
        "article__code",
        "is_active",
        "safety_stock_days",
        "alert_threshold_days",
        "min_fabric_batch",
        "min_elastic_batch",
        "strictness",
    ) == [("TEE", True, 5, 10, 100, 200, 1.5), ("SOCK", False, 7, 14, 0, 0, 1.0)]
    assert list_values(models.ArticlePlanningSettings, "article__code", "target_coverage_days") == [("TEE", 45)]
    assert list_values(models.Color, "inner_code") == [("black",), ("white",)]
    assert list_values(models.Size, "label", "sort_order") == [("M", 20), ("L", 30)]
    assert list_values(models.Sku, "article__code", "color__inner_code", "size__label", "barcode") == [
        ("TEE", "black", "M", "4600000000001"),
        ("TEE", "white", "M", ""),
        ("TEE", "black", "L", ""),
    ]
    assert list_values(models.BundleType, "code", "name") == [("4-pack", "Four")]
    assert list_values(models.BundleRecipe, "bundle_type__code", "color__inner_code", "quantity") == [
        ("4-pack", "black", 3),
        ("4-pack", "white", 1),
    ]
    assert list_values(
        models.Listing, "wb_sku__code", "article__code", "bundle_type__code", "color", "size__label", "listed_from"
    ) == [
        ("111", "TEE", "4-pack", None, "M", date(2025, 6, 1)),
        ("222", "TEE", None, models.Color.objects.get(inner_code="black").pk, "L", None),
    ]
    assert list_values(models.WbDailySales, "wb_sku__code", "date", "units", "revenue", "in_stock") == [
        ("111", date(2026, 1, 14), -2, Decimal("-1598.00"), None),
        ("111", date(2026, 1, 15), 0, None, False),
        ("222", date(2026, 1, 15), 7, Decimal("5593.01"), True),
    ]
    assert list_values(models.Warehouse, "code", "type", "wb_office_id") == [
        ("Kazan", "wb", None),
        ("NSK", "internal", None),
    ]
    assert list_values(models.WbStock, "wb_sku__code", "warehouse__code", "quantity", "updated_at") == [
        ("111", "Kazan", 40, NOW),
        ("222", "Kazan", 0, NOW),
    ]
    assert list_values(models.StockBalance, "sku__size__label", "warehouse__code", "quantity", "updated_at") == [
        ("M", "NSK", -3, NOW)
    ]
    assert list_values(models.InTransitSupply, "sku__size__label", "eta_date", "quantity", "stage") == [
        ("M", date(2026, 3, 1), 500, "ordered"),
        ("L", date(2026, 3, 1), 600, "shipped"),
    ]
    assert list_values(models.ColorPlanningSettings, "article__code", "color__inner_code", "fabric_min_batch_qty") == [
        ("TEE", "black", 7000),
        ("TEE", "white", None),
    ]
    assert list_values(models.ElasticPlanningSettings, "elastic_type__name", "elastic_min_batch_qty") == [
        ("Wide", 3000)
    ]
    assert list_values(models.WbPrice, "wb_sku__code", "date", "price") == [
        ("111", date(2026, 1, 1), Decimal("799.00"))
    ]
    assert not folder.rejects.exists()


def test_importing_twice_writes_nothing_the_second_time(folder: CsvFolder) -> None:
    folder.write_company()
    folder.run()
    before = list_versions()

    output = folder.run()

    assert list_versions() == before
    assert read_counts(output, "sales.csv") == [3, 0, 0, 3, 0]
    assert len(output.splitlines()) == 1 + len(COMPANY)  # nothing done beside


def test_the_summary_says_what_was_done(folder: CsvFolder) -> None:
    folder.write_company("articles", "skus")
    folder.write("articel", "article_code\n")

    assert folder.run().splitlines() == [
        "file                  read    inserted     updated   unchanged    rejected",
        "articles.csv             2           2           0           0           0",
        "skus.csv                 3           3           0           0           0",
        "articles.csv: planning settings: 2 inserted, 0 updated",
        "articles.csv: article planning settings: 1 inserted, 0 updated",
        "skus.csv: colours: 2 inserted, 0 updated",
        "skus.csv: sizes: 2 inserted, 0 updated",
        "not part of the format, ignored: articel.csv",
    ]


@pytest.mark.parametrize("form", ["byte order mark", "gzip", "line ends", "column order", "blank lines", "quotes"])
def test_a_file_may_come_in_several_forms(folder: CsvFolder, form: str) -> None:
    folder.write_company()
    folder.run()
    before = list_versions()
    for name, text in COMPANY.items():
        folder.write(name, change_form(text, form), compress=form == "gzip")
        if form == "gzip":
            (folder.path / f"{name}.csv").unlink()

    folder.run()

    assert list_versions() == before


def change_form(text: str, form: str) -> str:
    lines = text.splitlines()
    match form:
        case "byte order mark":
            return "\ufeff" + text
        case "line ends":
            return "\r\n".join(lines)
        case "column order":
            return "\n".join(",".join(reversed(line.split(","))) for line in lines)
        case "blank lines":
            return "\n\n".join(lines) + "\n\n"
        case "quotes":
            return "\n".join(",".join(f'" {cell} "' if cell else cell for cell in line.split(",")) for line in lines)
        case _:
            return text


def test_a_cell_may_hold_commas_quotes_and_line_ends(folder: CsvFolder) -> None:
    folder.write("articles", 'article_code,name\nTEE,"T-shirt, ""basic""\nwhite"\nSOCK,Socks\n')

    folder.run()

    assert list_values(models.Article, "name") == [('T-shirt, "basic"\nwhite',), ("Socks",)]


def test_a_column_that_is_not_there_leaves_values_alone(folder: CsvFolder) -> None:
    folder.write_company()
    folder.run()
    before = list_versions()
    folder.write("articles", "article_code\nTEE\n")
    folder.write("skus", "article_code,color_code,size_label\nTEE,black,M\n")
    folder.write("bundles", "article_code,bundle_code,color_code\nTEE,4-pack,black\n")
    folder.write("listings", "wb_sku,article_code\n111,TEE\n")
    folder.write("sales", "wb_sku,date,in_stock\n222,2026-01-15,true\n")
    folder.write("wb_stock", "wb_sku,warehouse\n111,Kazan\n")

    folder.run()

    assert list_versions() == before


def test_a_new_row_takes_the_defaults_of_columns_that_are_not_there(folder: CsvFolder) -> None:
    folder.write_company("articles", "skus", "bundles", "listings")
    folder.write("bundles", "article_code,bundle_code,color_code\nTEE,4-pack,black\n")
    folder.write("sales", "wb_sku,date\n111,2026-01-15\n")
    folder.write("wb_stock", "wb_sku,warehouse\n111,Kazan\n")
    folder.write("in_transit", "article_code,color_code,size_label,eta_date\nTEE,black,M,2026-03-01\n")
    folder.write("color_minimums", "article_code,color_code\nTEE,black\n")

    folder.run()

    assert list_values(models.BundleRecipe, "quantity") == [(1,)]
    assert list_values(models.WbDailySales, "units", "revenue", "in_stock") == [(0, None, None)]
    assert list_values(models.WbStock, "quantity") == [(0,)]
    assert list_values(models.InTransitSupply, "quantity", "stage") == [(0, "shipped")]
    assert list_values(models.ColorPlanningSettings, "fabric_min_batch_qty") == [(None,)]


def test_an_empty_cell_states_the_default(folder: CsvFolder) -> None:
    folder.write_company()
    folder.run()
    folder.write("articles", COMPANY["articles"].replace("T-shirt,true,5,10,45,100,200,1.5", ",,,,,,,"))
    folder.write("sales", COMPANY["sales"].replace("-2,-1598.00,", ",,true"))
    folder.write("listings", COMPANY["listings"].replace("4-pack,,M,2025-06-01", ",,,"))

    output = folder.run()

    assert list_values(models.Article, "name")[0] == ("",)
    assert list_values(models.PlanningSettings, "is_active", "safety_stock_days", "strictness")[0] == (True, 7, 1.0)
    assert list_values(models.ArticlePlanningSettings, "target_coverage_days") == [(None,)]
    assert list_values(models.WbDailySales, "units", "revenue", "in_stock")[0] == (0, None, True)
    assert list_values(models.Listing, "bundle_type", "size", "listed_from")[0] == (None, None, None)
    assert read_counts(output, "articles.csv") == [2, 0, 1, 1, 0]
    assert read_counts(output, "sales.csv") == [3, 0, 1, 2, 0]
    assert read_counts(output, "listings.csv") == [2, 0, 1, 1, 0]


def test_an_empty_cell_about_a_shared_thing_says_nothing(folder: CsvFolder) -> None:
    folder.write_company("articles", "skus", "bundles")
    folder.run()
    folder.write("skus", "article_code,color_code,size_label,size_order\nTEE,black,M,\nTEE,black,L,40\n")
    folder.write("bundles", "article_code,bundle_code,color_code,bundle_name\nTEE,4-pack,black,\n")

    output = folder.run()

    assert list_values(models.Size, "label", "sort_order") == [("M", 20), ("L", 40)]
    assert list_values(models.BundleType, "name") == [("Four",)]
    assert "skus.csv: sizes: 0 inserted, 1 updated" in output


def test_a_new_article_is_planned_and_an_old_one_is_left_as_it_was(folder: CsvFolder) -> None:
    models.Article.objects.create(code="OLD")
    folder.write("articles", "article_code,name\nOLD,Old\nNEW,New\n")

    folder.run()

    assert list_values(models.PlanningSettings, "article__code", "is_active") == [("NEW", True)]


def test_an_old_article_is_planned_once_the_file_says_so(folder: CsvFolder) -> None:
    models.Article.objects.create(code="OLD")
    folder.write("articles", "article_code,is_active\nOLD,true\n")

    folder.run()

    assert list_values(models.PlanningSettings, "article__code", "is_active") == [("OLD", True)]


def test_the_time_of_stock_moves_with_its_quantity_only(folder: CsvFolder) -> None:
    folder.write_company()
    with time_machine.travel(NOW, tick=False):
        folder.run()
    folder.write("wb_stock", "wb_sku,warehouse,quantity\n111,Kazan,41\n222,Kazan,0\n")

    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        folder.run()

    assert list_values(models.WbStock, "quantity", "updated_at") == [(41, NOW + timedelta(days=1)), (0, NOW)]


def test_a_folder_may_hold_any_of_the_files(folder: CsvFolder) -> None:
    folder.write_company()
    folder.run()
    (folder.path / "sales.csv").rename(folder.path.parent / "sales.csv")
    for path in folder.path.iterdir():
        path.unlink()
    folder.write("sales", "wb_sku,date,units\n111,2026-01-16,5\n")

    assert read_counts(folder.run(), "sales.csv") == [1, 1, 0, 0, 0]


def test_nothing_but_the_report_is_printed_without_a_terminal(
    folder: CsvFolder, capfd: pytest.CaptureFixture[str]
) -> None:
    folder.write_company("articles")

    folder.run()

    assert capfd.readouterr() == ("", "")


class Terminal(io.StringIO):
    """A standard error that says that somebody is watching."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_the_progress_of_every_file(folder: CsvFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write_company("articles", "skus")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    folder.run()

    assert "articles.csv: 100%" in terminal.getvalue()
    assert "skus.csv: 100%" in terminal.getvalue()


def test_the_number_of_statements_does_not_depend_on_the_rows(folder: CsvFolder) -> None:
    assert count_statements(folder, articles=1) == count_statements(folder, articles=80)


def count_statements(folder: CsvFolder, *, articles: int) -> int:
    codes = [f"N{articles}-{number}" for number in range(articles)]
    folder.write("articles", "article_code\n" + "".join(f"{code}\n" for code in codes))
    folder.write(
        "skus", "article_code,color_code,size_label\n" + "".join(f"{code},c-{code},s-{code}\n" for code in codes)
    )
    folder.write("listings", "wb_sku,article_code\n" + "".join(f"w-{code},{code}\n" for code in codes))
    folder.write("sales", "wb_sku,date,units\n" + "".join(f"w-{code},2026-01-01,1\n" for code in codes))
    with CaptureQueriesContext(connection) as captured:
        folder.run()
    return len(captured)
