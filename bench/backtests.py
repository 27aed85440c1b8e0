"""Backtests of rules over the stored snapshots: the service and its parts, the endpoint, and the page of a rule."""

from dataclasses import dataclass
from http import HTTPStatus
from statistics import median
from typing import Any

import numpy as np
from django.contrib.auth.models import User
from django.test import Client

from bench.generate import generate_gaps
from bench.statements import list_statements
from bench.timing import time_call, time_side_by_side
from monitoring.domain.alerting.machine import Terms, Track, advance
from monitoring.domain.alerting.past import Past
from monitoring.domain.alerting.readings import Condition
from monitoring.models import AlertRule
from monitoring.selectors.clock import get_database_clock
from monitoring.services.interval import get_interval
from monitoring.services.rule_backtest import MetricPast, RuleTerms, backtest_rule, load_pasts

METRIC = "risk_critical"
ONE_IN = 50  # slots become gaps


@dataclass(frozen=True)
class Trial:
    """Terms that are measured, and what they are like."""

    name: str
    terms: RuleTerms


def measure_backtests(*, days: int, repeats: int) -> dict[str, Any]:
    """Return how long backtests over so many days take, by terms, and what endpoint and page make of it."""
    generate_gaps(every=ONE_IN)
    slot = get_database_clock(interval=get_interval()).slot

    def load() -> MetricPast:
        return load_pasts(metrics=[METRIC], slot=slot, days=days)[METRIC]

    past = load()
    return {
        "days": days,
        "slots": len(past.history),
        "load_seconds": median(time_call(load) for _ in range(repeats)),
        "rows": [_measure(trial, past, repeats) for trial in _list_trials(past)],
        "pages": _measure_pages(days, repeats),
    }


def _list_trials(past: MetricPast) -> list[Trial]:
    values = past.history.values[past.history.is_known]
    middle, high = (int(np.quantile(values, share)) for share in (0.5, 0.99))
    return [
        Trial("never fires", _above(int(values.max()))),
        Trial("fires rarely, with hysteresis", _above(high, middle, pending=2, recover=4)),
        Trial("comes and goes all the time", _above(middle)),
    ]


def _above(threshold: int, recovery: int | None = None, *, pending: int = 1, recover: int = 1) -> RuleTerms:
    return RuleTerms(
        metric=METRIC,
        condition=Condition("above", threshold, recovery),
        terms=Terms(pending, recover),
        severity="warning",
    )


def _measure(trial: Trial, past: MetricPast, repeats: int) -> dict[str, Any]:
    seen = past.read(trial.terms.condition)
    found = backtest_rule(past=past, terms=trial.terms)
    ours, stepped = time_side_by_side(
        [lambda: backtest_rule(past=past, terms=trial.terms), lambda: _step_through(seen, trial.terms)], repeats=repeats
    )
    return {
        "name": trial.name,
        "episodes": found.figures.episodes,
        "transitions": len(found.replay.changes),
        "seconds": median(ours),
        "stepped_seconds": median(stepped),
    }


def _step_through(seen: Past, terms: RuleTerms) -> Track:
    """Do the same slot by slot."""
    track = Track()
    for row in range(len(seen)):
        track = advance(track, seen.observe(row), terms.terms).track
    return track


def _measure_pages(days: int, repeats: int) -> list[dict[str, Any]]:
    rule = AlertRule.objects.filter(metric=METRIC).order_by("id")[0]
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create_superuser("bench-backtests"))
    endpoint = f"/api/v1/planning/monitoring/alert-rules/{rule.pk}/backtest"
    page = f"/admin/monitoring/alertrule/{rule.pk}/change/"
    body = {"days": days, "overrides": {"threshold_value": rule.threshold_value + 1}}

    def answer() -> int:
        return _check(client.post(endpoint, body, "application/json"))

    def show() -> int:
        return _check(client.get(page, {"threshold_value": rule.threshold_value + 1}))

    works = {
        "`POST /alert-rules/{id}/backtest`, two sets of terms": answer,
        "page of a rule that tries other terms": show,
    }
    return [
        {
            "name": name,
            "bytes": work(),  # fills caches of the process
            "statements": len(list_statements(work)),
            "seconds": median(time_call(work) for _ in range(repeats)),
        }
        for name, work in works.items()
    ]


def _check(response: Any) -> int:
    if response.status_code != HTTPStatus.OK:
        raise RuntimeError(f"A backtest answered {response.status_code}: {response.content[:300]!r}")
    return len(response.content)
