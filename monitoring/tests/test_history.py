"""Pages of the history: each snapshot on one page, whatever happens meanwhile, and cursors that only we can write."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.signing import Signer
from django.test import Client

from monitoring.models import MonitoringSnapshot
from monitoring.selectors.history import Record, load_history_page
from monitoring.selectors.pages import Page
from monitoring.selectors.snapshots import list_records
from monitoring.tests.past import NOON, QUARTER, snap, snap_without_slot
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

PATH = "/api/v1/planning/monitoring/history"


@pytest.fixture
def past() -> list[int]:
    """Ids of twenty-four snapshots, newest first; some share a moment."""
    for n in range(12):
        snap(NOON + n * QUARTER, risk_ok=n)
        if n % 3 == 0:
            snap_without_slot(NOON + n * QUARTER + timedelta(seconds=4))
            snap_without_slot(NOON + n * QUARTER + timedelta(seconds=4))
        elif n % 3 == 1:
            snap_without_slot(NOON + n * QUARTER + timedelta(minutes=3))
    return list(MonitoringSnapshot.objects.order_by("-created_at", "-id").values_list("id", flat=True))


def list_ids(page: Page[Record]) -> list[int]:
    return [record["id"] for record in page.rows]


@pytest.mark.parametrize("limit", [1, 2, 5, 23, 24, 25])
def test_the_pages_hold_every_snapshot_once_in_both_directions(past: list[int], limit: int) -> None:
    pages = [load_history_page(limit=limit)]
    while pages[-1].older and len(pages) <= len(past):
        pages.append(load_history_page(limit=limit, position=pages[-1].older))
    assert [number for page in pages for number in list_ids(page)] == past
    back = [pages[-1]]
    while back[-1].newer and len(back) <= len(past):
        back.append(load_history_page(limit=limit, position=back[-1].newer))
    assert [list_ids(page) for page in reversed(back)] == [list_ids(page) for page in pages]


def test_the_first_page_is_the_history_of_version_1(past: list[int]) -> None:
    assert load_history_page(limit=7).rows == list_records(limit=7)
    assert load_history_page(limit=7).newer is None


def test_snapshots_that_arrive_meanwhile_move_no_page(past: list[int]) -> None:
    seen, page = [], load_history_page(limit=5)
    for n in range(100):
        seen += list_ids(page)
        if page.older is None:
            break
        snap(NOON + timedelta(days=1) + n * QUARTER)
        page = load_history_page(limit=5, position=page.older)
    assert seen == past


def test_what_arrived_meanwhile_comes_before_the_first_page(past: list[int]) -> None:
    second = load_history_page(limit=20, position=load_history_page(limit=2).older)
    new = snap(NOON + timedelta(days=1))
    assert second.newer
    first = load_history_page(limit=2, position=second.newer)
    assert list_ids(first) == past[:2]
    assert first.newer
    assert list_ids(load_history_page(limit=2, position=first.newer)) == [new.pk]


def test_a_page_of_snapshots_that_are_gone_is_the_last(past: list[int]) -> None:
    position = load_history_page(limit=20).older
    MonitoringSnapshot.objects.filter(pk__in=past[20:]).delete()
    page = load_history_page(limit=20, position=position)
    assert (page.rows, page.older, page.newer) == ([], None, None)


def test_a_range_bounds_the_pages(past: list[int], api: Client) -> None:
    query: dict[str, Any] = {"start": "2026-03-01T12:30:00Z", "end": "2026-03-01T16:15:00+03:00", "limit": 4}
    first = api.get(PATH, query).json()
    second = api.get(PATH, query | {"cursor": first["next"]}).json()
    assert [item["slot"] for item in first["items"]] == [None, "2026-03-01T13:00:00Z", None, None]
    assert [item["slot"] for item in second["items"]] == ["2026-03-01T12:45:00Z", "2026-03-01T12:30:00Z"]
    assert second["next"] is None


def test_a_business_day_bounds_the_pages(api: Client) -> None:
    first = NOON.replace(hour=20, minute=45)
    made = [snap(first + n * QUARTER, late=timedelta(0)) for n in range(98)]
    query: dict[str, Any] = {"start": "2026-03-02", "end": "2026-03-02", "limit": 365}
    items = api.get(PATH, query).json()["items"]
    assert [item["id"] for item in reversed(items)] == [snapshot.pk for snapshot in made[1:97]]


def test_cursors_lead_through_the_api(past: list[int], api: Client) -> None:
    seen: list[int] = []
    query: dict[str, Any] = {"limit": 7}
    for _ in past:
        body = api.get(PATH, query).json()
        seen += [item["id"] for item in body["items"]]
        if body["next"] is None:
            break
        query = {"limit": 7, "cursor": body["next"]}
    assert seen == past
    back = api.get(PATH, {"limit": 7, "cursor": body["previous"]}).json()
    assert [item["id"] for item in back["items"]] == past[14:21]


def test_without_history_there_is_one_empty_page(api: Client) -> None:
    body = api.get(PATH).json()
    assert body.pop("freshness")["state"] == "never"
    assert body == {"items": [], "next": None, "previous": None}


def forge(cursor: str) -> list[str]:
    payload, signature = cursor.rsplit(".", 1)
    return [
        payload,
        f"{payload}.{signature[:-1]}",
        f"{payload[:-1]}.{signature}",
        f"x{cursor}",
        cursor.swapcase(),
        Signer(salt="another", sep=".").sign_object([0, 0, "older"]),
    ]


def test_a_cursor_that_we_did_not_write_is_refused(past: list[int], api: Client) -> None:
    cursor = api.get(PATH, {"limit": 3}).json()["next"]
    for other in ["1", "\x00", "é.é", "..", "a" * 5000, *forge(cursor)]:
        body = assert_problem(api.get(PATH, {"cursor": other}), 400, "invalid_input", fields={"cursor"})
        assert "`next` or `previous`" in body["detail"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start": "2026-03-02", "end": "2026-03-01"}, "start"),
        ({"start": "2026-03-01T00:00:00Z", "end": "2026-03-01T00:00:00Z"}, "start"),
        ({"end": "2026-03-01T00:00:00"}, "end"),
        ({"start": "yesterday"}, "start"),
    ],
)
def test_a_range_that_is_none_is_refused(api: Client, query: dict[str, Any], field: str) -> None:
    assert_problem(api.get(PATH, query), 400, "invalid_input", fields={field})
