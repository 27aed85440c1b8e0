"""Probes for orchestrators: open, cheap, and silent about details."""

from collections.abc import Callable

import structlog
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


@require_safe
def answer_alive(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process can answer at all."""
    return JsonResponse({"status": "ok"})


@require_safe
def answer_ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, broker and migrations are fit for traffic, else 503 naming what is not."""
    checks: dict[str, Callable[[], bool]] = {
        "database": is_database_up,
        "broker": is_broker_up,
        "migrations": are_migrations_applied,
    }
    results = {name: check() for name, check in checks.items()}
    ready = all(results.values())
    body = {
        "status": "ok" if ready else "unavailable",
        "checks": {k: "ok" if v else "failed" for k, v in results.items()},
    }
    return JsonResponse(body, status=200 if ready else 503)


def is_database_up() -> bool:
    """Return whether PostgreSQL answers a statement."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("readiness_database_failed", error=type(error).__name__)
        return False
    return True


def is_broker_up() -> bool:
    """Return whether Redis answers."""
    try:
        cache.has_key("readyz")
    except RedisError as error:
        log.warning("readiness_broker_failed", error=type(error).__name__)
        return False
    return True


def are_migrations_applied() -> bool:
    """Return whether the database has every migration of this code."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False
