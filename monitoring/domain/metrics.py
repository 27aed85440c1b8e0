"""The metrics of a snapshot, each declared once: catalogue, layout, alert rules, time series and storage read this."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitoring.domain.texts import mark_text as _

MetricValues = Mapping[str, int | None]
"""Value by metric name; None where the snapshot is older than the metric."""

SCHEMA_VERSION = 1
"""Which columns a snapshot is written with today. A new metric raises it and says so in its `since_schema_version`."""

METRICS_VERSION = 1
"""Which policy computes the values today: 1 is the classic one. A change of meaning is a new version, never an edit."""


class Category(StrEnum):
    """What a metric is about."""

    RISK = "risk"
    INTEGRATIONS = "integrations"
    ORDERS = "orders"


class Unit(StrEnum):
    """What a metric counts."""

    BUNDLES_OF_ARTICLES = _("article bundle types")
    ACCOUNTS = _("accounts")
    ARTICLES = _("articles")
    PIECES = _("pieces")


class Explanation(StrEnum):
    """Which rows a metric is summed from, and so what explains it."""

    BUNDLE_RISK_LEVELS = "bundle_risk_levels"
    WB_ACCOUNTS = "wb_accounts"
    MS_ACCOUNTS = "ms_accounts"
    ORDER_REASONS = "order_reasons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number of a snapshot.

    Args:
        name: Its column in storage and its name in the API.
        used_in_status: Whether the overall status looks at it, directly or through the default alert rules.
        since_schema_version: The first schema version whose rows have it.
        explained_by: The rows that its value is the count or the sum of.
    """

    name: str
    category: Category
    label: str
    description: str
    unit: Unit
    supports_alerts: bool = True
    supports_timeseries: bool = True
    used_in_status: bool = True
    since_schema_version: int = 1
    explained_by: Explanation


def _risk(level: str, label: str, description: str) -> Metric:
    return Metric(
        name=f"risk_{level}",
        category=Category.RISK,
        label=label,
        description=description,
        unit=Unit.BUNDLES_OF_ARTICLES,
        explained_by=Explanation.BUNDLE_RISK_LEVELS,
    )


METRICS: tuple[Metric, ...] = (
    _risk(
        "critical", _("Critical risk"), _("Bundle types of active articles whose stock covers the safety days at most.")
    ),
    _risk(
        "warning",
        _("Warning risk"),
        _("Bundle types of active articles covered beyond the safety days, not the alert days."),
    ),
    _risk(
        "ok", _("No risk"), _("Bundle types of active articles covered beyond the alert days and short of overstock.")
    ),
    _risk(
        "overstock",
        _("Overstock"),
        _("Bundle types of active articles with three alert periods of stock, or unsold stock."),
    ),
    _risk("no_data", _("No data"), _("Bundle types of active articles with neither stock nor sales to judge by.")),
    Metric(
        name="wb_accounts_total",
        category=Category.INTEGRATIONS,
        label=_("WB accounts"),
        description=_("Wildberries accounts on file, switched off ones included."),
        unit=Unit.ACCOUNTS,
        used_in_status=False,
        explained_by=Explanation.WB_ACCOUNTS,
    ),
    Metric(
        name="wb_accounts_active",
        category=Category.INTEGRATIONS,
        label=_("Active WB accounts"),
        description=_("Wildberries accounts that are switched on."),
        unit=Unit.ACCOUNTS,
        explained_by=Explanation.WB_ACCOUNTS,
    ),
    Metric(
        name="ms_accounts_total",
        category=Category.INTEGRATIONS,
        label=_("MoySklad accounts"),
        description=_("MoySklad accounts on file, switched off ones included."),
        unit=Unit.ACCOUNTS,
        used_in_status=False,
        explained_by=Explanation.MS_ACCOUNTS,
    ),
    Metric(
        name="ms_accounts_active",
        category=Category.INTEGRATIONS,
        label=_("Active MoySklad accounts"),
        description=_("MoySklad accounts that are switched on."),
        unit=Unit.ACCOUNTS,
        explained_by=Explanation.MS_ACCOUNTS,
    ),
    Metric(
        name="articles_with_orders",
        category=Category.ORDERS,
        label=_("Articles to order"),
        description=_("Active articles with a positive final order quantity."),
        unit=Unit.ARTICLES,
        explained_by=Explanation.ORDER_REASONS,
    ),
    Metric(
        name="total_final_order_qty",
        category=Category.ORDERS,
        label=_("Pieces to order"),
        description=_("Final order quantity of all active articles together."),
        unit=Unit.PIECES,
        explained_by=Explanation.ORDER_REASONS,
    ),
)

METRIC_BY_NAME: Mapping[str, Metric] = {metric.name: metric for metric in METRICS}
METRIC_NAMES: tuple[str, ...] = tuple(METRIC_BY_NAME)
ALERT_METRIC_NAMES: tuple[str, ...] = tuple(metric.name for metric in METRICS if metric.supports_alerts)
TIMESERIES_METRIC_NAMES: tuple[str, ...] = tuple(metric.name for metric in METRICS if metric.supports_timeseries)
