"""The selector reads from PostgreSQL what the domain needs, in a fixed number of statements."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning_core.domain.portfolio import Portfolio, compute_classic_portfolio
from planning_core.selectors.inputs import load_planning_inputs
from planning_core.services.portfolio import compute_portfolio
from planning_core.tests.catalogue import NSK, TODAY, Catalogue, Policy, build_inputs
from planning_core.tests.store import store
from planning_core.tests.strategies import catalogues

pytestmark = pytest.mark.django_db

AS_OF = date.fromordinal(TODAY)


def list_everything(portfolio: Portfolio) -> list[object]:
    risks = [replace(e, bundle_type_name="", article_code="") for e in portfolio.entries]
    lines = portfolio.orders.lines
    skus = zip(portfolio.inputs.skus.id[lines.sku].tolist(), lines.quantity.tolist(), strict=True)
    demands = [values.tolist() for values in vars(portfolio.demands).values()]
    finals = [[r.final_order_qty for r in item.reasons] for item in portfolio.order_explanations]
    return [risks, sorted(skus), demands, finals, [e.article_code for e in portfolio.order_explanations]]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    catalogues(),
    st.integers(TODAY - 120, TODAY + 120),
    st.one_of(st.none(), st.lists(st.integers(1, 6), max_size=6)),
)
def test_the_database_gives_what_the_rows_say(
    catalogue: Catalogue, target_day: int, article_ids: list[int] | None
) -> None:
    wanted = compute_classic_portfolio(build_inputs(catalogue, target_day=target_day, article_ids=article_ids))
    with transaction.atomic():
        store(catalogue)
        got = compute_portfolio(as_of=date.fromordinal(target_day), article_ids=article_ids)
        transaction.set_rollback(True)  # the next example starts from an empty database
    assert list_everything(got) == list_everything(wanted)


def many_articles(number: int) -> Catalogue:
    """Return articles with everything that a run reads: two codes each, one that sold lately and one long ago."""
    ids = range(1, number + 1)
    return Catalogue(
        policies=dict.fromkeys(ids, Policy(strictness=1.5)),
        skus=[(100 * i + size, i, 1, size) for i in ids for size in (1, 2)],
        balances={(100 * i + size, NSK): 5 for i in ids for size in (1, 2)},
        recipes=[(i, 1, 1) for i in ids],
        listings=[(i, 100 * i + kind, kind, 1) for i in ids for kind in (1, 2)],
        sales={(100 * i + 1, TODAY - ago): 3 for i in ids for ago in range(30)}
        | {(100 * i + 2, TODAY - 500): 1 for i in ids},
        wb_stock={(100 * i + 1, 1): 50 for i in ids},
        color_minimums={(i, 1): 10 for i in ids},
        elastic_minimums=[(i, i, 1, 20) for i in ids],
    )


def count_statements(articles: int) -> int:
    store(many_articles(articles))
    with CaptureQueriesContext(connection) as statements:
        portfolio = compute_portfolio(as_of=AS_OF)
    assert len(portfolio.entries) == 2 * articles
    assert portfolio.risk_counts["no_data"] == 0, "codes that sold long ago are judged by what they sold then"
    return len(statements)


@pytest.mark.parametrize("articles", [1, 50])
def test_a_run_takes_three_statements_whatever_the_number_of_articles(articles: int) -> None:
    # all tables but the sales, sales of the last days, sales of the codes that stopped before
    assert count_statements(articles) == 3


def test_an_empty_database_takes_no_fewer_statements() -> None:
    with CaptureQueriesContext(connection) as statements:
        portfolio = compute_portfolio(as_of=AS_OF)
    assert (portfolio.entries, portfolio.total_final_order_qty, len(statements)) == ([], 0, 3)


def test_explicit_ids_are_taken_once_unknown_ones_dropped_and_inactive_ones_included() -> None:
    catalogue = many_articles(3)
    catalogue.policies[2] = Policy(is_active=False)
    store(catalogue)
    portfolio = compute_portfolio(as_of=AS_OF, article_ids=[3, 2, 3, 999_999])
    assert [(item.article_id, bool(item.reasons)) for item in portfolio.order_explanations] == [(2, False), (3, True)]
    assert {entry.article_id for entry in portfolio.entries} == {2, 3}


def test_no_explicit_ids_are_not_all_articles() -> None:
    store(many_articles(1))
    assert compute_portfolio(as_of=AS_OF, article_ids=[]).entries == []


def test_a_long_window_reaches_across_portions_of_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = many_articles(5)
    catalogue.sales |= {(code, TODAY - 300): 7 for code in (101, 201, 301)}
    store(catalogue)
    monkeypatch.setattr("planning_core.selectors.columns.PORTION_ROWS", 2)
    got = load_planning_inputs(target_date=AS_OF, window_days=365).wb_skus.sales
    wanted = build_inputs(catalogue, window_days=365).wb_skus.sales
    for name, values in vars(wanted).items():
        assert np.array_equal(getattr(got, name), values), name


@pytest.mark.parametrize("as_of", [date.min, date.max])
def test_the_ends_of_the_calendar_are_days_like_any_other(as_of: date) -> None:
    store(many_articles(1))
    portfolio = compute_portfolio(as_of=as_of)
    assert (len(portfolio.entries), portfolio.demands.units.tolist()) == (2, [0])


def test_names_fall_back_to_codes() -> None:
    store(many_articles(1))
    labels = load_planning_inputs(target_date=AS_OF).labels
    assert (labels.bundle_type_names[1], labels.elastic_type_names[1]) == ("Bundle 1", "E1")
    assert (labels.color_codes, labels.size_labels[2]) == ({1: "C1"}, "S2")
