"""Facts are stored as changes, and every slot can be read back exactly, replayed and summed up."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.models import WbAccount
from monitoring.domain.facts import AccountRow, Facts, replay, sum_metrics
from monitoring.models import BundleFact, MonitoringSnapshot
from monitoring.selectors.facts import Part, load_current_facts, load_facts
from monitoring.services.capture import capture_snapshot
from monitoring.services.facts import store_facts
from monitoring.tests.company import EXPECTED_VALUES, make_articles
from monitoring.tests.recapture import FACT_MODELS, recapture
from monitoring.tests.rivals import fetch_value
from planning_core.domain.fact_hashes import hash_facts
from planning_core.domain.facts import build_planning_facts
from planning_core.domain.portfolio import compute_classic_portfolio
from planning_core.models import Article, DataSource, PlanningSettings, StockBalance, SyncOrigin
from planning_core.services.source_syncs import record_source_syncs
from planning_core.tests.catalogue import Catalogue, Policy, build_inputs
from planning_core.tests.strategies import catalogues
from supplybrain.clock import get_business_date

FIRST_SLOT = datetime(2026, 1, 5, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def count_facts() -> list[int]:
    return [model._default_manager.count() for model in FACT_MODELS]


def slot_of(snapshot: MonitoringSnapshot) -> datetime:
    assert snapshot.slot is not None
    return snapshot.slot


@pytest.mark.django_db(transaction=True)
def test_a_capture_stores_what_its_metrics_are_the_sums_of(company: None) -> None:
    now = fetch_value("SELECT date_trunc('second', now())")
    record_source_syncs(sources=[DataSource.SALES, DataSource.WB_STOCK], at=now, origin=SyncOrigin.DEMO)
    capture_snapshot(trigger="test")
    snapshot = MonitoringSnapshot.objects.get()
    facts = load_facts(slot=slot_of(snapshot))
    assert sum_metrics(facts) == EXPECTED_VALUES
    assert facts.hash == replay(facts).hash == snapshot.facts_hash
    assert len(snapshot.settings_hash) == 32
    assert snapshot.code_version
    assert snapshot.sources["sales"] == snapshot.sources["wb_stock"] == now.isoformat()
    assert snapshot.sources["prices"] is None
    assert {(account.name, account.last_good_sync_at) for account in facts.accounts} == {
        ("Shop", now),
        ("Old shop", None),  # switched off: nothing comes
        ("Books", None),  # nothing ever came
    }


@pytest.mark.django_db(transaction=True)
def test_only_what_changed_is_written(company: None) -> None:
    make_articles(4, as_of=get_business_date(), first=2)
    capture_snapshot(trigger="test")
    assert count_facts() == [5, 5, 5, 3]
    recapture()
    assert count_facts() == [5, 5, 5, 3]
    StockBalance.objects.filter(sku__article__code="ART-2").update(quantity=400)
    latest = recapture()
    assert count_facts() == [6, 5, 5, 3]
    ended = BundleFact.objects.exclude(valid_to_slot=None).get()
    assert (ended.potential, ended.valid_to_slot) == (10, latest.slot)
    PlanningSettings.objects.filter(article__code="ART-3").update(is_active=False)
    PlanningSettings.objects.filter(article__code="ART-4").update(strictness=2)
    WbAccount.objects.filter(name="Shop").update(name="Store")
    recapture()
    # ART-3 left, ART-4 has another policy and order; a strictness is no input of risk
    assert count_facts() == [6, 6, 6, 4]
    for snapshot in MonitoringSnapshot.objects.all():
        facts = load_facts(slot=slot_of(snapshot))
        assert facts.hash == replay(facts).hash == snapshot.facts_hash
        assert sum_metrics(facts) == {name: getattr(snapshot, name) for name in EXPECTED_VALUES}


@pytest.mark.django_db(transaction=True)
def test_a_slot_whose_snapshot_was_deleted_is_captured_anew(company: None) -> None:
    capture_snapshot(trigger="test")
    MonitoringSnapshot.objects.all().delete()
    Article.objects.update(code="RENAMED")
    PlanningSettings.objects.update(safety_stock_days=1)
    capture_snapshot(trigger="test")
    snapshot = MonitoringSnapshot.objects.get()
    facts = load_facts(slot=slot_of(snapshot))
    assert facts.hash == snapshot.facts_hash
    assert facts.planning.policies.code == ["RENAMED"]
    assert count_facts() == [1, 1, 1, 3]


@pytest.mark.django_db(transaction=True)
def test_a_slot_before_one_that_is_filled_gets_no_facts_and_spoils_none(company: None) -> None:
    capture_snapshot(trigger="test")
    hour = timedelta(hours=1)
    MonitoringSnapshot.objects.update(slot=MonitoringSnapshot.objects.get().slot + hour)  # type: ignore[operator]
    before = count_facts()
    PlanningSettings.objects.update(safety_stock_days=1)
    capture_snapshot(trigger="test")
    earlier, later = MonitoringSnapshot.objects.order_by("slot")
    assert (earlier.facts_hash, later.facts_hash != "") == ("", True)
    assert count_facts() == before


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(catalogues(), min_size=2, max_size=5), st.data())
def test_any_history_is_read_back_exactly(shops: list[Catalogue], data: st.DataObject) -> None:
    for model in FACT_MODELS:
        model._default_manager.all().delete()
    stored: dict[datetime, Facts] = {}
    for place, shop in enumerate(shops):
        planning = build_planning_facts(compute_classic_portfolio(build_inputs(shop)))
        accounts = data.draw(st.lists(st.sampled_from(ACCOUNTS), unique_by=lambda account: account.key))
        facts = Facts(planning, accounts)
        slot = FIRST_SLOT + place * QUARTER
        store_facts(facts, slot=slot, before=load_current_facts())
        stored[slot] = facts
    for slot, facts in stored.items():
        assert load_facts(slot=slot).hash == facts.hash
        assert load_facts(slot=slot + timedelta(minutes=14)).hash == facts.hash
        assert replay(load_facts(slot=slot)).hash == facts.hash


ACCOUNTS = [
    AccountRow("wb", 1, "Shop", is_active, synced_at) for is_active in (True, False) for synced_at in (None, FIRST_SLOT)
] + [AccountRow("ms", 1, "Книги", True, None)]  # noqa: FBT003  (a row)


@pytest.mark.django_db
def test_parts_of_the_facts_are_read_in_one_statement_each(company_facts: Facts) -> None:
    for parts in ([Part.BUNDLES], [Part.BUNDLES, Part.NAMES], [Part.ORDERS, Part.POLICIES], list(Part)):
        with CaptureQueriesContext(connection) as queries:
            facts = load_facts(slot=FIRST_SLOT, parts=parts)
        assert len(queries) == 1
        assert len(facts.planning.bundles.level) == (2 if Part.BUNDLES in parts else 0)
        assert len(facts.planning.orders.units) == (2 if Part.ORDERS in parts else 0)
        assert facts.planning.policies.code == ([] if parts == [Part.BUNDLES] else company_facts.planning.policies.code)
    assert hash_facts(facts.planning) == hash_facts(company_facts.planning)


@pytest.fixture
def company_facts() -> Facts:
    """The facts of two articles, stored."""
    shop = Catalogue(
        policies={1: Policy(), 2: Policy(strictness=np.nextafter(1.0, 2.0))},
        skus=[(1, 1, 1, 1), (2, 2, 1, 1), (3, 2, 2, 1)],
        recipes=[(1, 1, 1), (2, 1, 1)],
        color_minimums={(2, 1): 70},
    )
    facts = Facts(build_planning_facts(compute_classic_portfolio(build_inputs(shop))), [])
    store_facts(facts, slot=FIRST_SLOT, before=load_current_facts())
    return facts


@pytest.mark.django_db
def test_a_strictness_of_minus_zero_is_read_back_as_the_zero_that_it_is() -> None:
    shop = Catalogue(policies={1: Policy(strictness=-0.0)}, skus=[(1, 1, 1, 1)], recipes=[(1, 1, 1)])
    facts = Facts(build_planning_facts(compute_classic_portfolio(build_inputs(shop))), [])
    store_facts(facts, slot=FIRST_SLOT, before=load_current_facts())
    assert load_facts(slot=FIRST_SLOT).hash == facts.hash
