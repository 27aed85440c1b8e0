"""Fills the tables of facts with a history, as if every slot of many days had been captured; in set-based SQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from bench.generate import COLORS, PACKS, SIZES

QUARTER = timedelta(minutes=15)
SLOTS_PER_DAY = 96
CHANGED_RATIO = 0.03
POLICY_CHANGED_RATIO = 0.0001  # people change settings now and then, not every hour

# Entities 0 to n - 1, all of which begin in the first slot; in every later one an arithmetic progression of them
# changes, which begins anywhere: each has the same chance in each slot, and none comes twice in one. The step is a
# prime, and so meets all entities before it meets one again. Rows lie in the table in the order in which they ended,
# which is when a capture wrote their last version.
HISTORY = """
INSERT INTO {table} (valid_from_slot, valid_to_slot, {columns})
SELECT slot, ended, {values} FROM (
    SELECT entity, number, slot, lead(slot) OVER (PARTITION BY entity ORDER BY number) AS ended FROM (
        SELECT 0 AS number, entity FROM generate_series(0, %(entities)s - 1) entity
        UNION ALL
        SELECT number, (abs(hashint8(number)::bigint) + place * 1000003) %% %(entities)s
        FROM generate_series(1, %(slots)s - 1) number, generate_series(1, %(changed)s) place
    ) AS began, LATERAL (SELECT %(first_slot)s::timestamptz + number * interval '15 minutes' AS slot) AS moment
) AS held
ORDER BY ended, entity
"""

BUNDLES = {
    "article_id": f"entity / {PACKS} + 1",
    "bundle_type_id": f"entity %% {PACKS} + 1",
    "wb_ready": "abs(hashint8(entity * 1009 + number)) %% 300",
    "potential": "abs(hashint8(entity * 1013 + number)) %% 100",
    "units": "abs(hashint8(entity * 1019 + number)) %% 200",
    "window_days": "30",
    "safety_stock_days": "7",
    "alert_threshold_days": "14",
    "mapping_digest": "hashint8(entity)",
    "recipe_digest": "hashint8(entity + 1)",
    "level": "abs(hashint8(entity * 1021 + number)) %% 5",
}
ORDERS = {
    "article_id": "entity + 1",
    "units": "abs(hashint8(entity * 1009 + number)) %% 400",
    "sales_days": "30",
    "wb_stock": "abs(hashint8(entity * 1013 + number)) %% 600",
    "mapping_digest": "hashint8(entity)",
    "deficit": "abs(hashint8(entity * 1019 + number)) %% 900",
    "proposed": "abs(hashint8(entity * 1021 + number)) %% 900",
    "final_quantity": "abs(hashint8(entity * 1031 + number)) %% 7000",
    '"constraint"': "number %% 4 - 1",
}
POLICIES = {
    "article_id": "entity + 1",
    "code": "'B' || lpad((entity + 1)::text, 6, '0')",
    "target_coverage_days": "60",
    "strictness": "1.0",
    "min_fabric_batch": "7000",
    "min_elastic_batch": "3000",
    "elastic_type_id": "1",
    "elastic_type_minimum": "3000",
    "color_ids": f"ARRAY(SELECT generate_series(1, {COLORS}))",
    "color_minimums": f"array_fill(7000, ARRAY[{COLORS}])",
    "sku_color_ids": f"ARRAY(SELECT c FROM generate_series(1, {SIZES}), generate_series(1, {COLORS}) c)",
    "digest": "number",
}
ACCOUNTS = {
    "vendor": "CASE WHEN entity < 2 THEN 'wb' ELSE 'ms' END",
    "account_id": "entity + 1",
    "name": "'Account ' || entity",
    "is_active": "true",
    "last_good_sync_at": "slot",
}
N_ACCOUNTS = 3

TABLES = ("monitoring_bundle_facts", "monitoring_order_facts", "monitoring_policy_facts", "monitoring_account_facts")


@dataclass(frozen=True)
class HistorySize:
    """How much to generate.

    Attributes:
        articles: How many articles the facts are about.
        days: Over how many days.
        last_slot: The last slot that has facts.
    """

    articles: int
    days: int
    last_slot: datetime

    @property
    def slots(self) -> int:
        """Number of slots."""
        return self.days * SLOTS_PER_DAY

    @property
    def first_slot(self) -> datetime:
        """The first slot that has facts."""
        return self.last_slot - (self.slots - 1) * QUARTER


def generate_facts(size: HistorySize) -> None:
    """Fill the tables of facts: every slot's changes as rows with the times from and to which they held."""
    _insert(TABLES[0], BUNDLES, size, entities=size.articles * PACKS, ratio=CHANGED_RATIO)
    _insert(TABLES[1], ORDERS, size, entities=size.articles, ratio=CHANGED_RATIO)
    _insert(TABLES[2], POLICIES, size, entities=size.articles, ratio=POLICY_CHANGED_RATIO)
    _insert(TABLES[3], ACCOUNTS, size, entities=N_ACCOUNTS, ratio=1)  # a sync between any two slots
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")


def _insert(table: str, columns: dict[str, str], size: HistorySize, *, entities: int, ratio: float) -> None:
    statement = HISTORY.format(table=table, columns=", ".join(columns), values=", ".join(columns.values()))
    numbers = {"entities": entities, "slots": size.slots, "changed": max(round(entities * ratio), min(entities, 1))}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**numbers, "first_slot": size.first_slot})
