"""What a front end shows and where it reads it. A test holds every metric named here to the registry."""

from dataclasses import dataclass
from enum import StrEnum

from monitoring.domain.texts import mark_text as _

PREFIX = "/api/v1/planning/monitoring"
TIMESERIES_POINTS = 30
FOCUS_ROWS = 20


class TileType(StrEnum):
    """How a tile is drawn."""

    COUNTER = "counter"
    TIMESERIES = "timeseries"
    TABLE_LINK = "table_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One tile: what it shows, and the endpoint and parameters that its numbers come from."""

    id: str
    title: str
    description: str
    type: TileType
    primary_metric: str | None = None
    secondary_metrics: tuple[str, ...] | None = None
    source_endpoint: str
    source_params: dict[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled group of tiles."""

    id: str
    title: str
    description: str
    tiles: tuple[Tile, ...]


def _counters(tile_id: str, title: str, description: str, *metrics: str) -> Tile:
    return Tile(
        id=tile_id,
        title=title,
        description=description,
        type=TileType.COUNTER,
        primary_metric=metrics[0],
        secondary_metrics=metrics[1:],
        source_endpoint=f"{PREFIX}/snapshot",
    )


def _series(tile_id: str, title: str, description: str, *metrics: str) -> Tile:
    return Tile(
        id=tile_id,
        title=title,
        description=description,
        type=TileType.TIMESERIES,
        primary_metric=metrics[0],
        secondary_metrics=metrics[1:] or None,
        source_endpoint=f"{PREFIX}/timeseries",
        source_params={"metrics": list(metrics), "limit": TIMESERIES_POINTS},
    )


LAYOUT: tuple[Section, ...] = (
    Section(
        id="status",
        title=_("Status"),
        description=_("The traffic light, its alerts and the age of the data."),
        tiles=(
            Tile(
                id="status_summary",
                title=_("Monitoring status"),
                description=_("Overall status with the number of critical and warning alerts."),
                type=TileType.COUNTER,
                source_endpoint=f"{PREFIX}/status",
            ),
        ),
    ),
    Section(
        id="risk",
        title=_("Stock-out risk"),
        description=_("How many bundle types are at which risk level, and which need attention first."),
        tiles=(
            _counters(
                "risk_counters",
                _("Risk levels"),
                _("Bundle types by risk level now."),
                *("risk_critical", "risk_warning", "risk_ok", "risk_overstock", "risk_no_data"),
            ),
            _series(
                "risk_timeseries", _("Critical risk over time"), _("Bundle types at critical risk."), "risk_critical"
            ),
            Tile(
                id="risk_top_articles",
                title=_("Most urgent"),
                description=_("The bundle types with the worst risk first."),
                type=TileType.TABLE_LINK,
                source_endpoint=f"{PREFIX}/risk-focus",
                source_params={"limit": FOCUS_ROWS},
            ),
        ),
    ),
    Section(
        id="integrations",
        title=_("Integrations"),
        description=_("Accounts at Wildberries and MoySklad."),
        tiles=(
            _counters(
                "integrations_counters",
                _("Active accounts"),
                _("Accounts that are switched on now."),
                *("wb_accounts_active", "ms_accounts_active"),
            ),
            _series(
                "integrations_timeseries",
                _("Active accounts over time"),
                _("Accounts that were switched on."),
                *("wb_accounts_active", "ms_accounts_active"),
            ),
        ),
    ),
    Section(
        id="orders",
        title=_("Orders"),
        description=_("What the current plan wants to order."),
        tiles=(
            _counters(
                "orders_counters",
                _("To order"),
                _("Articles with an order and its pieces now."),
                *("articles_with_orders", "total_final_order_qty"),
            ),
            _series(
                "orders_timeseries",
                _("Pieces to order over time"),
                _("Final order quantity of all articles."),
                "total_final_order_qty",
            ),
        ),
    ),
)
