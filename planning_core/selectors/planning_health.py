"""What is missing, out of range or old in the data that planning reads."""

from datetime import date

from django.db import connection

from planning_core.domain.inputs import OBSERVATION_DAYS
from planning_core.domain.planning_health import Finding, PlanningFacts, Source

MAX_ARTICLE_IDS = 20
"""How many article ids a finding names."""

# A row's own time says when its value changed: stock that every import confirms would look old. It only counts while no
# sync of the source was recorded.
SOURCES_SQL = """
WITH synced AS (SELECT source, last_good_at FROM planning_core_sourcesync)
SELECT 'sales', count(*), (SELECT max(date) FROM planning_core_wbdailysales WHERE date <= %(as_of)s), NULL
  FROM planning_core_wbdailysales WHERE date BETWEEN %(since)s AND %(as_of)s
UNION ALL SELECT 'stock_balances', count(*), NULL, CASE WHEN count(*) > 0 THEN
    COALESCE((SELECT last_good_at FROM synced WHERE source = 'own_stock'), max(updated_at)) END
  FROM planning_core_stockbalance
UNION ALL SELECT 'wb_stock', count(*), NULL, CASE WHEN count(*) > 0 THEN
    COALESCE((SELECT last_good_at FROM synced WHERE source = 'wb_stock'), max(updated_at)) END
  FROM planning_core_wbstock
UNION ALL SELECT 'skus', count(*), NULL, NULL FROM planning_core_sku
UNION ALL SELECT 'listings', count(*), NULL, NULL FROM planning_core_listing
UNION ALL SELECT 'bundle_recipes', count(*), NULL, NULL FROM planning_core_bundlerecipe
"""

# One row per code and article that it concerns; codes about the whole company have no article.
FINDINGS_SQL = """
WITH policy AS (SELECT * FROM planning_core_planningsettings WHERE is_active),
active AS (SELECT article_id AS id FROM policy),
listed AS (  -- a look-up in the covering index per listing instead of all sales of the window
  SELECT listing.article_id,
    bool_or(EXISTS (
      SELECT FROM planning_core_wbdailysales AS sales
      WHERE sales.wb_sku_id = listing.wb_sku_id AND sales.date BETWEEN %(since)s AND %(as_of)s
    )) AS is_sold,
    bool_or(EXISTS (SELECT FROM planning_core_wbstock AS stock WHERE stock.wb_sku_id = listing.wb_sku_id)) AS is_stocked
  FROM planning_core_listing AS listing GROUP BY listing.article_id
),
made AS (
  SELECT sku.article_id,
    bool_or(EXISTS (SELECT FROM planning_core_stockbalance AS balance WHERE balance.sku_id = sku.id)) AS is_stocked
  FROM planning_core_sku AS sku GROUP BY sku.article_id
),
found (code, article_id) AS (
  SELECT 'no_active_articles', NULL::bigint WHERE NOT EXISTS (SELECT FROM active)
  UNION ALL SELECT 'no_internal_warehouse', NULL
    WHERE NOT EXISTS (SELECT FROM planning_core_warehouse WHERE type = 'internal')
  UNION ALL SELECT 'global_settings_missing', NULL
    WHERE NOT EXISTS (SELECT FROM planning_core_globalplanningsettings)
  UNION ALL SELECT 'global_target_not_positive', NULL
    FROM planning_core_globalplanningsettings WHERE default_target_coverage_days <= 0
  UNION ALL SELECT 'sales_after_as_of', NULL
    WHERE EXISTS (SELECT FROM planning_core_wbdailysales WHERE date > %(as_of)s)
  UNION ALL SELECT 'wb_codes_without_listing', NULL FROM planning_core_wbsku AS code
    WHERE NOT EXISTS (SELECT FROM planning_core_listing AS listing WHERE listing.wb_sku_id = code.id) AND (
      EXISTS (SELECT FROM planning_core_wbstock AS stock WHERE stock.wb_sku_id = code.id AND stock.quantity <> 0)
      OR EXISTS (
        SELECT FROM planning_core_wbdailysales AS sales
        WHERE sales.wb_sku_id = code.id AND sales.date BETWEEN %(since)s AND %(as_of)s
      )
    )
  UNION ALL SELECT 'articles_without_skus', id FROM active WHERE id NOT IN (SELECT article_id FROM made)
  UNION ALL SELECT 'articles_without_recipe', id FROM active
    WHERE id NOT IN (SELECT article_id FROM planning_core_bundlerecipe)
  UNION ALL SELECT 'articles_without_listing', id FROM active WHERE id NOT IN (SELECT article_id FROM listed)
  UNION ALL SELECT 'articles_without_sales', id FROM active
    WHERE id IN (SELECT article_id FROM listed WHERE NOT is_sold)
  UNION ALL SELECT 'articles_without_stock', id FROM active
    WHERE id NOT IN (SELECT article_id FROM listed WHERE is_stocked)
      AND id NOT IN (SELECT article_id FROM made WHERE is_stocked)
  UNION ALL SELECT DISTINCT 'recipe_colors_without_sku', recipe.article_id
    FROM planning_core_bundlerecipe AS recipe JOIN active ON active.id = recipe.article_id
    LEFT JOIN planning_core_sku AS sku ON sku.article_id = recipe.article_id AND sku.color_id = recipe.color_id
    WHERE sku.id IS NULL
  UNION ALL SELECT 'strictness_not_positive', article_id FROM policy WHERE strictness <= 0
  UNION ALL SELECT 'thresholds_negative', article_id FROM policy WHERE safety_stock_days < 0 OR alert_threshold_days < 0
  UNION ALL SELECT 'safety_above_alert', article_id FROM policy WHERE safety_stock_days > alert_threshold_days
  UNION ALL SELECT 'target_not_positive', target.article_id
    FROM planning_core_articleplanningsettings AS target JOIN active ON active.id = target.article_id
    WHERE target.target_coverage_days <= 0
  UNION ALL SELECT 'minimums_negative', article_id FROM (
      SELECT article_id FROM policy WHERE min_fabric_batch < 0 OR min_elastic_batch < 0
      UNION SELECT article_id FROM planning_core_colorplanningsettings WHERE fabric_min_batch_qty < 0
      UNION SELECT article_id FROM planning_core_elasticplanningsettings WHERE elastic_min_batch_qty < 0
    ) AS negative WHERE article_id IN (SELECT id FROM active)
)
SELECT code, count(*), COALESCE((array_agg(article_id ORDER BY article_id) FILTER (WHERE article_id IS NOT NULL))
    [1:%(max_ids)s], '{}')
FROM found GROUP BY code
"""


def load_planning_facts(*, as_of: date) -> PlanningFacts:
    """Return how many rows each input has, how old they are, and what is missing or out of range, in 3 statements.

    Args:
        as_of: Sales count in the 30 days up to this business day.
    """
    since = date.fromordinal(max(as_of.toordinal() - OBSERVATION_DAYS + 1, 1))
    parameters: dict[str, date | int] = {"as_of": as_of, "since": since, "max_ids": MAX_ARTICLE_IDS}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM planning_core_planningsettings WHERE is_active")
        active_articles = cursor.fetchone()[0]
        cursor.execute(SOURCES_SQL, parameters)
        sources = [Source(name, rows, day or updated_at) for name, rows, day, updated_at in cursor.fetchall()]
        cursor.execute(FINDINGS_SQL, parameters)
        findings = {code: Finding(count, article_ids) for code, count, article_ids in cursor.fetchall()}
    return PlanningFacts(active_articles=active_articles, sources=sources, findings=findings)
