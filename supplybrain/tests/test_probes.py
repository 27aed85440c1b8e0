"""Orchestrators ask by address over plain HTTP, and must get an answer all the same."""

import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def production(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["supply.example.com"]
    settings.SECURE_SSL_REDIRECT = True


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_answer_under_any_host_without_redirect(production: None, path: str) -> None:
    assert Client().get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_everything_else_is_redirected_or_refused(production: None) -> None:
    assert Client().get("/api/v1/", headers={"host": "supply.example.com"}).status_code == 301
    assert Client().get("/api/v1/", headers={"host": "10.0.0.7:8000"}).status_code == 400
