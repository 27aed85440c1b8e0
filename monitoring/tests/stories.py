"""Snapshots with their facts, told by a made-up shop."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitoring.domain.facts import AccountRow, Facts, sum_metrics
from monitoring.models import MonitoringSnapshot
from monitoring.selectors.facts import load_current_facts
from monitoring.services.facts import store_facts
from monitoring.tests.past import snap
from planning_core.domain.facts import build_planning_facts
from planning_core.domain.portfolio import compute_classic_portfolio
from planning_core.models import Article, BundleType
from planning_core.tests.catalogue import NSK, TODAY, Catalogue, Policy, build_inputs

SINGLE = 1


def make_shop(stock: Mapping[int, int], **policies: Any) -> Catalogue:
    """Return articles that sell two singles a day: the stock of each by its id, of one size and colour.

    What sells two a day and has no stock at Wildberries needs 120 for 60 days. Eighty last 40 days.
    """
    articles = list(stock)
    return Catalogue(
        policies=dict.fromkeys(articles, Policy(**policies)),
        skus=[(article, article, 1, 1) for article in articles],
        balances={(article, NSK): pieces for article, pieces in stock.items()},
        recipes=[(article, SINGLE, 1) for article in articles],
        listings=[(article, article, SINGLE, 1) for article in articles],
        sales={(article, TODAY - day): 2 for article in articles for day in range(30)},
    )


def make_names(*articles: int) -> None:
    """Store the rows that the facts are about, under the ids that they have in the shop."""
    BundleType.objects.create(pk=SINGLE, code="single", name="Single")
    Article.objects.bulk_create(Article(pk=article, code=f"A{article}") for article in articles)


def tell(slot: datetime, shop: Catalogue, *, accounts: Sequence[AccountRow] = (), **values: Any) -> MonitoringSnapshot:
    """Store the snapshot of a slot, later than all others, with its facts."""
    facts = Facts(build_planning_facts(compute_classic_portfolio(build_inputs(shop))), accounts)
    store_facts(facts, slot=slot, before=load_current_facts())
    metrics: Mapping[str, Any] = sum_metrics(facts)
    return snap(slot, facts_hash=facts.hash, **metrics, **values)
