"""What moved an order metric: articles of which more or less is ordered."""

import numpy as np

from monitoring.domain.causes import PLACE, Cause, CauseShare, find_order_causes
from monitoring.domain.contributors import ArticleSubject, Details, describe_orders, value_orders
from monitoring.domain.diff.pairs import CauseList, Pairs, fill, pair_rows, pick
from monitoring.domain.diff.result import Diff, DiffContributor
from monitoring.domain.facts import Facts
from planning_core.domain.arrays import IntArray
from planning_core.domain.facts import OrderFacts, take_rows

ORDER_STATES = ("not_ordered", "ordered")


def pair_orders(old: OrderFacts, new: OrderFacts, *, metric: str) -> Pairs:
    """Return all articles of two slots with what they add to an order metric."""
    return pair_rows(
        keys=([old.article_id], [new.article_id]),
        values=(value_orders(old, metric), value_orders(new, metric)),
        states=((old.final_quantity > 0).astype(np.int64), (new.final_quantity > 0).astype(np.int64)),
        names=ORDER_STATES,
    )


def compare_orders(before: Facts, after: Facts, *, metric: str, top: int) -> Diff:
    """Return what made an order metric change; needs orders and policies of both slots."""
    old, new = before.planning.orders, after.planning.orders
    pairs = pair_orders(old, new, metric=metric)
    moved = pick(new.final_quantity, pairs.after, 0) - pick(old.final_quantity, pairs.before, 0)
    ranked = pairs.rank(np.abs(moved).astype(np.float64))
    causes = _explain(pairs, ranked, before, after, metric)
    contributors = [
        _describe(pairs, pair, before, after, shares)
        for pair, shares in zip(ranked[:top].tolist(), causes, strict=False)
    ]
    return pairs.sum_up(contributors, causes, ranked)


def _explain(pairs: Pairs, ranked: IntArray, before: Facts, after: Facts, metric: str) -> CauseList:
    added, removed = (np.full(len(ranked), PLACE[one]) for one in (Cause.ARTICLE_ADDED, Cause.ARTICLE_REMOVED))
    causes = pairs.explain_missing(ranked, added, removed)
    stayed = pairs.find_stayed(ranked)
    then, now = pairs.before[ranked[stayed]], pairs.after[ranked[stayed]]
    found = find_order_causes(
        (take_rows(before.planning.orders, then), before.planning.policies.take(then)),
        (take_rows(after.planning.orders, now), after.planning.policies.take(now)),
        lambda facts: value_orders(facts, metric),
    )
    return fill(causes, stayed, found)


def _describe(pairs: Pairs, pair: int, before: Facts, after: Facts, causes: tuple[CauseShare, ...]) -> DiffContributor:
    sides: list[Details | None] = []
    for facts, row in ((before, int(pairs.before[pair])), (after, int(pairs.after[pair]))):
        orders, policies = facts.planning.orders, facts.planning.policies
        sides.append(describe_orders(orders, policies, [row])[0] if row >= 0 else None)
        if row >= 0:
            subject = ArticleSubject(int(orders.article_id[row]), policies.code[row])
    return pairs.describe(pair, subject, (sides[0], sides[1]), causes)
