"""What the value of a metric is made of, as a table that links to those who make it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from monitoring.admin.permissions import may_see
from monitoring.domain.contributors import (
    AccountSubject,
    BundleDetails,
    BundleSubject,
    Contributor,
    OrderDetails,
    Subject,
)
from monitoring.domain.metrics import METRIC_BY_NAME, Explanation
from monitoring.models import Vendor
from monitoring.services.explain import FactsNotKeptError, explain_metric
from supplybrain.charts import format_amount, format_moment

MOST_ROWS = 10
ACCOUNT_MODELS = {Vendor.WB: "integrations.wbaccount", Vendor.MOYSKLAD: "integrations.moyskladaccount"}
ARTICLE_MODEL = "planning_core.article"
MODELS = {
    Explanation.BUNDLE_RISK_LEVELS: ARTICLE_MODEL,
    Explanation.ORDER_REASONS: ARTICLE_MODEL,
    Explanation.WB_ACCOUNTS: ACCOUNT_MODELS[Vendor.WB],
    Explanation.MS_ACCOUNTS: ACCOUNT_MODELS[Vendor.MOYSKLAD],
}


@dataclass(frozen=True, slots=True)
class ContributorRow:
    """Who contributes, where to look, and label and text of the figures behind it."""

    name: str
    url: str
    labelled: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributorTable:
    """The first contributors of a metric, the one to look at first at the top.

    Args:
        headers: Of the names, then of the cells.
        n_contributors: How many there are, shown or not.
        problem: Why there are none to show; empty where there are.
    """

    headers: list[str]
    rows: list[ContributorRow]
    n_contributors: int
    problem: str = ""

    @property
    def n_hidden(self) -> int:
        """How many are not shown."""
        return self.n_contributors - len(self.rows)


def tabulate_contributors(request: HttpRequest, *, snapshot_id: int, metric: str) -> ContributorTable | None:
    """Return who makes up a metric of a snapshot, in three statements; None for a user who may not see them.

    Args:
        request: Whose permissions count.
        snapshot_id: The snapshot, which must exist.
        metric: A metric of the registry.
    """
    kind = METRIC_BY_NAME[metric].explained_by
    if not may_see(request, MODELS[kind]):
        return None
    try:
        explanation = explain_metric(snapshot_id=snapshot_id, metric=metric, limit=MOST_ROWS)
    except FactsNotKeptError as error:
        return ContributorTable(headers=[], rows=[], n_contributors=0, problem=error.message)
    headers, names = _list_headers(kind), explanation.bundle_type_names
    return ContributorTable(
        headers=headers,
        rows=[_describe(contributor, headers[1:], names) for contributor in explanation.contributors],
        n_contributors=explanation.n_contributors,
    )


def _list_headers(kind: Explanation) -> list[str]:
    if kind is Explanation.BUNDLE_RISK_LEVELS:
        return [_("Article"), _("Bundle type"), _("Lasts, days"), _("Bundles available"), _("Sold per day")]
    if kind is Explanation.ORDER_REASONS:
        return [_("Article"), _("To order, pieces"), _("Deficit"), _("At Wildberries"), _("Sold per day")]
    return [_("Account"), _("Active"), _("Last good sync (UTC)")]


def _describe(contributor: Contributor, labels: Sequence[str], bundle_types: Mapping[int, str]) -> ContributorRow:
    subject = contributor.subject
    name = subject.name if isinstance(subject, AccountSubject) else subject.article_code
    cells = zip(labels, _list_cells(contributor, bundle_types), strict=True)
    return ContributorRow(name, _find_page(subject), list(cells))


def _list_cells(contributor: Contributor, bundle_types: Mapping[int, str]) -> list[str]:
    subject, details = contributor.subject, contributor.details
    if isinstance(details, BundleDetails):
        kind = bundle_types[subject.bundle_type_id] if isinstance(subject, BundleSubject) else ""
        return [
            kind,
            format_amount(details.days_of_cover),
            format_amount(details.total_available_bundles),
            format_amount(details.avg_daily_sales),
        ]
    if isinstance(details, OrderDetails):
        figures = (details.final_order_qty, details.base_deficit, details.current_stock, details.avg_daily_sales)
        return list(map(format_amount, figures))
    synced = details.last_good_sync_at
    return [_("yes") if details.is_active else _("no"), format_moment(synced) if synced else _("never")]


def _find_page(subject: Subject) -> str:
    if isinstance(subject, AccountSubject):
        model, number = ACCOUNT_MODELS[Vendor(subject.vendor)], subject.account_id
    else:
        model, number = ARTICLE_MODEL, subject.article_id
    return reverse(f"admin:{model.replace('.', '_')}_change", args=[number])
