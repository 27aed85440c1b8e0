"""The speed of `manage.py import_csv` on a folder that holds the generated catalogue."""

import csv
import time
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from bench.memory import get_peak_megabytes

# Each file of the import format, from the generated tables.
FILES = {
    "articles": "SELECT code AS article_code, name FROM planning_core_article ORDER BY id",
    "skus": """
        SELECT a.code AS article_code, c.inner_code AS color_code, s.label AS size_label, s.sort_order AS size_order
        FROM planning_core_sku k JOIN planning_core_article a ON a.id = k.article_id
        JOIN planning_core_color c ON c.id = k.color_id JOIN planning_core_size s ON s.id = k.size_id ORDER BY k.id""",
    "bundles": """
        SELECT a.code AS article_code, b.code AS bundle_code, c.inner_code AS color_code, r.quantity
        FROM planning_core_bundlerecipe r JOIN planning_core_article a ON a.id = r.article_id
        JOIN planning_core_bundletype b ON b.id = r.bundle_type_id JOIN planning_core_color c ON c.id = r.color_id
        ORDER BY r.id""",
    "listings": """
        SELECT w.code AS wb_sku, a.code AS article_code, b.code AS bundle_code, s.label AS size_label
        FROM planning_core_listing l JOIN planning_core_wbsku w ON w.id = l.wb_sku_id
        JOIN planning_core_article a ON a.id = l.article_id JOIN planning_core_bundletype b ON b.id = l.bundle_type_id
        JOIN planning_core_size s ON s.id = l.size_id ORDER BY l.id""",
    "sales": """
        SELECT w.code AS wb_sku, d.date, d.units, d.revenue, d.in_stock
        FROM planning_core_wbdailysales d JOIN planning_core_wbsku w ON w.id = d.wb_sku_id""",
}


def write_csv_folder(*, folder: str) -> dict[str, float]:
    """Write the catalogue of this database in the import format; return the size of the sales file [MB]."""
    for name, query in FILES.items():
        path = Path(folder) / f"{name}.csv"
        statement = f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)"
        with path.open("wb") as file, connection.cursor() as cursor, cursor.copy(statement) as copy:
            for block in copy:
                file.write(block)
    return {"sales_megabytes": (Path(folder) / "sales.csv").stat().st_size / 1e6}


def measure_import(*, folder: str) -> dict[str, float]:
    """Import the folder into this database twice; return seconds of both, peak memory of the first, and rows.

    Raises:
        RuntimeError: If a row was rejected or is missing.
    """
    first = _import(folder)
    memory = get_peak_megabytes()
    again = _import(folder)
    return {"seconds": first, "megabytes": memory, "again_seconds": again, "sales_rows": _check_rows(folder)}


def _import(folder: str) -> float:
    start = time.perf_counter()
    call_command("import_csv", folder, verbosity=0)
    return time.perf_counter() - start


def _check_rows(folder: str) -> int:
    with (Path(folder) / "sales.csv").open(newline="") as file:
        expected = sum(1 for _ in csv.reader(file)) - 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM planning_core_wbdailysales")
        stored = int(cursor.fetchone()[0])
    if stored != expected:
        raise RuntimeError(f"{stored} of {expected} sales rows were imported.")
    return stored
