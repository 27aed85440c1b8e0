"""The probes are open and honest."""

import pytest
from django.test import Client


def test_the_liveness_probe_needs_no_login(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_the_readiness_probe_names_every_dependency(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"database": "ok", "broker": "ok", "migrations": "ok"}}
