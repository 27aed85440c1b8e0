"""One registry: storage, layout and default rules know the same metrics."""

from django.db import models

from monitoring.domain.alerts import DEFAULT_RULES
from monitoring.domain.layout import LAYOUT
from monitoring.domain.metrics import (
    ALERT_METRIC_NAMES,
    METRIC_BY_NAME,
    METRIC_NAMES,
    METRICS,
    SCHEMA_VERSION,
    Category,
)
from monitoring.models import MonitoringSnapshot
from monitoring.selectors.snapshots import RECORD_FIELDS

CONTRACT = {
    Category.RISK: {"risk_critical", "risk_warning", "risk_ok", "risk_overstock", "risk_no_data"},
    Category.INTEGRATIONS: {"wb_accounts_total", "wb_accounts_active", "ms_accounts_total", "ms_accounts_active"},
    Category.ORDERS: {"articles_with_orders", "total_final_order_qty"},
}
ORIGIN = {"facts_hash", "facts_thinned_at", "settings_hash", "code_version", "sources"}
NOT_METRICS = {"id", "slot", "created_at", "as_of_date", "schema_version", "metrics_version", *ORIGIN}


def test_the_registry_has_the_metrics_of_the_contract_in_their_categories() -> None:
    found = {category: {m.name for m in METRICS if m.category is category} for category in Category}
    assert found == CONTRACT
    assert len(METRICS) == len(METRIC_BY_NAME) == 11


def test_every_metric_is_a_nullable_column_and_every_other_column_is_none() -> None:
    columns = {field.name: field for field in MonitoringSnapshot._meta.concrete_fields}
    assert set(columns) - NOT_METRICS == set(METRIC_NAMES)
    for name in METRIC_NAMES:
        assert isinstance(columns[name], models.IntegerField)
        assert columns[name].null


def test_no_metric_is_newer_than_the_schema() -> None:
    assert {metric.since_schema_version for metric in METRICS} <= set(range(1, SCHEMA_VERSION + 1))


def test_a_record_has_every_metric_once() -> None:
    assert set(METRIC_NAMES) <= set(RECORD_FIELDS)
    assert len(RECORD_FIELDS) == len(set(RECORD_FIELDS)) == 16


def test_every_metric_says_what_it_means_in_words_of_its_own() -> None:
    assert len({metric.label for metric in METRICS}) == len({metric.description for metric in METRICS}) == len(METRICS)
    assert all(metric.description.endswith(".") for metric in METRICS)


def test_the_layout_names_only_metrics_that_exist_and_ids_that_are_unique() -> None:
    tiles = [tile for section in LAYOUT for tile in section.tiles]
    for tile in tiles:
        assert {tile.primary_metric, *(tile.secondary_metrics or ())} - {None} <= set(METRIC_NAMES), tile.id
    assert [section.id for section in LAYOUT] == ["status", "risk", "integrations", "orders"]
    assert len({tile.id for tile in tiles}) == len(tiles) == 8


def test_a_series_tile_asks_for_the_metrics_that_it_shows() -> None:
    series = [tile for section in LAYOUT for tile in section.tiles if tile.source_endpoint.endswith("/timeseries")]
    assert len(series) == 3
    for tile in series:
        assert tile.source_params == {
            "metrics": [tile.primary_metric, *(tile.secondary_metrics or ())],
            "limit": 30,
        }


def test_default_rules_stand_on_metrics_that_support_alerts() -> None:
    assert {rule.metric for rule in DEFAULT_RULES} <= set(ALERT_METRIC_NAMES)
