"""Reads of the accounts. None of them loads a token."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Value

from integrations.models import MoySkladAccount, WbAccount


@dataclass(frozen=True)
class AccountCounts:
    """How many accounts there are, and how many of them are active."""

    wb_accounts_total: int = 0
    wb_accounts_active: int = 0
    ms_accounts_total: int = 0
    ms_accounts_active: int = 0


def list_wb_accounts() -> QuerySet[WbAccount]:
    """Return the Wildberries accounts by id, their tokens left in the database."""
    return WbAccount.objects.defer("api_token").order_by("id")


def list_moysklad_accounts() -> QuerySet[MoySkladAccount]:
    """Return the MoySklad accounts by id, their tokens left in the database."""
    return MoySkladAccount.objects.defer("api_token").order_by("id")


def count_accounts() -> AccountCounts:
    """Return the four account metrics of a snapshot, in one statement."""
    is_active = Q(is_active=True)
    sources = [
        model.objects.order_by()
        .values(source=Value(prefix))
        .annotate(total=Count("id"), active=Count("id", filter=is_active))
        for prefix, model in (("wb", WbAccount), ("ms", MoySkladAccount))
    ]
    counts = {}
    for row in sources[0].union(sources[1], all=True):
        counts[f"{row['source']}_accounts_total"] = row["total"]
        counts[f"{row['source']}_accounts_active"] = row["active"]
    return AccountCounts(**counts)
