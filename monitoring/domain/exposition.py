"""What Prometheus calls the metrics of a snapshot: derived from the registry, so that a new one shows up by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitoring.domain.metrics import METRICS, Category, Metric

PREFIX = "supplybrain_"
RISK_PREFIX = "risk_"
ACCOUNTS = "_accounts_"

RENAMED = {"total_final_order_qty": "order_quantity_pieces"}
"""Names that say nothing of their unit, which Prometheus wants to see at the end."""

SHARED_HELP = {
    "articles": "Bundle types of active articles by risk level.",
    "accounts": "Accounts on file, switched off ones included.",
    "accounts_active": "Accounts that are switched on.",
}
"""Of families that several metrics belong to; others are described by their metric."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a metric stands in the exposition.

    Args:
        family: Name without the prefix.
        label: The label that tells the members of the family apart; empty if there is one alone.
        label_value: Its value.
    """

    family: str
    label: str = ""
    label_value: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """Metrics that Prometheus knows under one name.

    Args:
        name: The whole name.
        help: What it counts.
        label: The label of its members; empty if there is one alone.
        members: Metric by label value, in the order of the registry.
    """

    name: str
    help: str
    label: str
    members: dict[str, Metric] = field(default_factory=dict)


def place_metric(metric: Metric) -> Place:
    """Return where a metric of a snapshot stands in the exposition.

    Example:
        >>> from monitoring.domain.metrics import METRIC_BY_NAME
        >>> place_metric(METRIC_BY_NAME["wb_accounts_active"])
        Place(family='accounts_active', label='system', label_value='wb')
    """
    if metric.category is Category.RISK:
        return Place("articles", "risk", metric.name.removeprefix(RISK_PREFIX))
    if metric.category is Category.INTEGRATIONS and ACCOUNTS in metric.name:
        system, _separator, which = metric.name.partition(ACCOUNTS)
        return Place("accounts" if which == "total" else f"accounts_{which}", "system", system)
    return Place(RENAMED.get(metric.name, metric.name))


def _group_metrics() -> Mapping[str, Family]:
    families: dict[str, Family] = {}
    for metric in METRICS:
        place = place_metric(metric)
        text = SHARED_HELP.get(place.family, metric.description)
        family = families.setdefault(place.family, Family(PREFIX + place.family, text, place.label))
        family.members[place.label_value] = metric
    return families


FAMILIES: tuple[Family, ...] = tuple(_group_metrics().values())
"""Every family that comes from a snapshot."""
