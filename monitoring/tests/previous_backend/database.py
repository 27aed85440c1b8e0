"""A made-up database of the previous backend: its tables, a small catalogue, and a server-side copy of both."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

Tables = dict[str, list[dict[str, Any]]]

WRITTEN = "2026-01-15T06:00:00+00:00"
WB_TOKEN, MS_TOKEN = "wb-secret-token", "ms-secret-token"

SCHEMA = """
    CREATE TABLE article (id serial PRIMARY KEY, code varchar(50) UNIQUE NOT NULL, name varchar(255));
    CREATE TABLE color (id serial PRIMARY KEY, pantone_code varchar(50), inner_code varchar(50) UNIQUE NOT NULL,
        description varchar(255));
    CREATE TABLE size (id serial PRIMARY KEY, label varchar(50) UNIQUE NOT NULL, sort_order int NOT NULL);
    CREATE TABLE sku_unit (id serial PRIMARY KEY, article_id int NOT NULL, color_id int NOT NULL, size_id int NOT NULL);
    CREATE TABLE bundle_type (id serial PRIMARY KEY, code varchar(50) UNIQUE NOT NULL, name varchar(100) NOT NULL);
    CREATE TABLE bundle_recipe (id serial PRIMARY KEY, article_id int NOT NULL, bundle_type_id int NOT NULL,
        color_id int NOT NULL, position int NOT NULL);
    CREATE TABLE warehouse (id serial PRIMARY KEY, code varchar(50) UNIQUE NOT NULL, name varchar(255) NOT NULL,
        type varchar(50) NOT NULL);
    CREATE TABLE stock_balance (id serial PRIMARY KEY, sku_unit_id int NOT NULL, warehouse_id int NOT NULL,
        quantity int NOT NULL, updated_at timestamptz NOT NULL);
    CREATE TABLE elastic_type (id serial PRIMARY KEY, code varchar(50) UNIQUE NOT NULL, name varchar(255) NOT NULL);
    CREATE TABLE global_planning_settings (id serial PRIMARY KEY, default_target_coverage_days int NOT NULL,
        default_lead_time_days int NOT NULL, default_service_level_percent int NOT NULL,
        default_fabric_min_batch_qty int NOT NULL, default_elastic_min_batch_qty int NOT NULL);
    CREATE TABLE planning_settings (id serial PRIMARY KEY, article_id int NOT NULL, is_active bool NOT NULL,
        min_fabric_batch int NOT NULL, min_elastic_batch int NOT NULL, alert_threshold_days int NOT NULL,
        safety_stock_days int NOT NULL, strictness float NOT NULL, notes varchar(500));
    CREATE TABLE article_planning_settings (id serial PRIMARY KEY, article_id int NOT NULL,
        include_in_planning bool NOT NULL, priority int NOT NULL, target_coverage_days int, lead_time_days int,
        service_level_percent int);
    CREATE TABLE color_planning_settings (id serial PRIMARY KEY, article_id int NOT NULL, color_id int NOT NULL,
        fabric_min_batch_qty int);
    CREATE TABLE elastic_planning_settings (id serial PRIMARY KEY, article_id int NOT NULL,
        elastic_type_id int NOT NULL, elastic_min_batch_qty int);
    CREATE TABLE article_wb_mapping (id serial PRIMARY KEY, article_id int NOT NULL, wb_sku text NOT NULL,
        bundle_type_id int, color_id int, size_id int);
    CREATE TABLE wb_sales_daily (id serial PRIMARY KEY, wb_sku text NOT NULL, date date NOT NULL,
        sales_qty int NOT NULL, revenue numeric(12, 2), created_at timestamptz NOT NULL);
    CREATE TABLE wb_stock (id serial PRIMARY KEY, wb_sku text NOT NULL, warehouse_id int, warehouse_name text,
        stock_qty int NOT NULL, updated_at timestamptz NOT NULL);
    CREATE TABLE wb_integration_accounts (id serial PRIMARY KEY, name varchar NOT NULL, supplier_id varchar,
        api_token varchar NOT NULL, is_active bool NOT NULL, created_at timestamptz, updated_at timestamptz);
    CREATE TABLE moysklad_integration_accounts (id serial PRIMARY KEY, name varchar NOT NULL, account_id varchar,
        api_token varchar NOT NULL, is_active bool NOT NULL, created_at timestamptz, updated_at timestamptz);
    CREATE TABLE monitoring_snapshots (id serial PRIMARY KEY, created_at timestamptz NOT NULL, wb_accounts_total int,
        wb_accounts_active int, ms_accounts_total int, ms_accounts_active int, risk_critical int, risk_warning int,
        risk_ok int, risk_overstock int, risk_no_data int, articles_with_orders int, total_final_order_qty int);
    CREATE TABLE monitoring_alert_rules (id serial PRIMARY KEY, name varchar NOT NULL, metric varchar NOT NULL,
        threshold_type varchar NOT NULL, threshold_value int NOT NULL, severity varchar NOT NULL,
        is_active bool NOT NULL);
    CREATE SEQUENCE written;
    CREATE VIEW writing_view AS SELECT nextval('written') AS id;
    CREATE TABLE purchase_order (id serial PRIMARY KEY, status varchar);
"""


def make_catalog() -> Tables:
    """Return two articles with everything that hangs on them, one row of each kind at least."""
    account = {"is_active": True, "created_at": WRITTEN, "updated_at": WRITTEN}
    return {
        "article": [{"id": 3, "code": "TEE", "name": "T-shirt"}, {"id": 7, "code": "SOCK", "name": None}],
        "color": [{"id": 2, "pantone_code": None, "inner_code": "black", "description": None}],
        "size": [{"id": 5, "label": "M", "sort_order": 20}],
        "sku_unit": [{"id": 11, "article_id": 3, "color_id": 2, "size_id": 5}],
        "bundle_type": [{"id": 4, "code": "4-pack", "name": "Four"}],
        "bundle_recipe": [{"id": 6, "article_id": 3, "bundle_type_id": 4, "color_id": 2, "position": 1}],
        "warehouse": [{"id": 1, "code": "NSK", "name": "Novosibirsk", "type": "internal"}],
        "stock_balance": [{"id": 8, "sku_unit_id": 11, "warehouse_id": 1, "quantity": -2, "updated_at": WRITTEN}],
        "elastic_type": [{"id": 9, "code": "wide", "name": "Wide"}],
        "global_planning_settings": [
            {
                "id": 10,
                "default_target_coverage_days": 50,
                "default_lead_time_days": 70,
                "default_service_level_percent": 90,
                "default_fabric_min_batch_qty": 7000,
                "default_elastic_min_batch_qty": 3000,
            }
        ],
        "planning_settings": [
            {
                "id": 12,
                "article_id": 3,
                "is_active": True,
                "min_fabric_batch": 100,
                "min_elastic_batch": 0,
                "alert_threshold_days": 21,
                "safety_stock_days": 10,
                "strictness": -1.0,
                "notes": None,
            }
        ],
        "article_planning_settings": [
            {
                "id": 13,
                "article_id": 3,
                "include_in_planning": False,
                "priority": 5,
                "target_coverage_days": -5,
                "lead_time_days": None,
                "service_level_percent": None,
            }
        ],
        "color_planning_settings": [{"id": 14, "article_id": 3, "color_id": 2, "fabric_min_batch_qty": 2500}],
        "elastic_planning_settings": [{"id": 15, "article_id": 3, "elastic_type_id": 9, "elastic_min_batch_qty": None}],
        "article_wb_mapping": [
            {"id": 16, "article_id": 3, "wb_sku": "111", "bundle_type_id": 4, "color_id": None, "size_id": 5}
        ],
        "wb_sales_daily": [
            {
                "id": 17,
                "wb_sku": "111",
                "date": "2026-01-14",
                "sales_qty": -4,
                "revenue": "-1598.00",
                "created_at": WRITTEN,
            },
            {
                "id": 18,
                "wb_sku": "orphan",
                "date": "2026-01-14",
                "sales_qty": 9,
                "revenue": None,
                "created_at": WRITTEN,
            },
        ],
        "wb_stock": [
            {
                "id": 19,
                "wb_sku": "111",
                "warehouse_id": 500,
                "warehouse_name": "Kazan",
                "stock_qty": 70,
                "updated_at": WRITTEN,
            }
        ],
        "wb_integration_accounts": [{"id": 20, "name": "Shop", "supplier_id": None, "api_token": WB_TOKEN, **account}],
        "moysklad_integration_accounts": [
            {"id": 21, "name": "ERP", "account_id": "acc", "api_token": MS_TOKEN, **account}
        ],
        "monitoring_snapshots": [{"id": 22, "created_at": "2026-01-14T21:07:00+00:00", "risk_critical": 3}],
        "monitoring_alert_rules": [
            {
                "id": 23,
                "name": "Risks",
                "metric": "risk_critical",
                "threshold_type": "above",
                "threshold_value": 0,
                "severity": "critical",
                "is_active": True,
            }
        ],
    }


@contextmanager
def running_previous_backend(tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Create a database with the old tables on the test server, fill it, and yield its URL; drop it at the end."""
    name = f"previous_backend_{os.getpid()}"
    server = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(server.geturl(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            url = server._replace(path=f"/{name}").geturl()
            _fill(url, tables)
            yield url
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(url: str, tables: Mapping[str, list[dict[str, Any]]]) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(SCHEMA)
        for table, rows in tables.items():
            for row in rows:
                statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, row)),
                    sql.SQL(", ").join([sql.Placeholder()] * len(row)),
                )
                connection.execute(statement, list(row.values()))
