"""The OpenAPI schema: complete, free of warnings, and shown from our own assets."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from supplybrain.tests.endpoints import list_endpoints

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(User.objects.create_user("reader"))
    return client


def test_the_schema_is_valid_and_made_without_a_warning(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_every_endpoint_and_method_is_described(reader: Client) -> None:
    schema: Any = json.loads(reader.get("/api/schema?format=json").content)
    described = {
        (re.sub(r"\{\w+\}", "1", path), method) for path, operations in schema["paths"].items() for method in operations
    }
    served = {
        (endpoint.path, method)
        for endpoint in list_endpoints()
        for method in endpoint.methods
        if endpoint.path.startswith("/api/v1/")
    }
    assert described == served


def test_no_answer_has_a_field_for_a_token(reader: Client) -> None:
    schema: Any = json.loads(reader.get("/api/schema?format=json").content)
    holders = {
        name for name, part in schema["components"]["schemas"].items() if "api_token" in part.get("properties", {})
    }
    assert holders == {
        "WbAccountRequest",
        "PatchedWbAccountRequest",
        "MoySkladAccountRequest",
        "PatchedMoySkladAccountRequest",
    }


def test_the_documentation_page_loads_nothing_from_elsewhere(reader: Client) -> None:
    page = reader.get("/api/docs").content.decode()
    assets = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert assets
    assert all(asset.startswith("/static/drf_spectacular_sidecar/") for asset in assets)
    assert not re.search(r"https?://(?!testserver)", page)
    for asset in assets:
        answer = reader.get(asset)
        answer.getvalue()  # to its end, which closes the file
        assert answer.status_code == 200
