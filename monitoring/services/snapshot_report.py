"""Everything there is to say about one metric of a stored snapshot at once: what it is made of, and what moved it.

`monitoring.services.explain` answers the two questions one by one. Here the facts of the snapshot are read once for
both, and what is not kept is a sentence beside the rest, not the end of the answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from integrations.selectors.accounts import list_account_states
from monitoring.domain.contributors import (
    AccountSubject,
    ArticleSubject,
    BundleSubject,
    Contributor,
    Subject,
    list_contributors,
)
from monitoring.domain.diff import Diff, compare_facts
from monitoring.domain.facts import Facts
from monitoring.domain.metrics import METRIC_BY_NAME, Explanation, Metric
from monitoring.models import MonitoringSnapshot
from monitoring.selectors.names import list_bundle_type_names
from monitoring.selectors.subjects import find_known_articles
from monitoring.services.explain import FactsNotKeptError, load_snapshot_facts
from planning_core.domain.bundle_risk import RISK_LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which of those that a metric is made of are wanted.

    Args:
        level: Only articles of which a bundle type is at this risk level. Means nothing for other metrics than orders.
        code: Only articles whose code contains this, whatever the case. Means nothing for accounts.
    """

    level: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a list, the whole of it by default."""

    first: int = 0
    count: int = 10**9

    @property
    def end(self) -> int:
        """The place after the last one."""
        return self.first + self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """What a metric is made of.

    Args:
        contributors: Those that were asked for.
        count: How many the selection leaves.
        total: The sum of their values: without a selection the value of the metric.
    """

    contributors: Sequence[Contributor]
    count: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What moved a metric since another snapshot.

    Args:
        base: The other snapshot.
        diff: The change, with all contributors up to the end of the span that was asked for.
        first: Place of the first one that was asked for.
        residual: The change of the stored values that the contributors do not explain: 0, or something is broken.
        ordered: Pieces that were ordered then by article id; empty for metrics of accounts.
    """

    base: MonitoringSnapshot
    diff: Diff
    first: int
    residual: int
    ordered: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricReport:
    """One metric of a snapshot.

    Args:
        composition: What it is made of; None without facts.
        movement: What moved it; None without facts of both snapshots, or without another one.
        lacks: Why one of the two is not there, in a sentence; empty if nothing is missing.
        ordered: Pieces that are ordered by article id; empty for metrics of accounts.
        bundle_type_names: Names of the bundle types of all contributors by id.
        known: Those among the subjects that still exist.
    """

    metric: Metric
    composition: Composition | None
    movement: Movement | None
    lacks: str
    ordered: Mapping[int, int]
    bundle_type_names: dict[int, str]
    known: frozenset[Subject]


def report_metric(
    *,
    snapshot: MonitoringSnapshot,
    base: MonitoringSnapshot | None,
    metric: str,
    selection: Selection,
    made_of: Span,
    moved_by: Span,
) -> MetricReport:
    """Return what a metric of a snapshot is made of and what moved it since another one, in four statements at most.

    Args:
        snapshot: The snapshot.
        base: What to compare it with; None compares with nothing.
        metric: Name of the metric.
        selection: Which of those that it is made of.
        made_of: Which part of them, in the order in which one would look at them.
        moved_by: Which of those that moved it, the largest changes first.
    """
    try:
        facts = load_snapshot_facts(snapshot, metric)
    except FactsNotKeptError as error:
        return _report(metric, lacks=error.message)
    composition, ordered = _compose(facts, metric, selection, made_of), _list_ordered(facts)
    if base is None:
        return _report(metric, composition, ordered=ordered)
    try:
        before = load_snapshot_facts(base, metric)
    except FactsNotKeptError as error:
        return _report(metric, composition, ordered=ordered, lacks=error.message)
    diff = compare_facts(before, facts, metric=metric, top=moved_by.end)
    stored = (getattr(snapshot, metric) or 0) - (getattr(base, metric) or 0)
    movement = Movement(
        base=base,
        diff=diff,
        first=moved_by.first,
        residual=stored - diff.explained,
        ordered=_list_ordered(before),
    )
    return _report(metric, composition, movement, ordered=ordered)


def _list_ordered(facts: Facts) -> Mapping[int, int]:
    orders = facts.planning.orders
    return dict(zip(orders.article_id.tolist(), orders.final_quantity.tolist(), strict=True))


def _compose(facts: Facts, metric: str, selection: Selection, span: Span) -> Composition:
    chosen = list_contributors(facts, metric=metric, article_ids=_choose_articles(facts, metric, selection))
    return Composition(
        contributors=chosen[span.first : span.end],
        count=len(chosen),
        total=sum(contributor.value for contributor in chosen),
    )


def _choose_articles(facts: Facts, metric: str, selection: Selection) -> list[int] | None:
    """Return the articles that a selection leaves, None for all of them."""
    chosen: set[int] | None = None
    if selection.code:
        policies, wanted = facts.planning.policies, selection.code.casefold()
        pairs = zip(policies.article_id.tolist(), policies.code, strict=True)
        chosen = {article_id for article_id, code in pairs if wanted in code.casefold()}
    if selection.level and METRIC_BY_NAME[metric].explained_by is Explanation.ORDER_REASONS:
        bundles = facts.planning.bundles
        at_level = set(bundles.article_id[bundles.level == RISK_LEVELS.index(selection.level)].tolist())
        chosen = at_level if chosen is None else chosen & at_level
    return None if chosen is None else sorted(chosen)


def _report(
    metric: str,
    composition: Composition | None = None,
    movement: Movement | None = None,
    *,
    ordered: Mapping[int, int] = MappingProxyType({}),
    lacks: str = "",
) -> MetricReport:
    subjects: list[Subject] = []
    if composition:
        subjects += [contributor.subject for contributor in composition.contributors]
    if movement:
        subjects += [contributor.subject for contributor in movement.diff.contributors[movement.first :]]
    bundle_types = {subject.bundle_type_id for subject in subjects if isinstance(subject, BundleSubject)}
    return MetricReport(
        metric=METRIC_BY_NAME[metric],
        composition=composition,
        movement=movement,
        lacks=lacks,
        ordered=ordered,
        bundle_type_names=list_bundle_type_names(bundle_types) if bundle_types else {},
        known=_find_known(subjects),
    )


def _find_known(subjects: Sequence[Subject]) -> frozenset[Subject]:
    """Return those that still exist, in one statement: the subjects of a metric are either articles or accounts."""
    articles = {one.article_id for one in subjects if isinstance(one, (ArticleSubject, BundleSubject))}
    known_articles = find_known_articles(articles)
    known_accounts = (
        {(account.vendor, account.account_id) for account in list_account_states()}
        if any(isinstance(one, AccountSubject) for one in subjects)
        else set()
    )
    return frozenset(
        one
        for one in subjects
        if (
            (one.vendor, one.account_id) in known_accounts
            if isinstance(one, AccountSubject)
            else one.article_id in known_articles
        )
    )
