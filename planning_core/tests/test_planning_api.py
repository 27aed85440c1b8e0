"""The planning reads over HTTP: permissions, wrong questions, an empty database, and the schema kept."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from planning_core.tests.catalogue import NSK
from planning_core.tests.shop import API, ARTICLE_READS, COMPANY_READS, PORTFOLIOS, READS, TOO_BIG, get, shop
from planning_core.tests.store import store
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", READS)
def test_reads_need_a_login_and_the_permission(client: Client, path: str) -> None:
    assert_problem(client.get(f"{API}/{path}", READS[path]), 401, "not_authenticated")
    client.force_login(User.objects.create_user("nobody"))
    assert_problem(client.get(f"{API}/{path}", READS[path]), 403, "permission_denied")


@pytest.mark.parametrize("path", READS)
def test_a_viewer_reads_everything(viewer: Client, path: str) -> None:
    store(shop())
    get(viewer, path, **READS[path])


@pytest.mark.parametrize("path", COMPANY_READS)
def test_an_empty_database_answers_well_formed(viewer: Client, path: str) -> None:
    body = get(viewer, path)
    assert body.get("items", []) == []
    assert body.get("articles", []) == []


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("as_of", ["yesterday", "2026-02-30", "2026-01-15T00:00:00Z"])
def test_a_malformed_day_is_named(viewer: Client, path: str, as_of: str) -> None:
    query: dict[str, Any] = {**READS[path], "as_of": as_of}
    assert_problem(viewer.get(f"{API}/{path}", query), 400, "invalid_input", fields={"as_of"})


@pytest.mark.parametrize("path", PORTFOLIOS)
@pytest.mark.parametrize("article_id", ["x", "1.5", "", "0", "-1", str(TOO_BIG), "9" * 2000])
def test_a_malformed_article_id_is_named(viewer: Client, path: str, article_id: str) -> None:
    answer = viewer.get(f"{API}/{path}", {"article_ids": ["1", article_id]})
    body = assert_problem(answer, 400, "invalid_input")
    assert body["errors"][0]["field"].startswith("article_ids")


@pytest.mark.parametrize("path", ["article-bundle-snapshot", "demand", "bundle-availability"])
def test_missing_and_oversized_ids_are_named(viewer: Client, path: str) -> None:
    names = set(ARTICLE_READS[path])
    assert_problem(viewer.get(f"{API}/{path}"), 400, "invalid_input", fields=names)
    assert_problem(viewer.get(f"{API}/{path}", dict.fromkeys(names, TOO_BIG)), 400, "invalid_input", fields=names)


@pytest.mark.parametrize("article_id", [99, TOO_BIG, 10**40])
def test_an_unknown_article_is_not_found(viewer: Client, article_id: int) -> None:
    assert_problem(viewer.get(f"{API}/article-dashboard/{article_id}"), 404, "not_found")
    assert_problem(viewer.get(f"{API}/articles/{article_id}/explanation"), 404, "not_found")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("article-bundle-snapshot", {"article_id": 99}),
        ("demand", {"article_id": TOO_BIG - 1}),
        ("bundle-availability", {"article_id": 99, "bundle_type_id": 1, "warehouse_id": NSK}),
        ("bundle-availability", {"article_id": 1, "bundle_type_id": 99, "warehouse_id": NSK}),
        ("bundle-availability", {"article_id": 1, "bundle_type_id": 1, "warehouse_id": 99}),
    ],
)
def test_unknown_rows_are_not_found_and_named(viewer: Client, path: str, query: dict[str, int]) -> None:
    store(shop())
    body = assert_problem(viewer.get(f"{API}/{path}", query), 404, "not_found")
    [unknown] = body["data"].items()
    assert unknown in query.items()


def test_every_answer_has_the_fields_that_the_schema_promises(planner: Client) -> None:
    store(shop())
    schema = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    for path, query in READS.items():
        template = f"{API}/{path}".replace("/1", "/{article_id}")
        answer = schema["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert_matches(get(planner, path, **query), answer, schema["components"]["schemas"], path)


def assert_matches(value: Any, declared: dict[str, Any], components: dict[str, Any], path: str) -> None:
    """Assert that a value has exactly the properties that its schema declares, all the way down."""
    if "$ref" in declared or "allOf" in declared or "oneOf" in declared:
        reference = declared.get("$ref") or (declared.get("allOf") or declared["oneOf"])[0]["$ref"]
        declared = {**components[reference.rsplit("/", 1)[1]], "nullable": declared.get("nullable", False)}
    if value is None:
        assert declared.get("nullable"), f"{path} is null"
    elif "properties" in declared:
        assert set(value) == set(declared["properties"]), path
        for name, inner in declared["properties"].items():
            assert_matches(value[name], inner, components, f"{path}.{name}")
    elif declared.get("type") == "array":
        for item in value:
            assert_matches(item, declared["items"], components, f"{path}[]")
