"""Who contributes what to a metric: the bundles, orders or accounts whose numbers it is the sum of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import numpy as np

from monitoring.domain.facts import AccountRow, Facts
from monitoring.domain.metrics import METRIC_BY_NAME, Explanation
from planning_core.domain.arrays import IntArray
from planning_core.domain.bundle_risk import RISK_LEVELS, judge_bundles
from planning_core.domain.facts import NO_CONSTRAINT, BundleFacts, OrderFacts, PolicyFacts
from planning_core.domain.inputs import OBSERVATION_DAYS
from planning_core.domain.reasons import CONSTRAINTS
from planning_core.domain.replay import RISK_INPUTS


@dataclass(frozen=True, slots=True)
class BundleSubject:
    """A bundle type of an article."""

    article_id: int
    article_code: str
    bundle_type_id: int


@dataclass(frozen=True, slots=True)
class ArticleSubject:
    """An article."""

    article_id: int
    article_code: str


@dataclass(frozen=True, slots=True)
class AccountSubject:
    """An account at a vendor, `wb` or `ms`."""

    vendor: str
    account_id: int
    name: str


Subject: TypeAlias = BundleSubject | ArticleSubject | AccountSubject


@dataclass(frozen=True, slots=True)
class BundleDetails:
    """The risk of a bundle and what it follows from, named as in the bundle risk portfolio."""

    risk_level: str
    wb_ready_bundles: int
    potential_bundles_from_singles: int
    total_available_bundles: int
    units: int
    window_days: int
    avg_daily_sales: float
    days_of_cover: float | None
    safety_stock_days: int
    alert_threshold_days: int
    overstock_threshold_days: int


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """The order of an article and what it follows from, named as in the order explanation."""

    units: int
    sales_days: int
    avg_daily_sales: float
    current_stock: int
    target_coverage_days: int
    base_deficit: int
    strictness: float
    min_fabric_batch: int
    min_elastic_batch: int
    elastic_type_minimum: int
    proposed_qty: int
    final_order_qty: int
    limiting_constraint: str | None


@dataclass(frozen=True, slots=True)
class AccountDetails:
    """An account as it was."""

    is_active: bool
    last_good_sync_at: datetime | None


Details: TypeAlias = BundleDetails | OrderDetails | AccountDetails


@dataclass(frozen=True, slots=True)
class Contributor:
    """One of those that a metric is the sum of.

    Attributes:
        subject: Who.
        value: Its part of the metric.
        details: What the part follows from.
    """

    subject: Subject
    value: int
    details: Details


def list_contributors(facts: Facts, *, metric: str, article_ids: Sequence[int] | None = None) -> list[Contributor]:
    """Return everybody who contributes to a metric, the one to look at first at the top.

    Bundles come by cover, the shortest first (overstock: the longest), orders by pieces, the most first, accounts by
    vendor and id; on a tie by id. Their values sum up to the metric.

    Args:
        facts: The facts of a slot, with the parts that explain the metric.
        metric: Name of the metric.
        article_ids: Only those of these articles, if given.
    """
    kind = METRIC_BY_NAME[metric].explained_by
    if kind is Explanation.BUNDLE_RISK_LEVELS:
        return _list_bundles(facts, metric, article_ids)
    if kind is Explanation.ORDER_REASONS:
        return _list_orders(facts, metric, article_ids)
    return [
        Contributor(describe_account(account), 1, AccountDetails(account.is_active, account.last_good_sync_at))
        for account in facts.accounts
        if value_account(account, metric)
    ]


def sum_metric(facts: Facts, *, metric: str) -> int:
    """Return a metric as the sum over the facts that explain it.

    Args:
        facts: The facts of a slot, with the parts that explain the metric.
        metric: Name of the metric.
    """
    kind = METRIC_BY_NAME[metric].explained_by
    if kind is Explanation.BUNDLE_RISK_LEVELS:
        return int(value_bundles(facts.planning.bundles, metric).sum())
    if kind is Explanation.ORDER_REASONS:
        return sum(value_orders(facts.planning.orders, metric).tolist())
    return sum(value_account(account, metric) for account in facts.accounts)


def value_bundles(facts: BundleFacts, metric: str) -> IntArray:
    """Return each bundle's part of a risk metric: 1 where it has the level, else 0."""
    has_level: IntArray = (facts.level == RISK_LEVELS.index(metric.removeprefix("risk_"))).astype(np.int64)
    return has_level


def value_orders(facts: OrderFacts, metric: str) -> IntArray:
    """Return each article's part of an order metric: its pieces, or 1 where there are any."""
    if metric == "total_final_order_qty":
        return facts.final_quantity
    return (facts.final_quantity > 0).astype(np.int64)


def value_account(account: AccountRow, metric: str) -> int:
    """Return an account's part of an account metric, 0 or 1."""
    vendor, _, kind = metric.partition("_accounts_")
    return int(account.vendor == vendor and (kind == "total" or account.is_active))


def describe_account(account: AccountRow) -> AccountSubject:
    """Return who an account is."""
    return AccountSubject(account.vendor, account.account_id, account.name)


def describe_bundles(facts: BundleFacts, rows: Sequence[int]) -> list[BundleDetails]:
    """Return bundles as rows for people, in the order of the positions."""
    inputs = {name: getattr(facts, name)[list(rows)] for name in RISK_INPUTS}
    nobody: IntArray = np.zeros(len(rows), dtype=np.int64)
    risks = judge_bundles(article=nobody, bundle_type_id=nobody, **inputs)
    # columns become lists at once: asking arrays for thousands of single numbers takes ten times as long
    columns = zip(
        facts.level[list(rows)].tolist(),
        risks.wb_ready.tolist(),
        risks.potential.tolist(),
        risks.total_available.tolist(),
        risks.units.tolist(),
        risks.window_days.tolist(),
        risks.average_per_day.tolist(),
        [cover if has else None for cover, has in zip(risks.days_of_cover.tolist(), risks.has_cover, strict=True)],
        risks.safety_stock_days.tolist(),
        risks.alert_threshold_days.tolist(),
        risks.overstock_threshold_days.tolist(),
        strict=True,
    )
    return [BundleDetails(RISK_LEVELS[level], *rest) for level, *rest in columns]


def describe_orders(facts: OrderFacts, policies: PolicyFacts, rows: Sequence[int]) -> list[OrderDetails]:
    """Return the orders of articles as rows for people, in the order of the positions.

    Args:
        facts: The orders of a slot.
        policies: The policies of the same articles.
        rows: Positions of the articles.
    """
    places = list(rows)
    units, days = facts.units[places], facts.sales_days[places]
    average = np.divide(
        units, np.minimum(OBSERVATION_DAYS, days), out=np.zeros(len(places)), where=(units > 0) & (days > 0)
    )
    columns = zip(
        units.tolist(),
        days.tolist(),
        average.tolist(),
        facts.wb_stock[places].tolist(),
        policies.target_coverage_days[places].tolist(),
        facts.deficit[places].tolist(),
        policies.strictness[places].tolist(),
        policies.min_fabric_batch[places].tolist(),
        policies.min_elastic_batch[places].tolist(),
        policies.elastic_type_minimum[places].tolist(),
        facts.proposed[places].tolist(),
        facts.final_quantity[places].tolist(),
        [None if one == NO_CONSTRAINT else CONSTRAINTS[one] for one in facts.constraint[places].tolist()],
        strict=True,
    )
    return [OrderDetails(*row) for row in columns]


def name_articles(policies: PolicyFacts) -> dict[int, str]:
    """Return the codes of the articles by id."""
    return dict(zip(policies.article_id.tolist(), policies.code, strict=True))


def _list_bundles(facts: Facts, metric: str, article_ids: Sequence[int] | None) -> list[Contributor]:
    bundles, codes = facts.planning.bundles, name_articles(facts.planning.policies)
    rows = np.flatnonzero(value_bundles(bundles, metric))
    if article_ids is not None:
        rows = rows[np.isin(bundles.article_id[rows], list(article_ids))]
    average = bundles.units[rows] / np.maximum(bundles.window_days[rows], 1)
    total = np.maximum(bundles.wb_ready[rows] + bundles.potential[rows], 0)
    cover = np.divide(total, average, out=np.full(len(rows), np.inf), where=average > 0)
    sign = -1 if metric == "risk_overstock" else 1
    rows = rows[np.lexsort((bundles.bundle_type_id[rows], bundles.article_id[rows], -average, sign * cover))]
    details = describe_bundles(bundles, rows.tolist())
    columns = zip(bundles.article_id[rows].tolist(), bundles.bundle_type_id[rows].tolist(), details, strict=True)
    return [
        Contributor(BundleSubject(article_id, codes.get(article_id, str(article_id)), bundle_type_id), 1, detail)
        for article_id, bundle_type_id, detail in columns
    ]


def _list_orders(facts: Facts, metric: str, article_ids: Sequence[int] | None) -> list[Contributor]:
    orders, policies = facts.planning.orders, facts.planning.policies
    values = value_orders(orders, metric)
    rows = np.flatnonzero(values)
    if article_ids is not None:
        rows = rows[np.isin(orders.article_id[rows], list(article_ids))]
    rows = rows[np.lexsort((orders.article_id[rows], -orders.final_quantity[rows]))]
    details = describe_orders(orders, policies, rows.tolist())
    columns = zip(rows.tolist(), orders.article_id[rows].tolist(), values[rows].tolist(), details, strict=True)
    return [
        Contributor(ArticleSubject(article_id, policies.code[row]), value, detail)
        for row, article_id, value, detail in columns
    ]
