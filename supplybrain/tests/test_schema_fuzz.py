"""schemathesis reads the schema and tries to make the API break it: no fault, and no answer that is not described.

SCHEMA_FUZZ_EXAMPLES=50 tries harder: that many examples of each operation, and every boundary of every parameter.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core import signals
from django.db import close_old_connections
from django.db.models import Model
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from integrations.api.account_urls import router as account_router
from monitoring.models import (
    AlertEpisode,
    AlertRule,
    MonitoringSnapshot,
    Notification,
    NotificationChannel,
    Silence,
)
from planning_core.api.catalog_urls import router as catalog_router
from planning_core.models import Article
from supplybrain.tests.rows import make_row, make_rows
from supplybrain.tokens import issue_token
from supplybrain.wsgi import application

FEW = 3
EXAMPLES = int(os.environ.get("SCHEMA_FUZZ_EXAMPLES", FEW))
# Left out: `ignored_auth` (test_problems.py does it for every endpoint) and the two that want schema and validation to
# be equal: a reference to a row that does not exist fits the schema, and DRF reads 0 as false and "" as left out.
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
    checks.allow_header_conformance,
]


def load_schema() -> Any:
    described: Any = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    schema = schemathesis.openapi.from_dict(json.loads(OpenApiJsonRenderer().render(described, renderer_context={})))
    schema.app = application
    schema.config.cache.enabled = False  # it would remember failures in a folder of the checkout
    schema.config.phases.update(phases=["fuzzing"] if EXAMPLES <= FEW else ["coverage", "fuzzing"])
    return schema


schema = load_schema()


@pytest.fixture
def token(db: None) -> Iterator[str]:
    """A superuser's token, usable inside the test's transaction."""
    # A server closes connections that are not in autocommit between requests: Django's own test client does this too.
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield issue_token(user=User.objects.create_superuser("root")).token
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


class StoredRows:
    """Ids of rows that are there, by the part of the path before the parameter; made when first asked for."""

    def __init__(self) -> None:
        registries: list[tuple[str, Any, str]] = [*catalog_router.registry, *account_router.registry]
        self.tables: dict[str, type[Model]] = {prefix: viewset.queryset.model for prefix, viewset, _name in registries}
        self.tables |= {
            "alert-rules": AlertRule,
            "alert-episodes": AlertEpisode,
            "silences": Silence,
            "notification-channels": NotificationChannel,
            "notifications": Notification,
            "article-dashboard": Article,
        }
        del self.tables["global-planning-settings"]
        self.ids: dict[str, list[int]] = {}

    def list_ids(self, prefix: str) -> list[int]:
        if prefix not in self.ids and prefix in self.tables:
            self.ids[prefix] = [row.pk for row in make_rows(self.tables[prefix], 2)]
        return self.ids.get(prefix, [])


@pytest.fixture
def stored(db: None) -> StoredRows:
    """Rows that parameters can hit, and a fresh snapshot."""
    now = timezone.now()
    make_row(MonitoringSnapshot, created_at=now, slot=now, sources={})
    return StoredRows()


@schema.parametrize()  # type: ignore[untyped-decorator]  # read from the schema at run time
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_the_api_keeps_to_its_schema(case: Any, token: str, stored: StoredRows) -> None:
    hit_a_stored_row(case, stored)
    case.call_and_validate(headers={"Authorization": f"Token {token}"}, checks=CHECKS)


def hit_a_stored_row(case: Any, stored: StoredRows) -> None:
    """Let every other made-up id be one that is there."""
    for name, value in (case.path_parameters or {}).items():
        ids = stored.list_ids(case.path.split("/{")[0].rpartition("/")[2])
        if ids and isinstance(value, int) and value % 2 == 0:
            case.path_parameters[name] = ids[value % 4 // 2]
