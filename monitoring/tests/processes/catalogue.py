"""A small catalogue with sales up to today, so that a snapshot has something to compute."""

CATALOGUE = """
INSERT INTO planning_core_color (inner_code, pantone_code, description)
SELECT 'c' || n, '', '' FROM generate_series(1, 3) n;

INSERT INTO planning_core_size (label, sort_order)
SELECT 's' || n, n FROM generate_series(1, 4) n;

INSERT INTO planning_core_bundletype (code, name) VALUES ('pack4', '4-pack');

INSERT INTO planning_core_warehouse (code, name, type) VALUES ('nsk', 'NSK', 'internal'), ('wb', 'WB', 'wb');

INSERT INTO planning_core_article (code, name)
SELECT 'a' || n, '' FROM generate_series(1, 20) n;

INSERT INTO planning_core_planningsettings (
    article_id, is_active, min_fabric_batch, min_elastic_batch,
    alert_threshold_days, safety_stock_days, strictness, notes
)
SELECT id, true, 0, 0, 14, 7, 1, '' FROM planning_core_article;

INSERT INTO planning_core_sku (article_id, color_id, size_id, barcode)
SELECT article.id, color.id, size.id, ''
FROM planning_core_article article, planning_core_color color, planning_core_size size;

INSERT INTO planning_core_stockbalance (sku_id, warehouse_id, quantity, updated_at)
SELECT sku.id, warehouse.id, sku.id % 50, now() FROM planning_core_sku sku, planning_core_warehouse warehouse
WHERE warehouse.code = 'nsk';

INSERT INTO planning_core_bundlerecipe (article_id, bundle_type_id, color_id, quantity, position)
SELECT article.id, bundle.id, color.id, 1, color.id
FROM planning_core_article article, planning_core_bundletype bundle, planning_core_color color;

INSERT INTO planning_core_wbsku (code)
SELECT 'w' || n FROM generate_series(1, 20) n;

INSERT INTO planning_core_listing (wb_sku_id, article_id, bundle_type_id)
SELECT wb.id, article.id, bundle.id
FROM planning_core_wbsku wb
JOIN planning_core_article article ON substr(article.code, 2) = substr(wb.code, 2),
     planning_core_bundletype bundle;

INSERT INTO planning_core_wbdailysales (wb_sku_id, date, units)
SELECT wb.id, current_date - day, (wb.id + day) % 7 FROM planning_core_wbsku wb, generate_series(1, 60) day;

INSERT INTO planning_core_wbstock (wb_sku_id, warehouse_id, quantity, updated_at)
SELECT wb.id, warehouse.id, wb.id % 9 * 20, now() FROM planning_core_wbsku wb, planning_core_warehouse warehouse
WHERE warehouse.code = 'wb';
"""
