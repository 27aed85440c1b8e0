"""The metrics as tiles: value, change and how it came there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.domain.metrics import METRICS, Category, Metric
from monitoring.models import MonitoringSnapshot
from monitoring.services.trends import Trend
from supplybrain.charts import Sparkline, Tone, format_amount, format_change

CATEGORIES = {
    Category.RISK: gettext_lazy("Risks: bundle types of articles"),
    Category.ORDERS: gettext_lazy("Orders"),
    Category.INTEGRATIONS: gettext_lazy("Accounts"),
}
TONES = {
    "risk_critical": Tone.ALARM,
    "risk_warning": Tone.ATTENTION,
    "risk_ok": Tone.GOOD,
    "risk_overstock": Tone.NOTE,
    "risk_no_data": Tone.NEUTRAL,
}
SPANS = (("day", gettext_lazy("24 hours")), ("week", gettext_lazy("7 days")), ("month", gettext_lazy("30 days")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A metric.

    Args:
        change: Against 24 hours before the snapshot, with its sign; empty if there is nothing to compare with.
        sparklines: Name of the span and its line.
    """

    label: str
    description: str
    value: str
    change: str
    tone: Tone
    sparklines: list[tuple[str, Sparkline]]


def build_tile_groups(latest: MonitoringSnapshot, trends: Mapping[str, Trend]) -> list[dict[str, Any]]:
    """Return the tiles by category."""
    return [
        {
            "label": label,
            "tiles": [
                _build_tile(m, getattr(latest, m.name), trends[m.name]) for m in METRICS if m.category is category
            ],
        }
        for category, label in CATEGORIES.items()
    ]


def _build_tile(metric: Metric, value: int | None, trend: Trend) -> Tile:
    tone = TONES.get(metric.name, Tone.ACCENT)
    label = _(metric.label)
    change = None if value is None or trend.day_ago is None else value - trend.day_ago
    return Tile(
        label=label,
        description=_(metric.description),
        value=format_amount(value),
        change="" if change is None else format_change(change),
        tone=tone,
        sparklines=[
            (span, Sparkline(title=f"{label}, {words}", values=getattr(trend, span), tone=tone))
            for span, words in SPANS
        ],
    )
