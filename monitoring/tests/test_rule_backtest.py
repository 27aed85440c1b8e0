"""The backtest of a rule: the past it is judged on, and that it tells what captures would have done."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from monitoring.domain.alerting.machine import Terms
from monitoring.domain.alerting.readings import Condition
from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import (
    AlertEpisode,
    AlertKind,
    AlertMessage,
    AlertRule,
    AlertTransition,
    GapReason,
    MonitoringGap,
    MonitoringRun,
    MonitoringSnapshot,
)
from monitoring.selectors.clock import get_database_clock
from monitoring.selectors.timeseries import MissingReason, load_series
from monitoring.services.evaluation import Evidence, evaluate_snapshot
from monitoring.services.metric_history import MOST_POINTS, MetricHistory
from monitoring.services.rule_backtest import (
    MOST_SLOTS,
    MetricPast,
    RuleTerms,
    backtest_rule,
    find_most_days,
    load_pasts,
    read_terms,
)
from supplybrain.tests.rows import make_row

pytestmark = pytest.mark.django_db

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
METRIC = "risk_critical"


@pytest.fixture
def slot() -> datetime:
    """The running slot."""
    return get_database_clock(interval=QUARTER).slot


def store(
    slot: datetime, value: int | None, *, has_slot: bool = True, sources: dict[str, Any] | None = None
) -> MonitoringSnapshot:
    values = dict.fromkeys(METRIC_NAMES, 0) | {METRIC: value}
    later = timedelta(seconds=7)
    row: MonitoringSnapshot = make_row(
        MonitoringSnapshot, slot=slot if has_slot else None, created_at=slot + later, sources=sources or {}, **values
    )
    return row


def load(slot: datetime, **options: Any) -> MetricPast:
    return load_pasts(metrics=[METRIC], slot=slot, **options)[METRIC]


def list_reasons(history: MetricHistory) -> list[str | None]:
    return [history.reasons.get(place) for place in range(len(history))]


def above(threshold: int, recovery: int | None = None, *, pending: int = 1, recover: int = 1) -> RuleTerms:
    condition = Condition("above", threshold, recovery)
    return RuleTerms(metric=METRIC, condition=condition, terms=Terms(pending, recover))


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
    past = load(slot)
    history = past.history
    series = load_series(metrics=[METRIC], start=history.start, end=slot, step=QUARTER)
    assert history.list_values() == series.series[0].values
    assert list_reasons(history) == series.series[0].reasons
    assert history.values[0] or history.is_known[0]
    assert past.is_captured.tolist() == history.is_known.tolist()


def test_the_running_slot_counts_once_it_has_its_snapshot(slot: datetime) -> None:
    store(slot - QUARTER, 1)
    assert load(slot).history.list_values() == [1]
    store(slot, 2)
    assert load(slot).history.list_values() == [1, 2]


def test_a_snapshot_in_the_last_moment_of_its_slot_belongs_to_that_slot(slot: datetime) -> None:
    row = store(slot, 2)
    MonitoringSnapshot.objects.filter(pk=row.pk).update(created_at=slot + QUARTER - timedelta(microseconds=1))
    assert load(slot).history.list_values() == [2]


def test_a_snapshot_older_than_the_metric_is_no_missed_slot(slot: datetime) -> None:
    for at, value in enumerate([3, None, None, None, 5]):
        store(slot - at * QUARTER, value)
    past = load(slot)
    assert past.history.list_values() == [5, None, None, None, 3]
    assert set(past.history.reasons.values()) == {MissingReason.METRIC_UNKNOWN.value}
    assert past.is_captured.all()
    assert backtest_rule(past=past, terms=above(2, pending=2)).figures.episodes == 1  # as missed slots it would not


def test_nothing_stored_is_an_empty_history(slot: datetime) -> None:
    backtest = backtest_rule(past=load(slot), terms=above(2))
    assert (len(backtest.history), backtest.share) == (0, None)
    assert (backtest.figures.episodes, backtest.figures.longest) == (0, timedelta(0))


@pytest.mark.parametrize("seed", range(4))
def test_a_backtest_tells_what_the_captures_did(settings: Settings, slot: datetime, seed: int) -> None:
    settings.ALERT_REMINDER_HOURS_WARNING, settings.SOURCE_MAX_AGE_HOURS = 1, 2
    rng = random.Random(seed)  # noqa: S311  (no secret)
    rule = AlertRule.objects.create(
        name="Risk",
        metric=METRIC,
        threshold_type=rng.choice(["above", "below"]),
        threshold_value=5,
        recovery_threshold=rng.choice([None, 5]),
        pending_slots=rng.randint(1, 3),
        recover_slots=rng.randint(1, 3),
        severity="warning",
    )
    last_good_at, value = slot - 90 * QUARTER, 5
    for at in range(90, 0, -1):
        if rng.random() < 0.1:
            continue  # a gap, or a longer one
        value = rng.choice([value, value, rng.randrange(4, 7), rng.randrange(11)])
        if rng.random() < 0.15:
            last_good_at = slot - at * QUARTER
        known = None if rng.random() < 0.05 else value
        row = store(slot - at * QUARTER, known, sources={"sales": last_good_at.isoformat(), "stray": None})
        evidence = Evidence(
            snapshot_id=row.pk,
            slot=slot - at * QUARTER,
            read_at=row.created_at,
            values={METRIC: known},
            sources={"sales": last_good_at},
        )
        evaluate_snapshot(evidence, interval=QUARTER)
    backtest = backtest_rule(past=load(slot), terms=read_terms(rule))
    assert_same_story(backtest, rule)


def assert_same_story(backtest: Any, rule: AlertRule) -> None:
    about = {"alert__kind": AlertKind.RULE, "alert__rule_id": rule.pk}
    fields = ("opened_slot", "fired_slot", "closed_slot", "peak_value", "peak_slot", "flap_count")
    stored = list(AlertEpisode.objects.filter(**about).order_by("id").values_list(*fields))
    assert [tuple(getattr(one, name) for name in fields) for one in backtest.replay.episodes] == stored
    transitions = AlertTransition.objects.filter(**about).order_by("id")
    changes = [(one.change.slot, one.change.to_state, one.change.reason) for one in backtest.replay.changes]
    assert changes == list(transitions.values_list("slot", "to_state", "reason"))
    messages = AlertMessage.objects.filter(**about)
    assert stored
    assert backtest.figures.messages == messages.filter(is_quiet=False).count()
    assert backtest.figures.kept_back == messages.filter(is_quiet=True).count()
    assert backtest.figures.reminders == messages.filter(is_quiet=False, kind="reminder").count()


def test_data_that_are_too_old_neither_open_nor_close(settings: Settings, slot: datetime) -> None:
    settings.SOURCE_MAX_AGE_HOURS = 1
    good = {"sales": (slot - 8 * QUARTER).isoformat()}
    fresh = {"sales": (slot - 2 * QUARTER).isoformat()}
    for at, value, sources in ((5, 9, good), (4, 9, good), (3, 0, good), (2, 0, fresh), (1, 9, fresh)):
        store(slot - at * QUARTER, value, sources=sources)
    past = load(slot)
    assert past.is_degraded.tolist() == [False, True, True, False, False]
    assert past.list_degraded() == [(slot - 4 * QUARTER, slot - 2 * QUARTER)]
    backtest = backtest_rule(past=past, terms=above(5))
    assert backtest.firing_spans == [(slot - 5 * QUARTER, slot - 2 * QUARTER), (slot - QUARTER, slot)]
    assert backtest.figures.unobserved == 2 * QUARTER


def test_the_figures_add_up(slot: datetime) -> None:
    values = [9, 9, 4, 9, 4, 4, None, 9, 4, 9, 9, 0, 0]
    for at, value in enumerate(reversed(values)):
        if value is not None:
            store(slot - at * QUARTER, value)
    backtest = backtest_rule(past=load(slot), terms=above(8, 4, pending=2, recover=2))
    figures = backtest.figures
    assert (figures.episodes, figures.flaps, figures.false_starts) == (2, 1, 1)
    assert backtest.firing_spans[0] == (slot - 11 * QUARTER, slot - 7 * QUARTER)
    assert (figures.firing, figures.longest) == (6 * QUARTER, 4 * QUARTER)
    assert backtest.share == pytest.approx(6 / 13)
    assert (figures.messages, figures.kept_back, figures.unobserved) == (4, 0, timedelta(0))
    assert [end - begin for begin, end in backtest.list_pending_spans()] == [QUARTER, QUARTER, QUARTER]
    assert backtest.state == "inactive"


def test_an_open_episode_lasts_until_the_last_slot_is_over(slot: datetime) -> None:
    store(slot - 2 * QUARTER, 9)
    store(slot - QUARTER, 9)
    backtest = backtest_rule(past=load(slot), terms=above(8))
    assert backtest.firing_spans == [(slot - 2 * QUARTER, slot)]
    assert backtest.replay.episodes[0].closed_slot is None


def test_short_slots_are_judged_each_and_drawn_several_at_a_time(settings: Settings, slot: datetime) -> None:
    settings.MONITORING_INTERVAL_SECONDS = 60
    store(slot - timedelta(days=10), 3)
    store(slot - timedelta(minutes=1), 9)
    store(slot, 5)
    past = load(slot)
    assert past.history.step == timedelta(minutes=1)
    assert backtest_rule(past=past, terms=above(8)).figures.episodes == 1
    drawn = past.history.thin()
    assert len(drawn) <= MOST_POINTS
    assert (drawn.step, drawn.current_value, drawn.start) == (timedelta(minutes=2), 5, past.history.start)
    assert drawn.thin() is drawn


def test_how_many_days_can_be_judged_depends_on_the_slots(settings: Settings) -> None:
    assert find_most_days() == 365
    settings.MONITORING_INTERVAL_SECONDS = 60
    assert find_most_days() == MOST_SLOTS // 1440 == 104
    settings.MONITORING_INTERVAL_SECONDS = 1
    assert find_most_days() == 1
