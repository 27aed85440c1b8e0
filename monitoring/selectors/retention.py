"""Reads of what may be thinned out."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Min

from monitoring.selectors.snapshots import list_explainable_snapshots


@dataclass(frozen=True, slots=True)
class CrowdedDay:
    """A business day that has facts for more than one slot.

    Attributes:
        as_of_date: The day.
        first_slot: The first of its slots that has facts.
        last_slot: The last one.
    """

    as_of_date: date
    first_slot: datetime
    last_slot: datetime


def list_crowded_days(*, before: date) -> list[CrowdedDay]:
    """Return the business days that have facts for more than one slot, oldest first.

    Args:
        before: The first day that does not count.
    """
    days = (
        list_explainable_snapshots()
        .filter(as_of_date__lt=before)
        .order_by("as_of_date")
        .values_list("as_of_date", Min("slot"), Max("slot"))
        .alias(n_slots=Count("id"))
        .filter(n_slots__gt=1)
    )
    return [CrowdedDay(*day) for day in days]
