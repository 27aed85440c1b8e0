"""The admin's first page: how things stand, what wants attention, and whether the numbers can be trusted.

Nothing here plans: every figure comes from the latest stored snapshot and its facts, however large the catalogue is.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from integrations.selectors.accounts import AccountState, list_account_states
from monitoring.admin.contributors import ACCOUNT_MODELS
from monitoring.admin.open_alerts import build_open_alerts, list_channel_troubles
from monitoring.admin.permissions import may_see
from monitoring.admin.standing import describe_standing
from monitoring.admin.tiles import SPANS, build_tile_groups
from monitoring.models import Vendor
from monitoring.selectors.focus import list_focus
from monitoring.selectors.runs import list_runs
from monitoring.selectors.timeseries import MissingReason
from monitoring.services.overview import Standing, Stored, get_standing
from monitoring.services.trends import Trends, load_trends
from planning_core.selectors.source_syncs import SourceState, list_source_syncs

MOST_ROWS = 10

Panels = dict[str, Any]

admin.site.index_template = "monitoring/dashboard.html"


@dataclass(frozen=True, slots=True)
class MissedSlots:
    """Slots in a row that were missed for the same reason."""

    first: datetime
    last: datetime
    count: int
    reason: str


def add_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the page shows to the context of the index: what the user may see; nothing else is even read."""
    return context | {"title": _("Dashboard"), "panels": build_panels(request), "spans": SPANS}


def build_panels(request: HttpRequest) -> Panels:
    """Return the panels that the user may see, by name."""
    panels: Panels = {}
    if may_see(request, "monitoring.monitoringsnapshot"):
        standing = get_standing()
        panels["light"] = describe_standing(standing)
        if standing.stored:
            panels |= _build_stored_panels(request, standing, standing.stored)
        panels |= _build_alert_panels(request, standing)
    if may_see(request, "planning_core.sourcesync"):
        panels["sources"] = _list_sources()
    if may_see(request, "monitoring.monitoringrun"):
        panels["runs"] = list_runs()[:MOST_ROWS]
    if vendors := [vendor for vendor, model in ACCOUNT_MODELS.items() if may_see(request, model)]:
        panels["accounts"] = _list_accounts(vendors)
    return panels


def group_missed(trends: Trends) -> list[MissedSlots]:
    """Return missed slots, those in a row with the same reason together, newest first."""
    # places in the series grow by one from a slot to the next, so they minus a counter stay the same in a row
    rows = groupby(enumerate(trends.missed), key=lambda pair: (pair[1].place - pair[0], pair[1].reason))
    stretches = [(MissingReason(reason), [missed.slot for _at, missed in group]) for (_row, reason), group in rows]
    return [MissedSlots(slots[0], slots[-1], len(slots), str(reason.label)) for reason, slots in reversed(stretches)]


def _build_stored_panels(request: HttpRequest, standing: Standing, stored: Stored) -> Panels:
    trends = load_trends(slot=standing.freshness.expected_slot, latest_at=stored.latest.created_at)
    panels: Panels = {"latest": stored.latest, "groups": build_tile_groups(stored.latest, trends.by_metric)}
    if may_see(request, "monitoring.monitoringgap"):
        panels["missed"] = group_missed(trends)
    if may_see(request, "planning_core.article"):
        panels["focus"] = list_focus(limit=MOST_ROWS)
    return panels


def _build_alert_panels(request: HttpRequest, standing: Standing) -> Panels:
    panels: Panels = {}
    if may_see(request, "monitoring.alertepisode"):
        breaches = standing.stored.overview.breaches if standing.stored else []
        panels["alerts"] = build_open_alerts(request, breaches, now=standing.now)
    if may_see(request, "monitoring.notificationchannel"):
        panels["channels"] = list_channel_troubles(now=standing.now)
    return panels


def _list_sources() -> list[SourceState]:
    """Return the sources, the oldest first and those that never delivered before all."""
    return sorted(list_source_syncs(), key=lambda state: (state.last_good_at is not None, state.last_good_at or 0))


def _list_accounts(vendors: list[Vendor]) -> list[tuple[str, AccountState]]:
    states = [state for state in list_account_states() if state.vendor in vendors]
    return [(str(Vendor(state.vendor).label), state) for state in states]
