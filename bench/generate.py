"""Fills an empty database with a catalogue of any size, in set-based SQL: quick, and the same every time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from planning_core.models import WbDailySales

PACKS, SIZES, COLORS = 2, 5, 3
LISTINGS_PER_ARTICLE = PACKS * SIZES

# Columns that only look like chance: a hash of the row's numbers, so that two runs measure the same work.
CATALOGUE = """
INSERT INTO planning_core_article (id, code, name)
    SELECT a, 'B' || lpad(a::text, 6, '0'), 'Generated ' || a FROM generate_series(1, %(articles)s) a;
INSERT INTO planning_core_color (id, inner_code, pantone_code, description)
    SELECT c, 'C' || c, 'SB ' || c, '' FROM generate_series(1, %(colors)s) c;
INSERT INTO planning_core_size (id, label, sort_order)
    SELECT s, 'S' || s, s FROM generate_series(1, %(sizes)s) s;
INSERT INTO planning_core_bundletype (id, code, name)
    SELECT p, 'pack' || p, 'Pack ' || p FROM generate_series(1, %(packs)s) p;
INSERT INTO planning_core_elastictype (id, code, name) VALUES (1, 'EL', 'Elastic');
INSERT INTO planning_core_warehouse (id, code, name, type, wb_office_id) VALUES
    (1, 'NSK', 'Own', 'internal', NULL), (2, 'WB1', 'Office 1', 'wb', 1), (3, 'WB2', 'Office 2', 'wb', 2);
INSERT INTO planning_core_sku (id, article_id, color_id, size_id, barcode)
    SELECT row_number() OVER (ORDER BY a, c, s), a, c, s, ''
    FROM generate_series(1, %(articles)s) a, generate_series(1, %(colors)s) c, generate_series(1, %(sizes)s) s;
INSERT INTO planning_core_bundlerecipe (article_id, bundle_type_id, color_id, quantity, position)
    SELECT a, p, c, 1, c
    FROM generate_series(1, %(articles)s) a, generate_series(1, %(packs)s) p, generate_series(1, %(colors)s) c;
INSERT INTO planning_core_wbsku (id, code)
    SELECT w, 'W' || lpad(w::text, 7, '0') FROM generate_series(1, %(listings)s) w;
INSERT INTO planning_core_listing (wb_sku_id, article_id, bundle_type_id, color_id, size_id, listed_from)
    SELECT w, (w - 1) / %(per_article)s + 1, (w - 1) %% %(per_article)s / %(sizes)s + 1, NULL,
           (w - 1) %% %(sizes)s + 1, NULL
    FROM generate_series(1, %(listings)s) w;
INSERT INTO planning_core_stockbalance (sku_id, warehouse_id, quantity, updated_at)
    SELECT id, 1, abs(hashint8(id)) %% 60, %(now)s FROM planning_core_sku;
INSERT INTO planning_core_wbstock (wb_sku_id, warehouse_id, quantity, updated_at)
    SELECT id, office, abs(hashint8(id * 7 + office)) %% (5 + id / %(per_article)s %% 8 * 12), %(now)s
    FROM planning_core_wbsku, generate_series(2, 3) office;
INSERT INTO planning_core_planningsettings
        (article_id, is_active, min_fabric_batch, min_elastic_batch, alert_threshold_days, safety_stock_days,
         strictness, notes)
    SELECT a, true, 7000, 3000, 14, 7, 1.0, '' FROM generate_series(1, %(articles)s) a;
INSERT INTO planning_core_articleplanningsettings (article_id, include_in_planning, priority, target_coverage_days)
    SELECT a, true, 0, NULL FROM generate_series(1, %(articles)s) a;
INSERT INTO planning_core_colorplanningsettings (article_id, color_id, fabric_min_batch_qty)
    SELECT a, c, 7000 FROM generate_series(1, %(articles)s) a, generate_series(1, %(colors)s) c;
INSERT INTO planning_core_elasticplanningsettings (article_id, elastic_type_id, elastic_min_batch_qty)
    SELECT a, 1, 3000 FROM generate_series(1, %(articles)s) a;
"""

# Day by day, as sales arrive in real life.
SALES = """
INSERT INTO planning_core_wbdailysales (wb_sku_id, date, units, revenue, in_stock)
    SELECT w, day::date, units, units * 990, units > 0
    FROM generate_series(%(first_day)s::timestamp, %(last_day)s::timestamp, interval '1 day') day,
         generate_series(1, %(listings)s) w,
         LATERAL (SELECT abs(hashint8(w * 1000 + extract(day FROM day)::int)) %% 8 AS units) u;
"""

SNAPSHOTS = """
INSERT INTO monitoring_snapshots (
        slot, created_at, as_of_date, schema_version, metrics_version, wb_accounts_total, wb_accounts_active,
        ms_accounts_total, ms_accounts_active, risk_critical, risk_warning, risk_ok, risk_overstock, risk_no_data,
        articles_with_orders, total_final_order_qty)
    SELECT slot, slot + interval '4 seconds', slot::date, 1, 1, 2, 1, 1, 1,
           n %% 7, n %% 23, 900 + n %% 50, n %% 31, 3, 600 + n %% 11, 6000000 + n
    FROM generate_series(%(first_slot)s::timestamptz, %(last_slot)s::timestamptz, interval '15 minutes')
         WITH ORDINALITY AS s (slot, n);
"""

# Slots that nobody filled, each with its reason.
GAPS = """
WITH missed AS (
    DELETE FROM monitoring_snapshots WHERE id %% %(every)s = 0 RETURNING slot, id
)
INSERT INTO monitoring_gaps (slot, detected_at, reason)
    SELECT slot, slot + interval '15 minutes', (ARRAY['no_worker', 'failed', 'lock_held', 'disabled'])[id %% 4 + 1]
    FROM missed;
"""


@dataclass(frozen=True)
class CatalogueSize:
    """How much to generate."""

    articles: int
    days: int

    @property
    def listings(self) -> int:
        """Number of codes on sale."""
        return self.articles * LISTINGS_PER_ARTICLE

    @property
    def sales_rows(self) -> int:
        """Number of sales rows: one per listing and day."""
        return self.listings * self.days


def generate_catalogue(size: CatalogueSize, *, last_day: date, now: datetime) -> None:
    """Fill the tables of planning: articles with packs, recipes, stock, settings, and sales up to a day.

    Foreign keys are not checked row by row (the rows are right by construction), and the indexes of the sales are built
    after them, which is what makes three million rows a matter of seconds.
    """
    numbers = {"articles": size.articles, "listings": size.listings, "per_article": LISTINGS_PER_ARTICLE}
    shape = {"packs": PACKS, "sizes": SIZES, "colors": COLORS}
    first_day = last_day - timedelta(days=size.days - 1)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in CATALOGUE.strip().split(";\n"):
            cursor.execute(statement, {**numbers, **shape, "now": now})
        with connection.schema_editor() as editor:
            for constraint in WbDailySales._meta.constraints:
                editor.remove_constraint(WbDailySales, constraint)
            for index in WbDailySales._meta.indexes:
                editor.remove_index(WbDailySales, index)
        cursor.execute(SALES, {**numbers, "first_day": first_day, "last_day": last_day})
        with connection.schema_editor() as editor:
            for constraint in WbDailySales._meta.constraints:
                editor.add_constraint(WbDailySales, constraint)
            for index in WbDailySales._meta.indexes:
                editor.add_index(WbDailySales, index)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM (ANALYZE)")  # lets scans of the index leave the table alone, as autovacuum would


def generate_snapshots(*, days: int, last_slot: datetime) -> None:
    """Fill the history of monitoring with a snapshot per quarter of an hour up to a slot."""
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOTS, {"first_slot": last_slot - timedelta(days=days), "last_slot": last_slot})
        cursor.execute("VACUUM (ANALYZE) monitoring_snapshots")


def generate_gaps(*, every: int) -> None:
    """Turn one snapshot in so many into a gap."""
    with connection.cursor() as cursor:
        cursor.execute(GAPS, {"every": every})
        cursor.execute("VACUUM (ANALYZE) monitoring_snapshots, monitoring_gaps")
