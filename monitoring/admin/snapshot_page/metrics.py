"""All metrics of a snapshot beside those of the slot and of the day before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from monitoring.admin.snapshot_page.query import DAY_BEFORE, PageQuery
from monitoring.admin.tiles import CATEGORIES, TONES
from monitoring.domain.metrics import METRICS, Metric
from monitoring.models import MonitoringSnapshot
from monitoring.selectors.neighbours import Neighbours
from monitoring.services.explain import PREVIOUS
from supplybrain.charts import Tone, format_amount, format_change

INTERESTING: Sequence[str] = (
    "risk_critical",
    "total_final_order_qty",
    "articles_with_orders",
    "risk_warning",
    "wb_accounts_active",
    "ms_accounts_active",
    "risk_no_data",
    "risk_overstock",
)
"""Whose changes are worth a look, on a tie the first one."""


@dataclass(frozen=True, slots=True)
class Change:
    """A difference.

    Args:
        text: With its sign.
        words: Its direction, for those who do not see a sign.
        url: What explains it.
    """

    text: str
    words: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """A metric and how it changed.

    Args:
        since_previous: None if there is nothing to compare with.
        since_day_before: The same.
    """

    label: str
    description: str
    value: str
    tone: Tone | None
    is_chosen: bool
    url: str
    since_previous: Change | None
    since_day_before: Change | None


def build_metric_groups(
    snapshot: MonitoringSnapshot, neighbours: Neighbours, query: PageQuery
) -> list[tuple[str, list[MetricRow]]]:
    """Return the metrics by category."""
    return [
        (
            str(label),
            [_build_row(metric, snapshot, neighbours, query) for metric in METRICS if metric.category is category],
        )
        for category, label in CATEGORIES.items()
    ]


def choose_metric(snapshot: MonitoringSnapshot, base: MonitoringSnapshot | None) -> str:
    """Return the metric that changed most, in proportion to what it was."""
    return max(INTERESTING, key=lambda name: _measure(name, snapshot, base))


def describe_change(change: int, url: str = "") -> Change:
    """Return a difference with its sign and in words."""
    amount = {"amount": format_amount(abs(change))}
    if change > 0:
        words = _("rose by %(amount)s") % amount
    elif change < 0:
        words = _("fell by %(amount)s") % amount
    else:
        words = _("unchanged")
    return Change(format_change(change), words, url)


def _measure(name: str, snapshot: MonitoringSnapshot, base: MonitoringSnapshot | None) -> float:
    now, then = getattr(snapshot, name), getattr(base, name, None)
    return 0.0 if now is None or then is None else abs(now - then) / max(abs(then), 1)


def _build_row(metric: Metric, snapshot: MonitoringSnapshot, neighbours: Neighbours, query: PageQuery) -> MetricRow:
    value = getattr(snapshot, metric.name)
    wish: dict[str, Any] = {"metric": metric.name, "moved": 1, "page": 1, "level": "", "code": ""}
    return MetricRow(
        label=_(metric.label),
        description=_(metric.description),
        value=format_amount(value),
        tone=TONES.get(metric.name) if value else None,
        is_chosen=metric.name == query.metric,
        url=query.ask(**wish),
        since_previous=_compare(metric, value, neighbours.previous, query.ask(**wish | {"base": PREVIOUS})),
        since_day_before=_compare(metric, value, neighbours.day_before, query.ask(**wish | {"base": DAY_BEFORE})),
    )


def _compare(metric: Metric, value: int | None, base: MonitoringSnapshot | None, url: str) -> Change | None:
    then = getattr(base, metric.name, None)
    if value is None or then is None:
        return None
    return describe_change(value - then, url if value != then else "")  # nothing to explain
