"""Why a metric is what it is: who makes it, who moved it, and what moved them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from monitoring.admin.contributors import ACCOUNT_MODELS
from monitoring.admin.permissions import may_see
from monitoring.admin.snapshot_page.columns import (
    COLUMNS,
    ORDERED,
    Cell,
    build_cells,
    build_changed_cells,
    build_order_cell,
    list_setting_changes,
)
from monitoring.admin.snapshot_page.metrics import Change, describe_change
from monitoring.domain.causes import CauseShare
from monitoring.domain.contributors import AccountSubject, BundleSubject, Contributor, Subject
from monitoring.domain.diff import Diff, DiffContributor
from monitoring.domain.metrics import Explanation
from monitoring.models import Vendor
from monitoring.services.snapshot_report import MetricReport
from monitoring.wording import STATE_LABELS, name_cause, name_state
from supplybrain.charts import format_amount, format_change


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who a row is about.

    Args:
        url: Its page; empty if it is gone, or if the reader may not open it.
        detail: The bundle type, or the vendor.
    """

    name: str
    url: str
    detail: str


@dataclass(frozen=True, slots=True)
class CauseLine:
    """Something that changed, and what it did by itself."""

    label: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedRow:
    """One of those who moved the metric."""

    who: Who
    cells: Sequence[Cell]
    change: Change
    causes: Sequence[CauseLine]
    settings: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRow:
    """One of those that the metric is made of."""

    who: Who
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """How many went from one state to another.

    Args:
        states: The states that somebody left or reached.
        rows: Of each state that somebody left: its name, how many went to each state, and how many in all.
        sums: How many reached each state, and all together.
    """

    states: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str], str]]
    sums: Sequence[str]


class Writer:
    """Puts a report into rows for one reader."""

    def __init__(self, request: HttpRequest, report: MetricReport) -> None:
        self._report = report
        self._kind = report.metric.explained_by
        self._opens_articles = may_see(request, "planning_core.article")
        self._opens_accounts = {vendor for vendor, model in ACCOUNT_MODELS.items() if may_see(request, model)}

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The heads of the columns, and whether they are numbers."""
        heads = [(str(column.label), column.is_number) for column in COLUMNS[self._kind]]
        return [*heads, (str(ORDERED), True)] if self._kind is Explanation.BUNDLE_RISK_LEVELS else heads

    def list_moved(self) -> list[MovedRow]:
        """Return those who moved the metric, of the page that was asked for."""
        movement = self._report.movement
        return [self._describe_moved(one) for one in movement.diff.contributors[movement.first :]] if movement else []

    def list_made(self) -> list[MadeRow]:
        """Return those that the metric is made of, of the page that was asked for."""
        composition = self._report.composition
        return [self._describe_made(one) for one in composition.contributors] if composition else []

    def _describe_moved(self, contributor: DiffContributor) -> MovedRow:
        before, after = contributor.details_before, contributor.details_after
        return MovedRow(
            who=self._introduce(contributor.subject),
            cells=[
                *build_changed_cells(self._kind, before, after),
                *self._show_order(contributor.subject, is_then=True),
            ],
            change=describe_change(contributor.delta),
            causes=[CauseLine(name_cause(share.cause), _say_effect(share)) for share in contributor.causes],
            settings=list(list_setting_changes(before, after)),
        )

    def _describe_made(self, contributor: Contributor) -> MadeRow:
        return MadeRow(
            who=self._introduce(contributor.subject),
            cells=[
                *build_cells(self._kind, contributor.details),
                *self._show_order(contributor.subject, is_then=False),
            ],
        )

    def _show_order(self, subject: Subject, *, is_then: bool) -> list[Cell]:
        """Return beside a bundle what is ordered of its article: what is to be done about it."""
        if not isinstance(subject, BundleSubject):
            return []
        now = self._report.ordered.get(subject.article_id)
        movement = self._report.movement
        before = movement.ordered.get(subject.article_id) if is_then and movement else now
        return [build_order_cell(before, now)]

    def _introduce(self, subject: Subject) -> Who:
        is_known = subject in self._report.known
        if isinstance(subject, AccountSubject):
            vendor = Vendor(subject.vendor)
            opens = is_known and vendor in self._opens_accounts
            app_label, _dot, model = ACCOUNT_MODELS[vendor].partition(".")
            url = reverse(f"admin:{app_label}_{model}_change", args=[subject.account_id]) if opens else ""
            return Who(name=subject.name, url=url, detail=str(vendor.label))
        opens = is_known and self._opens_articles
        url = reverse("admin:planning_core_article_change", args=[subject.article_id]) if opens else ""
        names = self._report.bundle_type_names
        detail = names[subject.bundle_type_id] if isinstance(subject, BundleSubject) else ""
        return Who(name=subject.article_code, url=url, detail=detail)


def build_matrix(diff: Diff) -> Matrix | None:
    """Return how many went from which state to which; None if nobody did."""
    if not diff.transitions:
        return None
    counts = {(one.state_before, one.state_after): one.count for one in diff.transitions}
    left = [state for state in STATE_LABELS if any(before == state for before, _after in counts)]
    reached = [state for state in STATE_LABELS if any(after == state for _before, after in counts)]
    rows = [
        (
            name_state(before),
            [_count(counts, before, after) for after in reached],
            format_amount(sum(count for (one, _after), count in counts.items() if one == before)),
        )
        for before in left
    ]
    sums = [sum(count for (_before, one), count in counts.items() if one == after) for after in reached]
    return Matrix(
        states=[name_state(state) for state in reached],
        rows=rows,
        sums=[format_amount(count) for count in (*sums, sum(sums))],
    )


def list_cause_totals(diff: Diff) -> list[tuple[str, str, Change]]:
    """Return the causes with how many they moved, and how far."""
    return [
        (name_cause(total.cause), format_amount(total.contributors), describe_change(total.delta))
        for total in diff.causes
    ]


def _count(counts: dict[tuple[str, str], int], before: str, after: str) -> str:
    return "" if before == after else format_amount(counts.get((before, after), 0))


def _say_effect(share: CauseShare) -> str:
    if share.alone:
        return _("alone: %(change)s") % {"change": format_change(share.alone)}
    if share.undone:
        return _("only together with another cause: %(change)s") % {"change": format_change(share.undone)}
    return _("no effect of its own")
