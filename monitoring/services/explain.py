"""Explaining a stored snapshot: what a metric is made of, and what moved it since another snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from monitoring.domain.contributors import BundleSubject, Contributor, list_contributors, sum_metric
from monitoring.domain.diff import Diff, DiffContributor, compare_facts
from monitoring.domain.facts import MOYSKLAD, WB, Facts
from monitoring.domain.metrics import METRIC_BY_NAME, Explanation, Metric
from monitoring.models import MonitoringSnapshot
from monitoring.selectors.facts import Part, load_facts
from monitoring.selectors.names import list_bundle_type_names
from monitoring.selectors.snapshots import find_explainable_at, find_explainable_before, find_snapshot
from monitoring.services.build import VENDOR_SOURCES
from planning_core.domain.arrays import IntArray
from planning_core.domain.bundle_risk import RISK_LEVELS
from planning_core.models import DataSource
from supplybrain.errors import ConflictError, NotFoundError

PREVIOUS = "previous"

PARTS = {
    Explanation.BUNDLE_RISK_LEVELS: (Part.BUNDLES, Part.ORDERS, Part.NAMES),
    Explanation.ORDER_REASONS: (Part.BUNDLES, Part.ORDERS, Part.POLICIES),
    Explanation.WB_ACCOUNTS: (Part.ACCOUNTS,),
    Explanation.MS_ACCOUNTS: (Part.ACCOUNTS,),
}

SOURCES = {
    Explanation.BUNDLE_RISK_LEVELS: (
        DataSource.CATALOGUE,
        DataSource.LISTINGS,
        DataSource.SALES,
        DataSource.WB_STOCK,
        DataSource.OWN_STOCK,
    ),
    Explanation.ORDER_REASONS: (DataSource.CATALOGUE, DataSource.LISTINGS, DataSource.SALES, DataSource.WB_STOCK),
    Explanation.WB_ACCOUNTS: tuple(VENDOR_SOURCES[WB]),
    Explanation.MS_ACCOUNTS: tuple(VENDOR_SOURCES[MOYSKLAD]),
}
"""What a metric is computed from."""

Base = int | timedelta | str
"""Which snapshot to compare with: its id, how long before, or `previous`."""


class SnapshotNotFoundError(NotFoundError):
    """There is no such snapshot."""

    code = "snapshot_not_found"


class FactsNotKeptError(ConflictError):
    """The snapshot is older than the facts, came from the previous backend, or its facts were thinned out."""

    code = "facts_not_kept"


@dataclass(frozen=True, slots=True)
class SourceAge:
    """A source that a metric is computed from.

    Attributes:
        source: Which.
        last_good_at: Its last good sync before the snapshot [UTC]; None if there was none.
        age_seconds: How old that was when the snapshot was made; None without one.
    """

    source: DataSource
    last_good_at: datetime | None
    age_seconds: int | None


@dataclass(frozen=True, slots=True)
class MetricExplanation:
    """What a metric of a snapshot is made of.

    Attributes:
        snapshot: The snapshot.
        metric: The metric.
        value: Its value as it was stored.
        sources: What it was computed from.
        contributors: The page that was asked for.
        n_contributors: How many there are after filtering.
        total: Sum of the values of all contributors after filtering; without a filter it is the value.
        bundle_type_names: Names of the bundle types on the page by id.
    """

    snapshot: MonitoringSnapshot
    metric: Metric
    value: int | None
    sources: Sequence[SourceAge]
    contributors: Sequence[Contributor]
    n_contributors: int
    total: int
    bundle_type_names: dict[int, str]


@dataclass(frozen=True, slots=True)
class SnapshotDiff:
    """What moved a metric between two snapshots.

    Attributes:
        snapshot: The later one.
        base: The earlier one.
        metric: The metric.
        diff: The change.
        residual: The change of the stored values that the contributors do not explain; 0, or something is broken.
        settings_changed: Whether the two were planned with different settings.
        code_changed: Whether they were made by different code.
        bundle_type_names: Names of the bundle types among the contributors by id.
    """

    snapshot: MonitoringSnapshot
    base: MonitoringSnapshot
    metric: Metric
    diff: Diff
    residual: int
    settings_changed: bool
    code_changed: bool
    bundle_type_names: dict[int, str]


def get_snapshot(snapshot_id: int) -> MonitoringSnapshot:
    """Return a snapshot.

    Raises:
        SnapshotNotFoundError: If there is none with this id.
    """
    snapshot = find_snapshot(snapshot_id)
    if snapshot is None:
        raise SnapshotNotFoundError(_("There is no snapshot %(id)s.") % {"id": snapshot_id})
    return snapshot


def explain_metric(
    *,
    snapshot_id: int,
    metric: str,
    level: str | None = None,
    article_id: int | None = None,
    offset: int = 0,
    limit: int = 50,
) -> MetricExplanation:
    """Return what a metric of a snapshot is made of, in three statements.

    Args:
        snapshot_id: Which snapshot.
        metric: Name of the metric.
        level: Only contributors at this risk level: bundles that have it, or articles of which a bundle has it.
        article_id: Only contributors of this article.
        offset: How many contributors to skip.
        limit: How many to return at most.

    Raises:
        SnapshotNotFoundError: If there is no such snapshot.
        FactsNotKeptError: If its facts are not there.
    """
    snapshot = get_snapshot(snapshot_id)
    facts = load_snapshot_facts(snapshot, metric)
    contributors = list_contributors(facts, metric=metric, article_ids=_choose_articles(facts, level, article_id))
    if level is not None and METRIC_BY_NAME[metric].explained_by is Explanation.BUNDLE_RISK_LEVELS:
        contributors = contributors if metric == f"risk_{level}" else []
    page = contributors[offset : offset + limit]
    return MetricExplanation(
        snapshot=snapshot,
        metric=METRIC_BY_NAME[metric],
        value=getattr(snapshot, metric),
        sources=list_sources(snapshot, metric),
        contributors=page,
        n_contributors=len(contributors),
        total=sum(contributor.value for contributor in contributors),
        bundle_type_names=_name_bundle_types(page),
    )


def diff_snapshots(*, snapshot_id: int, base: Base, metric: str, top: int) -> SnapshotDiff:
    """Return what moved a metric since another snapshot, in five statements.

    Args:
        snapshot_id: The later snapshot.
        base: The earlier one.
        metric: Name of the metric.
        top: How many contributors to describe.

    Raises:
        SnapshotNotFoundError: If one of the two is not there.
        FactsNotKeptError: If the facts of one of the two are not there.
    """
    snapshot = get_snapshot(snapshot_id)
    earlier = find_base(snapshot, base)
    before, after = (load_snapshot_facts(one, metric) for one in (earlier, snapshot))
    diff = compare_facts(before, after, metric=metric, top=top)
    stored = (getattr(snapshot, metric) or 0) - (getattr(earlier, metric) or 0)
    return SnapshotDiff(
        snapshot=snapshot,
        base=earlier,
        metric=METRIC_BY_NAME[metric],
        diff=diff,
        residual=stored - diff.explained,
        settings_changed=snapshot.settings_hash != earlier.settings_hash,
        code_changed=snapshot.code_version != earlier.code_version,
        bundle_type_names=_name_bundle_types(diff.contributors),
    )


def find_base(snapshot: MonitoringSnapshot, base: Base) -> MonitoringSnapshot:
    """Return the snapshot to compare with.

    Args:
        snapshot: The later one.
        base: An id; or how long before: the slot as long ago, or the last one before it whose facts are there; or
            `previous`.

    Raises:
        SnapshotNotFoundError: If there is none.
    """
    if isinstance(base, int):
        return get_snapshot(base)
    moment = snapshot.slot or snapshot.created_at
    if isinstance(base, timedelta):
        found = find_explainable_at(moment - base)
        text = _("No snapshot with facts is as old as that. Choose a shorter time, or `previous`.")
    else:
        found = find_explainable_before(moment)
        text = _("There is no snapshot with facts before this one.")
    if found is None:
        raise SnapshotNotFoundError(text)
    return found


def load_snapshot_facts(snapshot: MonitoringSnapshot, *metrics: str) -> Facts:
    """Return the facts of a snapshot that explain metrics, in one statement.

    Raises:
        FactsNotKeptError: If they are not there.
    """
    if snapshot.slot is None or not snapshot.facts_hash:
        raise FactsNotKeptError(
            _("Snapshot %(id)s has no facts: it is older than they are, or came from another system.")
            % {"id": snapshot.pk},
            data={"snapshot_id": snapshot.pk},
        )
    if snapshot.facts_thinned_at is not None:
        raise FactsNotKeptError(
            _("The facts of snapshot %(id)s were thinned out. The last snapshot of each business day has its own.")
            % {"id": snapshot.pk},
            data={"snapshot_id": snapshot.pk, "facts_thinned_at": snapshot.facts_thinned_at},
        )
    parts = {part for metric in metrics for part in PARTS[METRIC_BY_NAME[metric].explained_by]}
    facts = load_facts(slot=snapshot.slot, parts=parts)
    if any(sum_metric(facts, metric=metric) != getattr(snapshot, metric) for metric in metrics):
        # retention took them between our two statements, or somebody changed the tables by hand: no half explanation
        raise FactsNotKeptError(
            _("The facts of snapshot %(id)s do not add up to its value any more.") % {"id": snapshot.pk},
            data={"snapshot_id": snapshot.pk},
        )
    return facts


def list_sources(snapshot: MonitoringSnapshot, metric: str) -> list[SourceAge]:
    """Return what a metric was computed from and how old it was then."""
    return [date_source(snapshot, source) for source in SOURCES[METRIC_BY_NAME[metric].explained_by]]


def date_source(snapshot: MonitoringSnapshot, source: DataSource) -> SourceAge:
    """Return when a source had last come, and how old that was, when a snapshot was made."""
    written = snapshot.sources.get(source.value)
    if written is None:
        return SourceAge(source, None, None)
    last_good_at = datetime.fromisoformat(written)
    return SourceAge(source, last_good_at, max(0, int((snapshot.created_at - last_good_at).total_seconds())))


def _choose_articles(facts: Facts, level: str | None, article_id: int | None) -> list[int] | None:
    """Return the articles that the filters leave, None for all of them."""
    if level is None:
        return None if article_id is None else [article_id]
    bundles = facts.planning.bundles
    chosen: IntArray = bundles.article_id[bundles.level == RISK_LEVELS.index(level)]
    return [one for one in set(chosen.tolist()) if article_id in (None, one)]


def _name_bundle_types(contributors: Sequence[Contributor | DiffContributor]) -> dict[int, str]:
    subjects = (contributor.subject for contributor in contributors)
    ids = {subject.bundle_type_id for subject in subjects if isinstance(subject, BundleSubject)}
    return list_bundle_type_names(ids) if ids else {}
