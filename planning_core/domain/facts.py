"""Facts: the inputs and the results behind the numbers of a run, few enough to be kept for every run.

From the inputs the rules can be replayed (`planning_core.domain.replay`); the results sum up to the totals of the run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TypeVar

import numpy as np

from planning_core.domain.arrays import (
    FloatArray,
    IntArray,
    expand_ranges,
    find_group_starts,
    locate,
    rank_in_groups,
)
from planning_core.domain.bundle_risk import BundleRisks
from planning_core.domain.digests import digest_groups, digest_rows, digest_texts, shorten_digests
from planning_core.domain.health import find_dominant_constraints
from planning_core.domain.inputs import NO_ID, PlanningInputs
from planning_core.domain.orders import Orders
from planning_core.domain.portfolio import Portfolio
from planning_core.domain.reasons import CONSTRAINTS, OrderReasons

Rows = TypeVar("Rows", "BundleFacts", "OrderFacts")

NO_CONSTRAINT = -1
"""Stands for the constraint of an article of which nothing is ordered."""


@dataclass(frozen=True, eq=False)
class BundleFacts:
    """One row per article and bundle type, by article id, then bundle type id; shape (n_bundles,)."""

    article_id: IntArray
    bundle_type_id: IntArray
    wb_ready: IntArray
    potential: IntArray
    units: IntArray
    """Bundles sold in the window."""
    window_days: IntArray
    """Days from the first to the last row of the window, 0 without rows."""
    safety_stock_days: IntArray
    alert_threshold_days: IntArray
    mapping_digest: IntArray
    """Of the listings of the bundle, 32 bits."""
    recipe_digest: IntArray
    """Of the colours of the bundle, 32 bits."""
    level: IntArray
    """The result: place in RISK_LEVELS."""


@dataclass(frozen=True, eq=False)
class OrderFacts:
    """One row per article, by id: what changes from hour to hour; shape (n_articles,)."""

    article_id: IntArray
    units: IntArray
    """Units sold in the demand window."""
    sales_days: IntArray
    """Distinct days of the window that have a row."""
    wb_stock: IntArray
    mapping_digest: IntArray
    """Of the Wildberries codes of the article, 32 bits."""
    deficit: IntArray
    """From here on results: what is missing at Wildberries for the days to cover."""
    proposed: IntArray
    """Pieces before minimums."""
    final_quantity: IntArray
    """Pieces ordered."""
    constraint: IntArray
    """The most frequent constraint of its colours, a place in CONSTRAINTS; `NO_CONSTRAINT` where nothing is ordered."""


@dataclass(frozen=True, eq=False)
class PolicyFacts:
    """One row per article, by id: what people set, which changes now and then; shape (n_articles,).

    The last five fields list the colours that have a minimum, by article and colour id, and the SKUs, by article, size
    order and SKU id.
    """

    article_id: IntArray
    code: Sequence[str]
    target_coverage_days: IntArray
    """Days that an order should cover, its own or the default."""
    strictness: FloatArray
    min_fabric_batch: IntArray
    min_elastic_batch: IntArray
    elastic_type_id: IntArray
    """With the largest positive minimum of the article; `NO_ID` without one."""
    elastic_type_minimum: IntArray
    color_article: IntArray
    """Row of the article."""
    color_id: IntArray
    color_minimum: IntArray
    """0 without a positive one."""
    sku_article: IntArray
    """Row of the article."""
    sku_color_id: IntArray

    @cached_property
    def settings_digest(self) -> IntArray:
        """One number per article that changes when somebody sets something else, 64 bits."""
        colors = digest_groups(self.color_article, digest_rows(self.color_id, self.color_minimum), len(self.article_id))
        return digest_rows(
            self.target_coverage_days,
            (self.strictness + 0.0).view(np.int64),  # a zero is a zero, whatever its sign: JSON has no -0
            self.min_fabric_batch,
            self.min_elastic_batch,
            self.elastic_type_id,
            self.elastic_type_minimum,
            colors,
        )

    @cached_property
    def digest(self) -> IntArray:
        """One number per article that changes when anything of its row does, 64 bits."""
        rank = rank_in_groups(find_group_starts(self.sku_article), len(self.sku_article))
        layout = digest_groups(self.sku_article, digest_rows(rank, self.sku_color_id), len(self.article_id))
        return digest_rows(digest_texts(self.code), self.settings_digest, layout)

    def take(self, rows: IntArray) -> "PolicyFacts":
        """Return some of the rows, in another order if need be.

        Args:
            rows: Positions, each at most once.
        """
        colors, skus = (_take_details(article, rows) for article in (self.color_article, self.sku_article))
        new_row = np.zeros(len(self.article_id), dtype=np.int64)
        new_row[rows] = np.arange(len(rows))
        return PolicyFacts(
            article_id=self.article_id[rows],
            code=[self.code[row] for row in rows.tolist()],
            target_coverage_days=self.target_coverage_days[rows],
            strictness=self.strictness[rows],
            min_fabric_batch=self.min_fabric_batch[rows],
            min_elastic_batch=self.min_elastic_batch[rows],
            elastic_type_id=self.elastic_type_id[rows],
            elastic_type_minimum=self.elastic_type_minimum[rows],
            color_article=new_row[self.color_article[colors]],
            color_id=self.color_id[colors],
            color_minimum=self.color_minimum[colors],
            sku_article=new_row[self.sku_article[skus]],
            sku_color_id=self.sku_color_id[skus],
        )


@dataclass(frozen=True, eq=False)
class PlanningFacts:
    """The facts of a run. Orders and policies have the same articles."""

    bundles: BundleFacts
    orders: OrderFacts
    policies: PolicyFacts


def take_rows(facts: Rows, rows: IntArray) -> Rows:
    """Return some rows of bundle or order facts, in the order of the positions."""
    columns = {field.name: getattr(facts, field.name)[rows] for field in fields(facts)}
    return replace(facts, **columns)


def _take_details(article: IntArray, rows: IntArray) -> IntArray:
    """Return where the details of the articles at `rows` stand, one article's after the other's."""
    first = np.searchsorted(article, rows, side="left")
    return expand_ranges(first, np.searchsorted(article, rows, side="right") - first)


def build_planning_facts(portfolio: Portfolio) -> PlanningFacts:
    """Return the facts behind a run."""
    return PlanningFacts(
        bundles=_build_bundle_facts(portfolio.inputs, portfolio.risks),
        orders=_build_order_facts(portfolio),
        policies=_build_policy_facts(portfolio),
    )


def _build_bundle_facts(inputs: PlanningInputs, risks: BundleRisks) -> BundleFacts:
    listings, recipes = inputs.listings, inputs.recipes
    codes = digest_rows(inputs.wb_skus.id[listings.wb_sku], listings.size_id)
    return BundleFacts(
        article_id=inputs.articles.id[risks.article],
        bundle_type_id=risks.bundle_type_id,
        wb_ready=risks.wb_ready,
        potential=risks.potential,
        units=risks.units,
        window_days=risks.window_days,
        safety_stock_days=risks.safety_stock_days,
        alert_threshold_days=risks.alert_threshold_days,
        mapping_digest=_digest_bundles(risks, listings.article, listings.bundle_type_id, codes),
        recipe_digest=_digest_bundles(risks, recipes.article, recipes.bundle_type_id, digest_rows(recipes.color_id)),
        level=risks.level,
    )


def _digest_bundles(risks: BundleRisks, article: IntArray, bundle_type_id: IntArray, rows: IntArray) -> IntArray:
    """Return the digest of the rows that belong to each bundle of the risks."""
    bundle_type_ids = np.unique(risks.bundle_type_id)
    width = max(len(bundle_type_ids), 1)
    keys = risks.article * width + locate(bundle_type_ids, risks.bundle_type_id)[0]
    bundle_type, is_known = locate(bundle_type_ids, bundle_type_id)
    place, is_found = locate(keys, article * width + bundle_type)
    kept = is_known & is_found
    return shorten_digests(digest_groups(place[kept], rows[kept], len(keys)))


def _build_order_facts(portfolio: Portfolio) -> OrderFacts:
    inputs, demands = portfolio.inputs, portfolio.demands
    return OrderFacts(
        article_id=inputs.articles.id,
        units=demands.units,
        sales_days=demands.days,
        wb_stock=demands.stock,
        mapping_digest=shorten_digests(_digest_codes(inputs)),
        deficit=demands.deficit,
        proposed=portfolio.orders.plans.proposed,
        final_quantity=portfolio.final_order_qty,
        constraint=find_constraints(portfolio.orders, portfolio.reasons, len(inputs.articles.id)),
    )


def _digest_codes(inputs: PlanningInputs) -> IntArray:
    """Return the digest of each article's distinct Wildberries codes."""
    listings = inputs.listings
    order = np.lexsort((listings.wb_sku, listings.article))
    article, wb_sku = listings.article[order], listings.wb_sku[order]
    firsts = find_group_starts(article, wb_sku)
    rows = digest_rows(inputs.wb_skus.id[wb_sku[firsts]])
    return digest_groups(article[firsts], rows, len(inputs.articles.id))


def find_constraints(orders: Orders, reasons: OrderReasons, n_articles: int) -> IntArray:
    """Return each article's most frequent constraint as its place in CONSTRAINTS, `NO_CONSTRAINT` without an order."""
    names = find_dominant_constraints(orders.colors.article, reasons.constraint, n_articles)
    places: dict[str | None, int] = {None: NO_CONSTRAINT, **{name: place for place, name in enumerate(CONSTRAINTS)}}
    return np.array([places[name] for name in names], dtype=np.int64)


def _build_policy_facts(portfolio: Portfolio) -> PolicyFacts:
    inputs, plans = portfolio.inputs, portfolio.orders.plans
    articles, elastic = inputs.articles, inputs.elastic_minimums
    elastic_type_id = np.full(len(articles.id), NO_ID, dtype=np.int64)
    has_elastic = plans.elastic_row >= 0
    elastic_type_id[has_elastic] = elastic.elastic_type_id[plans.elastic_row[has_elastic]]
    color_article, color_id, color_minimum = _list_positive_color_minimums(inputs)
    skus = inputs.skus
    by_size = np.lexsort((skus.id, skus.size_order, skus.article))
    return PolicyFacts(
        article_id=articles.id,
        code=articles.code,
        target_coverage_days=portfolio.demands.horizon_days,
        strictness=articles.strictness,
        min_fabric_batch=articles.min_fabric_batch,
        min_elastic_batch=articles.min_elastic_batch,
        elastic_type_id=elastic_type_id,
        elastic_type_minimum=plans.elastic_type_minimum,
        color_article=color_article,
        color_id=color_id,
        color_minimum=color_minimum,
        sku_article=skus.article[by_size],
        sku_color_id=skus.color_id[by_size],
    )


def _list_positive_color_minimums(inputs: PlanningInputs) -> tuple[IntArray, IntArray, IntArray]:
    minimums = inputs.color_minimums
    positive = np.flatnonzero(minimums.quantity > 0)
    order = positive[np.lexsort((minimums.color_id[positive], minimums.article[positive]))]
    return minimums.article[order], minimums.color_id[order], minimums.quantity[order]
