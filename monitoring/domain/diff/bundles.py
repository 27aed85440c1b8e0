"""What moved a risk metric: bundles that changed their level."""

import numpy as np

from monitoring.domain.causes import PLACE, Cause, find_bundle_causes
from monitoring.domain.contributors import BundleSubject, Details, describe_bundles, name_articles, value_bundles
from monitoring.domain.diff.pairs import CauseList, Pairs, fill, pair_rows, pick
from monitoring.domain.diff.result import Diff
from monitoring.domain.facts import Facts
from planning_core.domain.arrays import FloatArray, IntArray
from planning_core.domain.bundle_risk import RISK_LEVELS
from planning_core.domain.facts import BundleFacts, take_rows


def pair_bundles(old: BundleFacts, new: BundleFacts, *, metric: str) -> Pairs:
    """Return all bundles of two slots with what they add to a risk metric."""
    return pair_rows(
        keys=([old.article_id, old.bundle_type_id], [new.article_id, new.bundle_type_id]),
        values=(value_bundles(old, metric), value_bundles(new, metric)),
        states=(old.level, new.level),
        names=RISK_LEVELS,
    )


def compare_bundles(before: Facts, after: Facts, *, metric: str, top: int) -> Diff:
    """Return what made a risk metric change; needs bundles, orders and policies of both slots."""
    old, new = before.planning.bundles, after.planning.bundles
    pairs = pair_bundles(old, new, metric=metric)
    ranked = pairs.rank(np.maximum(_list_rates(old, pairs.before), _list_rates(new, pairs.after)))
    causes = _explain(pairs, ranked, before, after, metric)
    shown = ranked[:top]
    codes = name_articles(before.planning.policies) | name_articles(after.planning.policies)
    articles = _find(pairs, ranked, "article_id", old, new).tolist()
    bundle_types = _find(pairs, ranked, "bundle_type_id", old, new).tolist()
    details = zip(_describe(old, pairs.before[shown]), _describe(new, pairs.after[shown]), strict=True)
    contributors = [
        pairs.describe(
            pair,
            BundleSubject(articles[place], codes.get(articles[place], str(articles[place])), bundle_types[place]),
            sides,
            causes[place],
        )
        for place, (pair, sides) in enumerate(zip(shown.tolist(), details, strict=True))
    ]
    return pairs.sum_up(contributors, causes, ranked)


def _list_rates(facts: BundleFacts, rows: IntArray) -> FloatArray:
    """Return bundles sold per day at the rows, 0 for row -1: whoever sells most is shown first."""
    rates: FloatArray = np.append(facts.units / np.maximum(facts.window_days, 1), 0.0)[rows]
    return rates


def _find(pairs: Pairs, ranked: IntArray, name: str, old: BundleFacts, new: BundleFacts) -> IntArray:
    """Return a column of the ranked pairs, as it is now or else as it was."""
    then, now = pick(getattr(old, name), pairs.before[ranked], 0), pick(getattr(new, name), pairs.after[ranked], 0)
    return np.where(pairs.after[ranked] >= 0, now, then)


def _describe(facts: BundleFacts, rows: IntArray) -> list[Details | None]:
    details: list[Details | None] = [None] * len(rows)
    present = np.flatnonzero(rows >= 0)
    for place, detail in zip(present.tolist(), describe_bundles(facts, rows[present].tolist()), strict=True):
        details[place] = detail
    return details


def _explain(pairs: Pairs, ranked: IntArray, before: Facts, after: Facts, metric: str) -> CauseList:
    old, new = before.planning.bundles, after.planning.bundles
    article_id = _find(pairs, ranked, "article_id", old, new)
    known = [np.isin(article_id, facts.planning.orders.article_id) for facts in (before, after)]
    # A bundle type of an article that was there all along came, or went, with a listing or a recipe.
    is_mapped = _find(pairs, ranked, "mapping_digest", old, new) != 0
    partial = np.where(is_mapped, PLACE[Cause.MAPPING_CHANGED], PLACE[Cause.RECIPE_CHANGED])
    causes = pairs.explain_missing(
        ranked,
        added=np.where(known[0], partial, PLACE[Cause.ARTICLE_ADDED]),
        removed=np.where(known[1], partial, PLACE[Cause.ARTICLE_REMOVED]),
    )
    stayed = pairs.find_stayed(ranked)
    found = find_bundle_causes(
        take_rows(old, pairs.before[ranked[stayed]]),
        take_rows(new, pairs.after[ranked[stayed]]),
        lambda facts: value_bundles(facts, metric),
    )
    return fill(causes, stayed, found)
