"""What moved an account metric: accounts that came, went or were switched."""

from collections.abc import Sequence

import numpy as np

from monitoring.domain.causes import Cause, CauseShare
from monitoring.domain.contributors import AccountDetails, describe_account, value_account
from monitoring.domain.diff.pairs import CauseList, Pairs, pair_rows
from monitoring.domain.diff.result import Diff
from monitoring.domain.facts import WB, AccountRow
from planning_core.domain.arrays import IntArray

ACCOUNT_STATES = ("inactive", "active")


def list_counted(accounts: Sequence[AccountRow], metric: str) -> list[AccountRow]:
    """Return the accounts of the vendor that a metric counts, whatever they add."""
    return [account for account in accounts if metric.startswith(f"{account.vendor}_")]


def pair_accounts(old: Sequence[AccountRow], new: Sequence[AccountRow], *, metric: str) -> Pairs:
    """Return all accounts of two slots with what they add to an account metric."""
    return pair_rows(
        keys=(_list_keys(old), _list_keys(new)),
        values=(_list_values(old, metric), _list_values(new, metric)),
        states=(_list_states(old), _list_states(new)),
        names=ACCOUNT_STATES,
    )


def compare_accounts(before: Sequence[AccountRow], after: Sequence[AccountRow], *, metric: str, top: int) -> Diff:
    """Return what made an account metric change."""
    old, new = (list_counted(accounts, metric) for accounts in (before, after))
    pairs = pair_accounts(old, new, metric=metric)
    ranked = pairs.rank(np.zeros(len(pairs.before)))
    causes: CauseList = []
    contributors = []
    for pair in ranked.tolist():
        then = old[pairs.before[pair]] if pairs.before[pair] >= 0 else None
        now = new[pairs.after[pair]] if pairs.after[pair] >= 0 else None
        delta = int(pairs.delta[pair])
        shares = (CauseShare(_find_cause(then, now), delta, delta),)
        causes.append(shares)
        subject = describe_account(now or then)  # type: ignore[arg-type]  # a pair has one side at least
        contributors.append(pairs.describe(pair, subject, (_describe(then), _describe(now)), shares))
    return pairs.sum_up(contributors[:top], causes, ranked)


def _find_cause(then: AccountRow | None, now: AccountRow | None) -> Cause:
    if then is None:
        return Cause.ACCOUNT_ADDED
    if now is None:
        return Cause.ACCOUNT_REMOVED
    return Cause.ACCOUNT_SWITCHED_ON if now.is_active else Cause.ACCOUNT_SWITCHED_OFF


def _describe(account: AccountRow | None) -> AccountDetails | None:
    return None if account is None else AccountDetails(account.is_active, account.last_good_sync_at)


def _list_keys(accounts: Sequence[AccountRow]) -> list[IntArray]:
    ids = np.array([account.account_id for account in accounts], dtype=np.int64)
    return [np.array([account.vendor == WB for account in accounts], dtype=np.int64), ids]


def _list_values(accounts: Sequence[AccountRow], metric: str) -> IntArray:
    return np.array([value_account(account, metric) for account in accounts], dtype=np.int64)


def _list_states(accounts: Sequence[AccountRow]) -> IntArray:
    return np.array([account.is_active for account in accounts], dtype=np.int64)
