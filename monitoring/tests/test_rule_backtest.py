"""The history that rules are backtested on, against the slow reading bucket by bucket."""

import random
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import GapReason, MonitoringGap, MonitoringRun, MonitoringSnapshot
from monitoring.selectors.clock import get_database_clock
from monitoring.selectors.timeseries import MissingReason, load_series
from monitoring.services.rule_backtest import Condition, MetricHistory, backtest_rule, load_history
from supplybrain.tests.rows import make_row

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)


@pytest.fixture
def slot() -> datetime:
    """The running slot."""
    return get_database_clock(interval=QUARTER).slot


def store(slot: datetime, value: int | None, *, has_slot: bool = True) -> None:
    values = dict.fromkeys(METRIC_NAMES, 0) | {"risk_critical": value}
    later = timedelta(seconds=7)
    make_row(MonitoringSnapshot, slot=slot if has_slot else None, created_at=slot + later, **values)


def list_reasons(history: MetricHistory) -> list[str | None]:
    return [history.reasons.get(place) for place in range(len(history))]


@pytest.mark.parametrize("seed", range(3))
def test_the_history_is_what_the_series_says_slot_by_slot(slot: datetime, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  (no secret)
    for at in range(60, 8, -1):
        what = rng.choice(["value", "value", "value", "gap", "nothing", "without slot"])
        if what in {"value", "without slot"}:
            store(slot - at * QUARTER, rng.randrange(9), has_slot=what == "value")
        elif what == "gap":
            make_row(MonitoringGap, slot=slot - at * QUARTER, reason=rng.choice(GapReason.values))
    store(slot - 8 * QUARTER, 4)  # nothing since: the run log says why
    make_row(MonitoringRun, slot=slot - 3 * QUARTER, state="failed")
    history = load_history(metric="risk_critical", slot=slot)
    series = load_series(metrics=["risk_critical"], start=history.start, end=slot, step=QUARTER)
    assert history.list_values() == series.series[0].values
    assert list_reasons(history) == series.series[0].reasons
    assert history.values[0] or history.is_known[0]


def test_the_running_slot_counts_once_it_has_its_snapshot(slot: datetime) -> None:
    store(slot - QUARTER, 1)
    assert load_history(metric="risk_critical", slot=slot).list_values() == [1]
    store(slot, 2)
    assert load_history(metric="risk_critical", slot=slot).list_values() == [1, 2]


def test_a_snapshot_older_than_the_metric_is_no_missed_slot(slot: datetime) -> None:
    for at, value in enumerate([3, None, 5]):
        store(slot - at * QUARTER, value)
    history = load_history(metric="risk_critical", slot=slot)
    assert history.list_values() == [5, None, 3]
    assert history.reasons == {1: MissingReason.METRIC_UNKNOWN}
    assert backtest_rule(history=history, condition=Condition("above", 2)).count == 1


def test_nothing_stored_is_an_empty_history(slot: datetime) -> None:
    history = load_history(metric="risk_critical", slot=slot)
    backtest = backtest_rule(history=history, condition=Condition("above", 2))
    assert (len(history), backtest.count, backtest.share, backtest.longest) == (0, 0, None, timedelta(0))


def test_slots_of_a_minute_are_judged_several_at_a_time(settings: Settings, slot: datetime) -> None:
    settings.MONITORING_INTERVAL_SECONDS = 60
    store(slot - timedelta(minutes=40), 3)
    store(slot, 5)
    history = load_history(metric="risk_critical", slot=slot)
    assert history.step == timedelta(minutes=13)
    assert history.current_value == 5
    assert 3 <= len(history) <= 5
