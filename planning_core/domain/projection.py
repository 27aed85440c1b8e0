"""How long the bundles of an article will last, with what is on its way to the own warehouse."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from planning_core.domain.arrays import FloatArray, IntArray, locate, sum_by_group
from planning_core.domain.bundle_risk import BundleRisks
from planning_core.domain.inputs import PlanningInputs
from planning_core.domain.potential import compute_potential_bundles

ROUNDING = 1e-9
"""Less than this of a bundle is what adding doubles leaves over."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Pieces of a SKU that are expected on a day."""

    sku_id: int
    day: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Projection:
    """The bundles of one type, day by day."""

    bundle_type_id: int
    stock: Sequence[float]
    """On the target day and at the end of each day after it."""
    runs_out_on_day: int | None
    """The first of those days on which none is left, None if some are left on the last one."""


def project_stock(
    inputs: PlanningInputs, risks: BundleRisks, arrivals: Sequence[Arrival], *, days: int
) -> list[Projection]:
    """Return what is left of every bundle type when it sells at its average, by bundle type id.

    What arrives is packed on the day: it adds what could be packed more than before. As in the bundle risk, colours
    that several bundle types share count for each of them. Sales that find no stock are lost, not made up for.

    Args:
        inputs: The inputs of exactly one article.
        risks: Its bundle risks.
        arrivals: In any order; only those after the target day and within the days count, overdue ones do not.
        days: How far to look, at least 1.
    """
    gains = _compute_gains(inputs, risks, arrivals, days)
    sold = np.maximum(risks.average_per_day, 0)
    stock = np.empty((days + 1, len(risks.level)))
    stock[0] = np.maximum(risks.total_available, 0)
    for day in range(1, days + 1):
        left = stock[day - 1] - sold
        stock[day] = np.where(left < ROUNDING, 0, left) + gains[day]
    return [
        Projection(bundle_type_id, stock[:, row].tolist(), _find_empty_day(stock[:, row], inputs.target_day))
        for row, bundle_type_id in enumerate(risks.bundle_type_id.tolist())
    ]


def _compute_gains(inputs: PlanningInputs, risks: BundleRisks, arrivals: Sequence[Arrival], days: int) -> IntArray:
    """Return how many bundles more could be packed from each day on, shape (days + 1, n_entries)."""
    gains = np.zeros((days + 1, len(risks.level)), dtype=np.int64)
    near = [arrival for arrival in arrivals if 0 < arrival.day - inputs.target_day <= days]
    arrival_days = sorted({arrival.day for arrival in near})
    potentials = [_sum_potential(inputs, risks, near, until=day) for day in (inputs.target_day, *arrival_days)]
    for day, (before, after) in zip(arrival_days, pairwise(potentials), strict=True):
        gains[day - inputs.target_day] = after - before
    return gains


def _sum_potential(inputs: PlanningInputs, risks: BundleRisks, arrivals: Sequence[Arrival], *, until: int) -> IntArray:
    """Return what could be packed of each bundle type with all that arrives until a day."""
    count = len(risks.level)
    if not inputs.has_packing_warehouse:
        return np.zeros(count, dtype=np.int64)
    arrived = [arrival for arrival in arrivals if arrival.day <= until]
    sku, known = locate(inputs.skus.id, np.array([arrival.sku_id for arrival in arrived], dtype=np.int64))
    pieces = np.array([arrival.quantity for arrival in arrived], dtype=np.int64)
    more = sum_by_group(sku[known], pieces[known], len(inputs.skus.id))
    skus = replace(inputs.skus, packing_on_hand=inputs.skus.packing_on_hand + more)
    potential = compute_potential_bundles(recipes=inputs.recipes, skus=skus)
    entry, known = locate(risks.bundle_type_id, potential.bundle_type_id)
    return sum_by_group(entry[known], potential.quantity[known], count)


def _find_empty_day(stock: FloatArray, target_day: int) -> int | None:
    empty = np.flatnonzero(stock == 0)
    return target_day + int(empty[0]) if len(empty) else None
