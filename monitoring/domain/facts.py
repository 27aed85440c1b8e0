"""Facts of a slot: what its numbers are the sums of."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from monitoring.domain.metrics import MetricValues
from planning_core.domain.bundle_risk import RISK_LEVELS
from planning_core.domain.fact_hashes import hash_facts
from planning_core.domain.facts import PlanningFacts
from planning_core.domain.replay import replay_facts

WB, MOYSKLAD = "wb", "ms"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account at a vendor.

    Attributes:
        vendor: `wb` or `ms`.
        account_id: Its id among the accounts of the vendor.
        name: What people call it.
        is_active: Whether it is switched on.
        last_good_sync_at: When the oldest of the vendor's sources last came [UTC]; None for an inactive account, or if
            nothing ever came.
    """

    vendor: str
    account_id: int
    name: str
    is_active: bool
    last_good_sync_at: datetime | None

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from others."""
        return self.vendor, self.account_id


@dataclass(frozen=True, eq=False)
class Facts:
    """The facts of a slot.

    Attributes:
        planning: Bundles, orders and policies.
        accounts: By vendor and id.
    """

    planning: PlanningFacts
    accounts: Sequence[AccountRow]

    @cached_property
    def hash(self) -> str:
        """A hash of all of it, 32 hexadecimal digits: two slots with the same one have equal facts."""
        digest = hashlib.blake2b(hash_facts(self.planning), digest_size=16)
        accounts = sorted(self.accounts, key=lambda account: account.key)
        digest.update(json.dumps([_write_account(account) for account in accounts]).encode())
        return digest.hexdigest()


def _write_account(account: AccountRow) -> list[object]:
    *values, synced_at = astuple(account)
    return [*values, None if synced_at is None else synced_at.timestamp()]


def replay(facts: Facts) -> Facts:
    """Return the facts with every result computed anew from the inputs, through the rules of today's code."""
    return Facts(replay_facts(facts.planning), facts.accounts)


def sum_metrics(facts: Facts) -> MetricValues:
    """Return every metric as the sum over the facts that it is explained by."""
    levels = np.bincount(facts.planning.bundles.level, minlength=len(RISK_LEVELS)).tolist()
    quantities = facts.planning.orders.final_quantity
    return {
        **{f"risk_{level}": count for level, count in zip(RISK_LEVELS, levels, strict=True)},
        **{
            f"{vendor}_accounts_{kind}": sum(
                account.vendor == vendor and (kind == "total" or account.is_active) for account in facts.accounts
            )
            for vendor in (WB, MOYSKLAD)
            for kind in ("total", "active")
        },
        "articles_with_orders": int(np.count_nonzero(quantities)),
        "total_final_order_qty": sum(quantities.tolist()),  # in unbounded integers
    }
