"""What the demo company has ordered and not received: the open batches of the coming ten weeks."""

from dataclasses import dataclass

import numpy as np

from planning_core.models import SupplyStage
from planning_core.services.demo.catalogue import DemoCatalogue, Ints
from planning_core.services.demo.demand import Calendar, DemoDemand
from planning_core.services.demo.stock import (
    POSITION_COVER_DAYS,
    StockHistory,
    SupplyPlan,
    count_pieces,
    plan_rate,
    round_to_cartons,
)

# A batch that is due within these days has come at least so far: 30 days on its way, before that 30 in production.
STAGE_WITHIN_DAYS = ((30, SupplyStage.SHIPPED), (60, SupplyStage.IN_PRODUCTION), (10_000, SupplyStage.ORDERED))


@dataclass(frozen=True)
class OpenOrders:
    """One row per SKU and batch, shape (n_orders,).

    Attributes:
        sku: Row of the SKU.
        due_in_days: Days from today.
        quantity: Pieces.
    """

    sku: Ints
    due_in_days: Ints
    quantity: Ints


def list_open_orders(
    catalogue: DemoCatalogue, demand: DemoDemand, plan: SupplyPlan, history: StockHistory, calendar: Calendar
) -> OpenOrders:
    """Return the batches under way: each one fills the position up to the cover wanted on its day."""
    today = calendar.today
    rate = count_pieces(catalogue, plan_rate(catalogue, demand, today))
    bundles = history.wb_morning[today] + history.wb_booked[today:].sum(axis=0)
    position = history.nsk_morning[today] + count_pieces(catalogue, bundles)
    is_batch_day = plan.is_batch_day[today + 1 :, catalogue.skus.article]
    due_in_days = np.arange(1, len(is_batch_day) + 1)[:, None]
    # Pieces ordered up to each day: cover then, plus what sells until then, less what there is now. It never shrinks.
    needed = np.maximum(rate * (POSITION_COVER_DAYS + due_in_days) - position, 0) * is_batch_day
    total = np.maximum.accumulate(needed, axis=0)
    quantity = round_to_cartons(np.diff(total, axis=0, prepend=0))
    days, skus = np.nonzero(quantity)
    return OpenOrders(skus, days + 1, quantity[days, skus])


def stage_of(due_in_days: int) -> SupplyStage:
    """Return how far a batch has come that is due in so many days."""
    return next(stage for within, stage in STAGE_WITHIN_DAYS if due_in_days <= within)
