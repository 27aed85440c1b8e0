"""The read endpoints of monitoring, each beside a bare Django view that runs the same main query."""

from statistics import median
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, JsonResponse
from django.test import Client
from django.test.utils import override_settings

from bench.statements import list_statements, run_statement
from bench.timing import median_ratio, time_call, time_side_by_side
from monitoring.domain.metrics import METRIC_NAMES

PREFIX = "/api/v1/planning/monitoring"
ALL_METRICS = "&".join(f"metrics={name}" for name in METRIC_NAMES)
ENDPOINTS = (
    "/bootstrap",
    "/status",
    "/snapshot",
    "/history?limit=30",
    "/history?limit=365",
    "/timeseries?metrics=risk_critical&limit=30",
    f"/timeseries?{ALL_METRICS}&limit=365",
    "/metrics",
    "/layout",
    "/alerts",
    "/alert-rules",
    "/dashboard",
    "/risk-focus?limit=20",
    "/health/scheduler",
)
BARE_PATH = "/bench/bare"
LOGIN_TABLES = ("django_session", '"auth_')
EMPTY_QUERY = "SELECT 1"

_bare_query = EMPTY_QUERY


@login_required
def answer_bare(_request: HttpRequest) -> JsonResponse:
    """Run one query and answer its rows: the least that a Django view with a login can do."""
    return JsonResponse({"rows": run_statement(_bare_query)})


def measure_endpoints(*, repeats: int) -> dict[str, list[dict[str, Any]]]:
    """Return statements and seconds of every endpoint and of its bare counterpart, through a viewer's login."""
    with override_settings(ROOT_URLCONF="bench.urls"):
        client = _log_in_viewer()
        return {"rows": [_measure(client, path, repeats) for path in ENDPOINTS]}


def _log_in_viewer() -> Client:
    user = User.objects.create_user("bench", password="bench")  # noqa: S106  (a throw-away database)
    user.groups.set(Group.objects.filter(name="viewer"))
    client = Client(SERVER_NAME="localhost")
    if not client.login(username="bench", password="bench"):  # noqa: S106
        raise RuntimeError("The login of the benchmark's viewer failed.")
    return client


def _measure(client: Client, path: str, repeats: int) -> dict[str, Any]:
    url = PREFIX + path
    _get(client, url)  # fills caches of the process: URL resolver, prepared serializers
    statements = list_statements(lambda: _get(client, url))
    _set_bare_query(statements)
    ours, bare = time_side_by_side([lambda: _get(client, url), lambda: _get(client, BARE_PATH)], repeats=repeats)
    return {
        "path": path.replace(ALL_METRICS, f"metrics=(all {len(METRIC_NAMES)})"),
        "statements": len(statements),
        "seconds": median(ours),
        "bare_seconds": median(bare),
        "ratio": median_ratio(ours, bare),
        "bytes": _get(client, url),
    }


def _get(client: Client, url: str) -> int:
    response = client.get(url)
    if response.status_code not in {200, 503}:  # 503: the scheduler's health, whose snapshots are of the past
        raise RuntimeError(f"{url} answered {response.status_code}: {response.content[:300]!r}")
    return len(response.content)


def _set_bare_query(statements: list[str]) -> None:
    """Let the bare view run the query of an endpoint that takes longest, the login's own aside."""
    global _bare_query  # noqa: PLW0603  (the view is a function of Django's URL configuration)
    own = [statement for statement in statements if _is_main(statement)]
    _bare_query = max(own, key=lambda statement: time_call(lambda: run_statement(statement)), default=EMPTY_QUERY)


def _is_main(statement: str) -> bool:
    return statement.startswith(("SELECT", "WITH", "COPY")) and not any(table in statement for table in LOGIN_TABLES)
