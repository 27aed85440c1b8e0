"""What monitoring saw in each slot of the demo company's past: the code of every capture over the stock of then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings

from integrations.selectors.accounts import AccountState
from monitoring.services.build import SnapshotBuild, SourceTimes, combine_build
from monitoring.services.demo.facts import FactHistory
from monitoring.services.demo.schedule import DemoSlot
from planning_core.domain.inputs import PlanningInputs
from planning_core.domain.portfolio import compute_classic_portfolio
from planning_core.models import DataSource
from planning_core.selectors.inputs import load_planning_inputs
from planning_core.services.demo.catalogue import Ints
from planning_core.services.demo.company import DemoCompany, stock_at
from planning_core.services.demo.feeds import store_sales, store_stock
from supplybrain.clock import get_business_date

SYNC_INTERVAL = timedelta(hours=3)


def replay_slots(
    company: DemoCompany, slots: list[DemoSlot], *, live_from: datetime, accounts: Sequence[AccountState]
) -> list[SnapshotBuild]:
    """Live through the slots: store each day's sales when it is over, the facts at the end; return what each slot saw.

    Sales, recipes and settings are loaded once a day, as they are the same all day. The stock is that of the moment;
    before `live_from` it came every three hours, and the slots in between saw what had come last.
    Afterwards all sales up to yesterday are stored, and the stock of the last slot.

    Args:
        company: Stored but for its sales and its stock.
        slots: Oldest first, none after the company's today.
        live_from: From this slot on the stock is that of the moment.
        accounts: The accounts, which did not change.
    """
    zone = ZoneInfo(settings.BUSINESS_TIME_ZONE)
    synced = [next(of_sync) for _, of_sync in groupby(slots, key=lambda slot: _find_sync(slot, live_from))]
    stock = stock_at(company, [slot.captured_at.astimezone(zone) for slot in synced])
    builds: dict[datetime, SnapshotBuild] = {}
    history = FactHistory()
    sales_from = company.calendar.stored_from
    for as_of, of_day in groupby(synced, key=_find_business_date):
        today = company.number_of(as_of)
        store_sales(company, first_day=sales_from, end_day=today)
        sales_from = today
        inputs = load_planning_inputs(target_date=as_of)
        for slot in of_day:
            place = len(builds)
            then = with_stock(inputs, wb_bundles=stock.wb_bundles[place], nsk_pieces=stock.nsk_pieces[place])
            build = combine_build(compute_classic_portfolio(then), accounts=accounts, sources=date_sources(slot))
            history.add(build.facts, slot=slot.slot)
            builds[_find_sync(slot, live_from)] = build
    history.store()
    store_sales(company, first_day=sales_from, end_day=company.calendar.today)
    store_stock(stock, moment=len(synced) - 1, updated_at=slots[-1].captured_at)
    return [builds[_find_sync(slot, live_from)] for slot in slots]


def _find_sync(slot: DemoSlot, live_from: datetime) -> datetime:
    """Return what tells the sync that a slot saw from others. A business day begins with one."""
    if slot.slot >= live_from:
        return slot.slot
    midnight = datetime.combine(_find_business_date(slot), time(), ZoneInfo(settings.BUSINESS_TIME_ZONE))
    return midnight + (slot.slot - midnight) // SYNC_INTERVAL * SYNC_INTERVAL


def date_sources(slot: DemoSlot) -> SourceTimes:
    """Return when each source had last come: stock every hour, everything else in the first hour of the day."""
    zone = ZoneInfo(settings.BUSINESS_TIME_ZONE)
    hour = slot.captured_at.replace(minute=0, second=0, microsecond=0)
    midnight = hour.astimezone(zone).replace(hour=0).astimezone(UTC)
    hourly = (DataSource.WB_STOCK, DataSource.OWN_STOCK)
    return {source.value: hour if source in hourly else midnight for source in DataSource}


def with_stock(inputs: PlanningInputs, *, wb_bundles: Ints, nsk_pieces: Ints) -> PlanningInputs:
    """Return the inputs with another stock.

    Args:
        inputs: Loaded from the demo company's tables.
        wb_bundles: Bundles at Wildberries by row of the company's listings.
        nsk_pieces: Pieces at NSK, its only warehouse of its own, by row of its SKUs.
    """
    pieces = nsk_pieces[inputs.skus.id - 1]
    skus = replace(inputs.skus, packing_on_hand=pieces, internal_on_hand=pieces, total_on_hand=pieces)
    wb_skus = replace(inputs.wb_skus, stock=wb_bundles[inputs.wb_skus.id - 1])
    return replace(inputs, skus=skus, wb_skus=wb_skus)


def _find_business_date(slot: DemoSlot) -> date:
    return get_business_date(slot.slot)
