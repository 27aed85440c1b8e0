"""Silences over REST."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from monitoring.models import Silence
from monitoring.tests.alerts import make_rule
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

SILENCES = "/api/v1/planning/monitoring/silences"
LOGIN_STATEMENTS = 2  # session and user of a superuser, who needs no permissions
HOUR = timedelta(hours=1)


def send(api: Client, method: str, path: str, **body: Any) -> Any:
    return getattr(api, method)(path, body, "application/json")


def begin(api: Client, **values: Any) -> Any:
    given = {"metric": "risk_critical", "duration_minutes": 90, "reason": "Stocktaking"}
    return send(api, "post", SILENCES, **given | values)


def read_moment(text: str) -> datetime:
    moment = parse_datetime(text)
    assert moment
    return moment


def test_a_silence_of_a_metric_lasts_as_long_as_said(api: Client) -> None:
    answer = begin(api)
    body, row = answer.json(), Silence.objects.get()
    assert answer.status_code == 201
    assert abs(row.starts_at - timezone.now()) < timedelta(minutes=1)
    assert abs(read_moment(body["ends_at"]) - read_moment(body["starts_at"]) - 1.5 * HOUR) < timedelta(seconds=5)
    assert {name: body[name] for name in body if not name.endswith("_at")} == {
        "id": row.pk,
        "rule_id": None,
        "metric": "risk_critical",
        "is_active": True,
        "reason": "Stocktaking",
        "author_id": row.author_id,
        "author_name": "root",
    }
    assert api.get(f"{SILENCES}/{row.pk}").json() == body
    assert api.get(SILENCES).json() == {"items": [body], "next": None, "previous": None}


def test_a_silence_of_a_rule_can_wait_for_its_day(api: Client) -> None:
    rule = make_rule()
    body = begin(
        api, metric="", rule_id=rule.pk, starts_at="2031-03-01", ends_at="2031-03-02", duration_minutes=None
    ).json()
    assert body["errors"][0]["field"] == "duration_minutes"  # null is no number
    values = {"rule_id": rule.pk, "starts_at": "2031-03-01", "ends_at": "2031-03-02", "reason": "Holidays"}
    body = send(api, "post", SILENCES, **values).json()
    assert (body["rule_id"], body["metric"], body["is_active"]) == (rule.pk, "", False)
    # from the beginning of the first business day in Moscow to the end of the last one
    assert (body["starts_at"], body["ends_at"]) == ("2031-02-28T21:00:00Z", "2031-03-02T21:00:00Z")


def test_what_makes_no_sense_is_refused_by_name(api: Client) -> None:
    rule, past = make_rule(), (timezone.now() - HOUR).isoformat()
    for values, fields in (
        ({"metric": ""}, {"rule_id", "metric"}),
        ({"rule_id": rule.pk}, {"rule_id", "metric"}),
        ({"metric": "risk_awful"}, {"metric"}),
        ({"metric": "", "rule_id": 999_999}, {"rule_id"}),
        ({"metric": "", "rule_id": "many"}, {"rule_id"}),
        ({"duration_minutes": 0}, {"duration_minutes"}),
        ({"duration_minutes": 366 * 24 * 60 + 1}, {"duration_minutes"}),
        ({"ends_at": "2031-01-01"}, {"ends_at", "duration_minutes"}),
        ({"reason": ""}, {"reason"}),
        ({"reason": "x" * 501}, {"reason"}),
        ({"starts_at": 7}, {"starts_at"}),
        ({"starts_at": "2031-01-01T00:00:00"}, {"starts_at"}),
    ):
        assert_problem(begin(api, **values), 400, "invalid_input", fields=fields)
    no_ends: list[dict[str, Any]] = [
        {},
        {"ends_at": past},
        {"ends_at": {}},
        {"ends_at": "2190-01-01"},
        {"starts_at": "2031-01-02", "ends_at": "2031-01-01"},
    ]
    for wrong in no_ends:
        answer = send(api, "post", SILENCES, metric="risk_ok", reason="x", **wrong)
        assert_problem(answer, 400, "invalid_input", fields={"ends_at"})
    assert not Silence.objects.exists()


def test_a_silence_is_prolonged_and_explained(api: Client) -> None:
    path = f"{SILENCES}/{begin(api).json()['id']}"
    changed = send(api, "patch", path, duration_minutes=600, reason="Still counting").json()
    assert abs(read_moment(changed["ends_at"]) - timezone.now() - 10 * HOUR) < timedelta(minutes=1)
    assert changed["reason"] == "Still counting"
    assert send(api, "patch", path).json() == changed
    for name, value in (("rule_id", 1), ("metric", "risk_ok"), ("starts_at", "2031-01-01")):
        assert_problem(send(api, "patch", path, **{name: value}), 400, "invalid_input", fields={name})
    assert_problem(send(api, "patch", path, ends_at="2001-01-01"), 400, fields={"ends_at"})
    assert_problem(send(api, "patch", path, reason=""), 400, fields={"reason"})
    assert api.get(path).json() == changed


def test_a_silence_is_ended_now_by_either_way(api: Client) -> None:
    first, second = (begin(api).json()["id"] for _ in range(2))
    assert send(api, "delete", f"{SILENCES}/{first}").status_code == 204
    end = timezone.now() + timedelta(milliseconds=300)
    assert send(api, "patch", f"{SILENCES}/{second}", ends_at=end.isoformat()).status_code == 200
    Silence.objects.filter(pk=second).update(ends_at=timezone.now())
    assert [item["is_active"] for item in api.get(SILENCES).json()["items"]] == [False, False]
    assert send(api, "delete", f"{SILENCES}/{first}").status_code == 204
    assert_problem(send(api, "patch", f"{SILENCES}/{first}", duration_minutes=5), 409, "silence_over")


def test_silences_are_filtered_and_paged(api: Client) -> None:
    now = timezone.now()
    spans = {"over": (-2, -1), "active": (-1, 1), "coming": (1, 2)}
    ids = {
        name: Silence.objects.create(
            metric="risk_ok", starts_at=now + start * HOUR, ends_at=now + end * HOUR, reason=name
        ).pk
        for name, (start, end) in spans.items()
    }

    def find(query: str) -> list[int]:
        return [item["id"] for item in api.get(f"{SILENCES}?{query}").json()["items"]]

    assert find("") == [ids["coming"], ids["active"], ids["over"]]
    assert find("active=true") == [ids["active"]]
    assert find("active=false") == [ids["coming"], ids["over"]]
    first = api.get(f"{SILENCES}?limit=2").json()
    assert find(f"limit=2&cursor={first['next']}") == [ids["over"]]


def test_a_silence_that_is_not_there_is_not_found(api: Client) -> None:
    for method in ("get", "patch", "delete"):
        for unknown in ("1", str(2**63), "abc"):
            assert_problem(send(api, method, f"{SILENCES}/{unknown}"), 404, "not_found")


def test_a_page_of_silences_is_one_statement(api: Client) -> None:
    rule, now = make_rule(), timezone.now()
    Silence.objects.bulk_create(
        Silence(rule=rule, starts_at=now - n * HOUR, ends_at=now + HOUR, reason="x") for n in range(50)
    )
    for limit in (1, 50):
        with CaptureQueriesContext(connection) as queries:
            assert len(api.get(f"{SILENCES}?limit={limit}").json()["items"]) == limit
        assert len(queries) == LOGIN_STATEMENTS + 1
