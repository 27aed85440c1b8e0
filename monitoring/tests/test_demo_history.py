"""The demo company's past is explained to the last piece: every slot by its facts, every difference by its parts."""

import io
import random
from collections.abc import Iterator, Mapping
from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from monitoring.domain.causes import Cause
from monitoring.domain.diff import compare_facts, pair_facts
from monitoring.domain.facts import Facts, replay, sum_metrics
from monitoring.domain.metrics import METRIC_NAMES
from monitoring.models import BundleFact, MonitoringSnapshot
from monitoring.selectors.facts import load_facts

N_PAIRS = 10_000
N_EXPLAINED = 500

History = Mapping[datetime, tuple[MonitoringSnapshot, Facts]]

# one process: the company is seeded once
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo_history")]


@pytest.fixture(scope="module")
def history(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[History]:
    """Every slot of the demo company's week with its facts."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed_demo", "--articles=24", "--days=9", "--today=2026-03-02", stdout=io.StringIO())
        snapshots = MonitoringSnapshot.objects.order_by("slot")
        yield {one.slot: (one, load_facts(slot=one.slot)) for one in snapshots if one.slot}
        transaction.set_rollback(True)


def test_every_slot_replays_to_its_hash_and_sums_up_to_its_metrics(
    history: History,
) -> None:
    assert len(history) > 600
    for snapshot, facts in history.values():
        assert facts.hash == snapshot.facts_hash == replay(facts).hash
        assert sum_metrics(facts) == {name: getattr(snapshot, name) for name in METRIC_NAMES}


def test_ten_thousand_differences_have_no_residual(history: History) -> None:
    rng = random.Random(20260302)  # noqa: S311  (a draw, no secret)
    slots = list(history.values())
    moved = 0
    for _ in range(N_PAIRS):
        (base, before), (snapshot, after) = rng.choice(slots), rng.choice(slots)
        metric = rng.choice(METRIC_NAMES)
        delta = int(pair_facts(before, after, metric=metric).delta.sum())
        assert delta == getattr(snapshot, metric) - getattr(base, metric)
        moved += delta != 0
    assert moved > N_PAIRS // 10  # else nothing was tried


def test_the_causes_of_a_difference_share_all_of_it(history: History) -> None:
    rng = random.Random(20260303)  # noqa: S311  (a draw, no secret)
    slots = list(history.values())
    for _ in range(N_EXPLAINED):
        (base, before), (snapshot, after) = rng.choice(slots), rng.choice(slots)
        metric = rng.choice(METRIC_NAMES)
        diff = compare_facts(before, after, metric=metric, top=5)
        assert sum(cause.delta for cause in diff.causes) == diff.explained == diff.delta
        assert diff.delta == getattr(snapshot, metric) - getattr(base, metric)
        assert all(share.cause is not Cause.RULE_CHANGED for one in diff.contributors for share in one.causes)


def test_only_changes_are_stored(history: History) -> None:
    n_slots, per_slot = len(history), len(next(iter(history.values()))[1].planning.bundles.level)
    assert 0 < BundleFact.objects.count() < 0.5 * n_slots * per_slot
