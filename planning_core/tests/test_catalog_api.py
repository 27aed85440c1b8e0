"""The tables of planning over REST: what goes in comes out, what cannot go in is named, and lists stay cheap."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning_core import models
from planning_core.api.catalog_urls import router as planning_router
from supplybrain.tests.problems import assert_problem
from supplybrain.tests.rows import make_row, make_rows

REGISTRY: list[tuple[str, Any, str]] = planning_router.registry
TABLES = {prefix: viewset.queryset.model for prefix, viewset, _name in REGISTRY}
MANY = sorted(set(TABLES) - {"global-planning-settings"})
API = "/api/v1"
TOO_BIG = 10**30

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def post(api: Client, table: str, **body: Any) -> Any:
    return api.post(f"{API}/{table}", body, "application/json")


def patch(api: Client, table: str, pk: int, **body: Any) -> Any:
    return api.patch(f"{API}/{table}/{pk}", body, "application/json")


def count_statements(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as statements:
        assert call().status_code == 200
    return len(statements)


def test_every_table_of_planning_is_served() -> None:
    assert set(TABLES.values()) == {model for model in vars(models).values() if hasattr(model, "_meta")} - {
        models.WbSku,
        models.SourceSync,  # no table to edit; /planning/sources shows it
    }


@pytest.mark.parametrize("table", sorted(TABLES))
def test_an_empty_table_is_an_empty_list(api: Client, table: str) -> None:
    answer = api.get(f"{API}/{table}")
    assert answer.status_code == 200
    assert answer.json()["results"] == []


@pytest.mark.parametrize("table", MANY)
def test_a_list_costs_the_same_at_one_row_and_at_thirty(api: Client, table: str) -> None:
    # session, user, page, and for counted pages the count; related rows come with the page, never one by one
    make_row(TABLES[table])
    at_one = count_statements(lambda: api.get(f"{API}/{table}"))
    make_rows(TABLES[table], 29)
    at_thirty = count_statements(lambda: api.get(f"{API}/{table}"))
    assert at_one == at_thirty == (3 if table in {"wb-sales", "wb-prices"} else 4)


@pytest.mark.parametrize("table", MANY)
def test_a_row_is_read_replaced_by_itself_changed_and_deleted(api: Client, table: str) -> None:
    row = make_row(TABLES[table])
    path = f"{API}/{table}/{row.pk}"
    before = api.get(path).json()
    body = {name: value for name, value in before.items() if name != "id"}
    assert api.put(path, body, "application/json").json() == before
    assert api.patch(path, {}, "application/json").status_code == 200
    assert api.delete(path).status_code == 204
    assert_problem(api.get(path), 404, "not_found")


@pytest.mark.parametrize("table", MANY)
def test_a_row_can_be_made_from_what_was_read(api: Client, table: str) -> None:
    model = TABLES[table]
    row = make_row(model)
    body = {name: value for name, value in api.get(f"{API}/{table}/{row.pk}").json().items() if name != "id"}
    row.delete()
    created = post(api, table, **body)
    assert created.status_code == 201, created.content
    assert {**created.json(), "id": 0} == {**body, "id": 0}
    assert model._base_manager.filter(pk=created.json()["id"]).exists()


@pytest.mark.parametrize("table", MANY)
def test_a_natural_key_that_is_taken_is_refused_by_its_fields(api: Client, table: str) -> None:
    row = make_row(TABLES[table])
    body = {name: value for name, value in api.get(f"{API}/{table}/{row.pk}").json().items() if name != "id"}
    refused = assert_problem(post(api, table, **body), 400, "invalid_input")
    assert {error["code"] for error in refused["errors"]} == {"unique"}
    assert all(error["field"] in body for error in refused["errors"])
    assert TABLES[table]._base_manager.count() == 1


@pytest.mark.parametrize("table", sorted(TABLES))
def test_ids_beyond_the_columns_range_are_not_found(api: Client, table: str) -> None:
    for method in (api.get, api.delete):
        assert_problem(method(f"{API}/{table}/{TOO_BIG}"), 404, "not_found")


@pytest.mark.parametrize("table", MANY)
def test_lists_refuse_what_they_do_not_understand(api: Client, table: str) -> None:
    assert_problem(api.get(f"{API}/{table}", {"page_size": "0"}), 400, "invalid_input", fields={"page_size"})
    assert_problem(api.get(f"{API}/{table}", {"page_size": "501"}), 400, "invalid_input", fields={"page_size"})
    if table in {"wb-sales", "wb-prices"}:
        assert_problem(api.get(f"{API}/{table}", {"cursor": "x"}), 404, "not_found")
        return
    assert_problem(api.get(f"{API}/{table}", {"page": "9"}), 404, "not_found")
    assert_problem(api.get(f"{API}/{table}", {"ordering": "password"}), 400, "invalid_input", fields={"ordering"})
    assert_problem(api.get(f"{API}/{table}", {"search": "a\0b"}), 400, "invalid_input", fields={"search"})


def test_unique_fields_are_named_as_the_client_knows_them(api: Client) -> None:
    sku = make_row(models.Sku)
    refused = post(api, "skus", article_id=sku.article_id, color_id=sku.color_id, size_id=sku.size_id)
    assert_problem(refused, 400, "invalid_input", fields={"article_id", "color_id", "size_id"})


def test_a_listing_without_bundle_colour_and_size_exists_once(api: Client) -> None:
    article = make_row(models.Article)
    assert post(api, "listings", wb_sku="wb1", article_id=article.pk).status_code == 201
    fields = {"article_id", "wb_sku", "bundle_type_id", "color_id", "size_id"}
    assert_problem(post(api, "listings", wb_sku="wb1", article_id=article.pk), 400, "invalid_input", fields=fields)
    assert models.Listing.objects.count() == models.WbSku.objects.count() == 1


def test_a_new_code_is_stored_with_its_listing_and_not_with_a_refused_one(api: Client) -> None:
    assert_problem(post(api, "listings", wb_sku="wb1", article_id=404), 400, "invalid_input", fields={"article_id"})
    assert not models.WbSku.objects.exists()
    created = post(api, "listings", wb_sku="wb1", article_id=make_row(models.Article).pk)
    assert created.json()["wb_sku"] == "wb1"
    assert models.WbSku.objects.get().code == "wb1"
    changed = patch(api, "listings", created.json()["id"], wb_sku="wb2")
    assert changed.json()["wb_sku"] == "wb2"
    assert sorted(models.WbSku.objects.values_list("code", flat=True)) == ["wb1", "wb2"]


@pytest.mark.parametrize(
    ("table", "body", "fields"),
    [
        ("articles", {}, {"code"}),
        ("articles", {"code": "a\0b"}, {"code"}),
        ("articles", {"code": "a" * 65}, {"code"}),
        ("articles", {"code": "\ud800"}, {"code"}),
        ("skus", {"article_id": TOO_BIG, "color_id": -1, "size_id": "x"}, {"article_id", "color_id", "size_id"}),
        ("warehouses", {"code": "w", "type": "moon"}, {"type"}),
        ("warehouses", {"code": "w", "type": "wb", "wb_office_id": TOO_BIG}, {"wb_office_id"}),
        ("global-planning-settings", {"default_service_level_percent": 101}, {"default_service_level_percent"}),
    ],
)
def test_bad_values_are_refused_by_field(api: Client, table: str, body: dict[str, Any], fields: set[str]) -> None:
    assert_problem(post(api, table, **body), 400, "invalid_input", fields=fields)
    assert not TABLES[table]._base_manager.exists()


@pytest.mark.parametrize("strictness", ["nan", "Infinity", -0.1, 1e400])
def test_strictness_is_a_finite_number_from_zero(api: Client, strictness: object) -> None:
    body = f'{{"article_id": {make_row(models.Article).pk}, "strictness": {strictness!r}}}'.replace("'", '"')
    answer = api.post(f"{API}/planning-settings", body, "application/json")
    assert answer.status_code == 400
    assert not models.PlanningSettings.objects.exists()


@pytest.mark.parametrize("quantity", [0, -1, 40_000])
def test_a_recipe_line_has_at_least_one_piece(api: Client, quantity: int) -> None:
    line = make_row(models.BundleRecipe)
    refused = patch(api, "bundle-recipes", line.pk, quantity=quantity)
    assert_problem(refused, 400, "invalid_input", fields={"quantity"})


def test_what_is_in_use_stays(api: Client) -> None:
    sku = make_row(models.Sku)
    refused = api.delete(f"{API}/articles/{sku.article_id}")
    assert "SKUs" in assert_problem(refused, 409, "in_use")["detail"]
    assert models.Article.objects.filter(pk=sku.article_id).exists()


def test_there_is_one_row_of_global_settings(api: Client) -> None:
    created = post(api, "global-planning-settings", default_lead_time_days=50)
    assert (created.status_code, created.json()["id"]) == (201, 1)
    assert_problem(post(api, "global-planning-settings"), 409, "conflict")
    assert patch(api, "global-planning-settings", 1, default_lead_time_days=60).status_code == 200
    assert [row["default_lead_time_days"] for row in api.get(f"{API}/global-planning-settings").json()["results"]] == [
        60
    ]


def test_a_count_without_a_time_was_taken_now(api: Client) -> None:
    balance = make_row(models.StockBalance)
    changed = patch(api, "stock-balances", balance.pk, quantity=5).json()
    assert changed["quantity"] == 5
    assert changed["updated_at"] > balance.updated_at.isoformat()
    told = patch(api, "stock-balances", balance.pk, updated_at="2026-01-01T00:00:00Z").json()
    assert told["updated_at"] == "2026-01-01T00:00:00Z"


def test_rows_are_filtered_searched_and_ordered(api: Client) -> None:
    for code, name in (("B-2", "Socks"), ("A-1", "socks, long"), ("C-3", "Shirt")):
        make_row(models.Article, code=code, name=name)

    def codes(**query: str | int) -> list[str]:
        return [row["code"] for row in api.get(f"{API}/articles", query).json()["results"]]

    assert codes() == ["B-2", "A-1", "C-3"]
    assert codes(search="SOCKS") == ["B-2", "A-1"]
    assert codes(search="socks long") == ["A-1"]
    assert codes(code="C-3") == ["C-3"]
    assert codes(ordering="-code") == ["C-3", "B-2", "A-1"]
    assert codes(ordering="name,-id", page_size=2, page=2) == ["A-1"]


def test_rows_are_found_by_wildberries_code(api: Client) -> None:
    sales = make_rows(models.WbDailySales, 3)
    found = api.get(f"{API}/wb-sales", {"wb_sku": sales[1].wb_sku.code}).json()["results"]
    assert [row["id"] for row in found] == [sales[1].pk]
    late = api.get(f"{API}/wb-sales", {"date__gte": sales[1].date.isoformat()}).json()["results"]
    assert [row["id"] for row in late] == [row.pk for row in sales[1:]]


def test_long_tables_are_walked_by_cursor(api: Client) -> None:
    ids = [row.pk for row in make_rows(models.WbDailySales, 5)]
    page = api.get(f"{API}/wb-sales", {"page_size": 2}).json()
    seen = [row["id"] for row in page["results"]]
    while page["next"]:
        page = api.get(page["next"]).json()
        seen += [row["id"] for row in page["results"]]
    assert seen == ids
