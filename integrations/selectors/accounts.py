"""Reads of the accounts. None of them loads a token."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, TextField, Value

from integrations.models import MoySkladAccount, WbAccount


@dataclass(frozen=True)
class AccountCounts:
    """How many accounts there are, and how many of them are active."""

    wb_accounts_total: int = 0
    wb_accounts_active: int = 0
    ms_accounts_total: int = 0
    ms_accounts_active: int = 0


@dataclass(frozen=True)
class AccountState:
    """An account as monitoring knows it.

    Attributes:
        vendor: `wb` or `ms`.
        account_id: Its id among the accounts of the vendor.
        name: What people call it.
        is_active: Whether it is switched on.
    """

    vendor: str
    account_id: int
    name: str
    is_active: bool


def list_wb_accounts() -> QuerySet[WbAccount]:
    """Return the Wildberries accounts by id, their tokens left in the database."""
    return WbAccount.objects.defer("api_token").order_by("id")


def list_moysklad_accounts() -> QuerySet[MoySkladAccount]:
    """Return the MoySklad accounts by id, their tokens left in the database."""
    return MoySkladAccount.objects.defer("api_token").order_by("id")


def list_account_states() -> list[AccountState]:
    """Return every account of every vendor by vendor and id, in one statement."""
    states = [
        model.objects.order_by().values_list(Value(vendor, TextField()), "id", "name", "is_active")
        for vendor, model in (("ms", MoySkladAccount), ("wb", WbAccount))
    ]
    return sorted((AccountState(*row) for row in states[0].union(states[1], all=True)), key=_get_key)


def _get_key(state: AccountState) -> tuple[str, int]:
    return state.vendor, state.account_id


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
