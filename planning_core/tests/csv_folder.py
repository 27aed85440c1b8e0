"""A small made-up company as CSV files, and the ways tests run the import on it."""

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from planning_core import models

COMPANY = {
    "articles": "article_code,name,is_active,safety_stock_days,alert_threshold_days,target_coverage_days,"
    "min_fabric_batch,min_elastic_batch,strictness\n"
    "TEE,T-shirt,true,5,10,45,100,200,1.5\n"
    "SOCK,,false,,,,,,\n",
    "skus": "article_code,color_code,size_label,size_order,barcode\n"
    "TEE,black,M,20,4600000000001\n"
    "TEE,white,M,,\n"
    "TEE,black,L,30,\n",
    "bundles": "article_code,bundle_code,color_code,bundle_name,quantity\n"
    "TEE,4-pack,black,Four,3\n"
    "TEE,4-pack,white,,\n",
    "listings": "wb_sku,article_code,bundle_code,color_code,size_label,listed_from\n"
    "111,TEE,4-pack,,M,2025-06-01\n"
    "222,TEE,,black,L,\n",
    "sales": "wb_sku,date,units,revenue,in_stock\n"
    "111,2026-01-14,-2,-1598.00,\n"
    "111,2026-01-15,0,,false\n"
    "222,2026-01-15,7,5593.005,true\n",
    "wb_stock": "wb_sku,warehouse,quantity\n111,Kazan,40\n222,Kazan,\n",
    "warehouse_stock": "article_code,color_code,size_label,warehouse,quantity\nTEE,black,M,NSK,-3\n",
    "in_transit": "article_code,color_code,size_label,eta_date,quantity,stage\n"
    "TEE,black,M,2026-03-01,500,ordered\n"
    "TEE,black,L,2026-03-01,600,\n",
    "color_minimums": "article_code,color_code,fabric_min_batch_qty\nTEE,black,7000\nTEE,white,\n",
    "elastic_minimums": "article_code,elastic_code,elastic_name,elastic_min_batch_qty\nTEE,wide,Wide,3000\n",
    "prices": "wb_sku,date,price\n111,2026-01-01,799\n",
}
TABLES = [
    models.Article,
    models.ArticlePlanningSettings,
    models.BundleRecipe,
    models.BundleType,
    models.Color,
    models.ColorPlanningSettings,
    models.ElasticPlanningSettings,
    models.ElasticType,
    models.InTransitSupply,
    models.Listing,
    models.PlanningSettings,
    models.Size,
    models.Sku,
    models.StockBalance,
    models.Warehouse,
    models.WbDailySales,
    models.WbPrice,
    models.WbSku,
    models.WbStock,
]
NOW = datetime(2026, 1, 16, 6, 0, tzinfo=UTC)


class CsvFolder:
    """A folder of CSV files in a temporary place, the import of it, and its rejects."""

    def __init__(self, path: Path) -> None:
        self.path = path / "import"
        self.path.mkdir()
        self.rejects = path / "rejected.csv"

    def write(self, name: str, content: str | bytes, *, compress: bool = False) -> None:
        """Write one file, in place of the one that was there."""
        data = content.encode() if isinstance(content, str) else content
        (self.path / f"{name}.csv{'.gz' if compress else ''}").write_bytes(gzip.compress(data) if compress else data)

    def write_company(self, *names: str) -> None:
        """Write the small company, all of it or some files."""
        for name in names or COMPANY:
            self.write(name, COMPANY[name])

    def run(self, *options: str) -> str:
        """Import the folder and return what the command printed."""
        output = io.StringIO()
        call_command("import_csv", str(self.path), "--rejects", str(self.rejects), *options, stdout=output)
        return output.getvalue()

    def fail(self, *options: str) -> str:
        """Import the folder, expect that the command fails, and return its message."""
        with pytest.raises(CommandError) as caught:
            self.run(*options)
        assert caught.value.returncode == 1
        return str(caught.value)

    def read_rejects(self) -> list[str]:
        """Return the lines of the rejects file below its header."""
        header, *lines = self.rejects.read_text().splitlines()
        assert header == "file,line,column,value,reason"
        return lines


def list_versions() -> dict[str, list[tuple[int, str, str]]]:
    """Return the version of every row of every table that the import writes: it changes with any write."""
    versions = {}
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"SELECT id, ctid::text, xmin::text FROM {model._meta.db_table} ORDER BY id")  # noqa: S608
            versions[model.__name__] = cursor.fetchall()
    return versions


def count_everything() -> int:
    """Return how many rows all those tables hold."""
    return sum(len(rows) for rows in list_versions().values())


def read_counts(output: str, file: str) -> list[int]:
    """Return a file's counts from the summary: read, inserted, updated, unchanged, rejected."""
    (line,) = (line for line in output.splitlines() if line.split()[0] == file)
    return [int(count.replace(",", "")) for count in line.split()[1:]]
