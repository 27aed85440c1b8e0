"""Ranges over REST: what may be left out, what is refused and with which remedy, and what version 1 still gets."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from monitoring.domain.metrics import METRIC_NAMES
from monitoring.selectors.clock import get_current_slot
from monitoring.tests.past import NOON, QUARTER, note_gap, snap
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

PATH = "/api/v1/planning/monitoring/timeseries"
HOUR = {"start": "2026-03-01T12:00:00Z", "end": "2026-03-01T13:00:00Z"}


def ask(api: Client, metrics: Any = "risk_ok", **query: Any) -> Any:
    answer = api.get(PATH, {"metrics": metrics, **query})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_range_has_its_buckets_and_the_reason_of_every_hole(api: Client) -> None:
    snap(NOON, risk_ok=5, risk_warning=1)
    note_gap(NOON + QUARTER, "lock_held")
    snap(NOON + 3 * QUARTER, risk_ok=None, risk_warning=2)
    assert ask(api, **HOUR, metrics=["risk_ok", "risk_warning", "risk_ok"]) == {
        "items": [
            {
                "metric": "risk_ok",
                "points": [
                    {"timestamp": "2026-03-01T12:00:00Z", "value": 5},
                    {"timestamp": "2026-03-01T12:15:00Z", "value": None, "reason": "lock_held"},
                    {"timestamp": "2026-03-01T12:30:00Z", "value": None, "reason": "unexplained"},
                    {"timestamp": "2026-03-01T12:45:00Z", "value": None, "reason": "metric_unknown"},
                ],
            },
            {
                "metric": "risk_warning",
                "points": [
                    {"timestamp": "2026-03-01T12:00:00Z", "value": 1},
                    {"timestamp": "2026-03-01T12:15:00Z", "value": None, "reason": "lock_held"},
                    {"timestamp": "2026-03-01T12:30:00Z", "value": None, "reason": "unexplained"},
                    {"timestamp": "2026-03-01T12:45:00Z", "value": 2},
                ],
            },
        ],
        "start": "2026-03-01T12:00:00Z",
        "end": "2026-03-01T13:00:00Z",
        "step_seconds": 900,
        "agg": "last",
    }


@pytest.mark.parametrize(("agg", "value"), [("last", 3), ("min", 1), ("max", 8)])
def test_the_aggregation_is_the_one_asked_for(api: Client, agg: str, value: int) -> None:
    for n, ok in enumerate((1, 8, 3)):
        snap(NOON + n * QUARTER, risk_ok=ok)
    body = ask(api, **HOUR, step="1h", agg=agg)
    assert (body["items"][0]["points"], body["agg"]) == ([{"timestamp": "2026-03-01T12:00:00Z", "value": value}], agg)


@pytest.mark.parametrize("step", ["3600", "3600s", "60m", "1h"])
def test_a_step_is_seconds_or_has_a_unit(api: Client, step: str) -> None:
    assert ask(api, **HOUR, step=step)["step_seconds"] == 3600


def test_a_week_begins_on_monday_in_moscow(api: Client) -> None:
    body = ask(api, start="2026-11-20", end="2026-11-20", step="1w")
    assert (body["start"], body["end"]) == ("2026-11-15T21:00:00Z", "2026-11-22T21:00:00Z")


def test_what_is_left_out_is_the_last_day_up_to_the_running_slot(api: Client) -> None:
    body = ask(api, agg="last")
    running = get_current_slot(interval=QUARTER).slot
    points = body["items"][0]["points"]
    assert datetime.fromisoformat(body["end"]) in {running + QUARTER, running}  # the slot may have ended just now
    assert datetime.fromisoformat(body["end"]) - datetime.fromisoformat(body["start"]) == timedelta(days=1)
    assert (len(points), body["step_seconds"]) == (96, 900)
    assert {point["reason"] for point in points[:-2]} == {"not_recorded"}
    assert points[-1]["reason"] == "pending"


def test_days_are_whole_at_both_ends(api: Client) -> None:
    body = ask(api, start="2026-03-01", end="2026-03-03", step="1d")
    assert [point["timestamp"] for point in body["items"][0]["points"]] == [
        "2026-02-28T21:00:00Z",
        "2026-03-01T21:00:00Z",
        "2026-03-02T21:00:00Z",
    ]
    assert body["end"] == "2026-03-03T21:00:00Z"


def test_only_an_end_means_the_day_before_it(api: Client) -> None:
    body = ask(api, end="2026-03-01T12:00:00.5+03:00", step="1h")
    assert (body["start"], body["end"]) == ("2026-02-28T09:00:00Z", "2026-03-01T10:00:00Z")


def test_the_parameters_of_version_1_answer_as_before(api: Client) -> None:
    snap(NOON, risk_ok=5)
    note_gap(NOON + QUARTER, "failed")
    points = [{"timestamp": "2026-03-01T12:00:04Z", "value": 5}]
    for query in ({}, {"limit": 2}, {"start": "", "step": ""}):
        assert ask(api, **query) == {"items": [{"metric": "risk_ok", "points": points}]}


@pytest.mark.parametrize("name", ["start", "end", "step", "agg"])
def test_a_limit_does_not_go_with_a_range(api: Client, name: str) -> None:
    value = {"start": "2026-03-01", "end": "2026-03-01", "step": "1h", "agg": "max"}[name]
    query: dict[str, Any] = {"metrics": "risk_ok", "limit": 30, name: value}
    body = assert_problem(api.get(PATH, query), 400, "invalid_input", fields={"limit"})
    assert body["errors"][0]["code"] == "not_with_range"


@pytest.mark.parametrize(
    ("query", "field", "code", "remedy"),
    [
        ({"start": "2026-03-01T12:00:00"}, "start", "no_offset", "Add Z"),
        ({"start": "2026-03-01T12:00:00 03:00"}, "start", "lost_plus", "%2B"),
        ({"start": "1.3.2026"}, "start", "invalid", "2026-03-01"),
        ({"start": "20260301T120000Z"}, "start", "invalid", "2026-03-01"),
        ({"start": "2026-03-01T12:00Z"}, "start", "invalid", "2026-03-01"),
        ({"start": "2026-02-30"}, "start", "invalid", "2026-02-30"),
        ({"start": "2026-02-28T24:00:01Z"}, "start", "invalid", "24:00:01"),
        ({"start": "2026-03-01T00:00:00+25:00"}, "start", "invalid", "+25:00"),
        ({"start": "\x00"}, "start", "invalid", "2026-03-01"),
        ({"start": "٢٠٢٦-٠٣-٠١"}, "start", "invalid", "2026-03-01"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start", "invalid", "0001"),
        ({"start": "1970-12-31T00:00:00Z"}, "start", "out_of_range", "1971"),
        ({"end": "9999-12-31"}, "end", "invalid", "9999-12-31"),
        ({"end": "9999-12-30"}, "end", "out_of_range", "2199"),
        ({"start": "2026-03-02", "end": "2026-03-01"}, "start", "empty_range", "earlier start"),
        ({"start": "2026-03-01T00:00:00Z", "end": "2026-03-01T00:00:00Z"}, "start", "empty_range", "later end"),
        ({"start": "2100-01-01"}, "start", "empty_range", "earlier start"),
        ({"step": "often"}, "step", "invalid", "15m"),
        ({"step": "-1h"}, "step", "invalid", "15m"),
        ({"step": "1.5h"}, "step", "invalid", "15m"),
        ({"step": "1h30m"}, "step", "invalid", "15m"),
        ({"step": "٣h"}, "step", "invalid", "15m"),
        ({"step": "9999999999"}, "step", "invalid", "15m"),
        ({"step": "0"}, "step", "out_of_range", "366d"),
        ({"step": "999999999w"}, "step", "out_of_range", "366d"),
        ({"step": "20m"}, "step", "not_whole_slots", "30m"),
        ({"step": "1"}, "step", "not_whole_slots", "15m"),
        ({"agg": "mean"}, "agg", "invalid_choice", "last, min, max"),
        ({"metrics": "risk_awful", "step": "1h"}, "metrics", "unknown_metric", "risk_ok"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_remedy(
    api: Client, query: dict[str, str], field: str, code: str, remedy: str
) -> None:
    answer = api.get(PATH, {"metrics": "risk_ok", **query})
    body = assert_problem(answer, 400, "invalid_input", fields={field})
    assert body["errors"][0]["code"] == code
    assert remedy in body["errors"][0]["detail"]


def test_too_many_points_are_refused_with_the_smallest_step_that_fits(api: Client) -> None:
    query: dict[str, Any] = {"metrics": "risk_ok", "start": "2016-11-22T00:10:00Z", "end": "2026-11-22T00:00:00Z"}
    body = assert_problem(api.get(PATH, {**query, "step": "15m"}), 400, "invalid_input", fields={"step"})
    assert body["data"] == {
        "points": 350_592,
        "max_points": 11_000,
        "smallest_step": "8h",
        "smallest_step_seconds": 28_800,
    }
    assert "8h" in body["detail"]
    assert len(ask(api, **query, step=body["data"]["smallest_step_seconds"])["items"][0]["points"]) == 10_956
    assert_problem(api.get(PATH, {**query, "step": 28_800 - 900}), 400, fields={"step"})


def test_as_many_points_as_are_allowed(api: Client) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    query = {"start": start.isoformat(), "step": "15m"}
    body = ask(api, **query, end=(start + 11_000 * QUARTER).isoformat())
    assert len(body["items"][0]["points"]) == 11_000
    too_long = {"metrics": "risk_ok", **query, "end": (start + 11_001 * QUARTER).isoformat()}
    assert assert_problem(api.get(PATH, too_long), 400)["data"]["smallest_step"] == "30m"


def test_a_step_is_a_multiple_of_the_slots_that_are_set(api: Client, settings: Any) -> None:
    settings.MONITORING_INTERVAL_SECONDS = 3600
    assert ask(api, start="2026-03-01", end="2026-03-01")["step_seconds"] == 3600
    body = assert_problem(api.get(PATH, {"metrics": "risk_ok", "step": "90m"}), 400, fields={"step"})
    assert body["data"] == {"slot_seconds": 3600, "fitting_step": "2h"}


@pytest.mark.parametrize("name", METRIC_NAMES)
def test_every_metric_has_a_range(api: Client, name: str) -> None:
    values: dict[str, Any] = {name: 4}
    snap(NOON, **values)
    (series,) = ask(api, **HOUR, metrics=name, step="1h")["items"]
    assert series == {"metric": name, "points": [{"timestamp": "2026-03-01T12:00:00Z", "value": 4}]}
