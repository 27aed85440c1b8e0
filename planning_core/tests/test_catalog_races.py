"""Two clients at the same row: one waits, and then hears what happened instead of a fault."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from planning_core.models import Article, Color, Size, Sku
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def api(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.fixture
def rival(transactional_db: None) -> Iterator[psycopg.Connection]:
    """Somebody else's transaction, open until the test commits it."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        yield other


def request_while_blocked(rival: psycopg.Connection, request: Any) -> Any:
    """Send a request, wait until it waits for the rival, commit the rival and return the answer."""

    def send() -> Any:
        try:
            return request()
        finally:
            connection.close()  # this thread's own

    with ThreadPoolExecutor(1) as pool:
        answer: Future[Any] = pool.submit(send)
        wait_for_block(rival.info.backend_pid)
        rival.commit()
        return answer.result(timeout=20)


def wait_for_block(backend_pid: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))", [backend_pid])
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waited for the rival")


def test_the_second_of_two_equal_rows_is_a_conflict(api: Client, rival: psycopg.Connection) -> None:
    rival.execute("INSERT INTO planning_core_article (code, name) VALUES ('A', '')")
    answer = request_while_blocked(rival, lambda: api.post("/api/v1/articles", {"code": "A"}, "application/json"))
    assert_problem(answer, 409, "already_exists")
    assert Article.objects.count() == 1


def test_a_row_whose_article_was_just_deleted_is_a_conflict(api: Client, rival: psycopg.Connection) -> None:
    article, color, size = Article.objects.create(code="A"), Color.objects.create(), Size.objects.create()
    body = {"article_id": article.pk, "color_id": color.pk, "size_id": size.pk}
    rival.execute("DELETE FROM planning_core_article")
    answer = request_while_blocked(rival, lambda: api.post("/api/v1/skus", body, "application/json"))
    assert_problem(answer, 409, "conflict")
    assert not Sku.objects.exists()


def test_two_changes_of_one_row_both_hold(api: Client, rival: psycopg.Connection) -> None:
    article = Article.objects.create(code="A", name="old")
    rival.execute("UPDATE planning_core_article SET name = 'theirs'")
    path = f"/api/v1/articles/{article.pk}"
    answer = request_while_blocked(rival, lambda: api.patch(path, {"code": "B"}, "application/json"))
    assert answer.json() == {"id": article.pk, "code": "B", "name": "theirs"}


def test_a_change_of_a_row_that_was_just_deleted_finds_nothing(api: Client, rival: psycopg.Connection) -> None:
    article = Article.objects.create(code="A")
    rival.execute("DELETE FROM planning_core_article")
    path = f"/api/v1/articles/{article.pk}"
    answer = request_while_blocked(rival, lambda: api.patch(path, {"code": "B"}, "application/json"))
    assert_problem(answer, 404, "not_found")
