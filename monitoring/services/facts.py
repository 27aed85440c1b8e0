"""Write facts: what changed since the last capture, and nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
from django.db.models import Model
from psycopg import sql

from monitoring.domain.facts import AccountRow, Facts
from monitoring.domain.intervals import Changes, Columns, find_changes
from monitoring.models import AccountFact, BundleFact, OrderFact, PolicyFact
from monitoring.selectors.facts import BUNDLE_COLUMNS, ORDER_COLUMNS, POLICY_INTEGERS, CurrentFacts
from planning_core.domain.arrays import IntArray
from planning_core.domain.facts import PolicyFacts
from planning_core.services.copy import copy_rows
from planning_core.services.statements import execute, join_names, name_table

BUNDLE_KEY = ("article_id", "bundle_type_id")
ARTICLE_KEY = ("article_id",)
ACCOUNT_KEY = ("vendor", "account_id")
POLICY_FIELDS = (*POLICY_INTEGERS, "code", "strictness", "color_ids", "color_minimums", "sku_color_ids", "digest")
ACCOUNT_FIELDS = (*ACCOUNT_KEY, "name", "is_active", "last_good_sync_at")

# One statement for all tables. A row that began in this very slot, or after it, was of a snapshot that somebody has
# deleted since: it never held.
END_ROWS = """
{ended} AS (SELECT * FROM unnest({keys}) AS key ({names})),
{gone} AS (
    DELETE FROM {table} AS fact USING {ended} AS ended
    WHERE valid_to_slot IS NULL AND valid_from_slot >= {slot} AND {same}
),
{closed} AS (
    UPDATE {table} AS fact SET valid_to_slot = {slot} FROM {ended} AS ended
    WHERE valid_to_slot IS NULL AND valid_from_slot < {slot} AND {same}
)
"""

Row = Sequence[object]


@dataclass(frozen=True)
class TableChange:
    """What is to be written into one table.

    Attributes:
        model: Whose table.
        key: The fields that tell what a row is about.
        key_types: Their types in PostgreSQL.
        ended: The keys of the rows that end, column by column.
        fields: The fields of the rows that begin.
        began: Those rows; to be gone through once.
        is_empty: Whether nothing changed.
    """

    model: type[Model]
    key: Sequence[str]
    key_types: Sequence[str]
    ended: Sequence[Sequence[object]]
    fields: Sequence[str]
    began: Iterable[Row]
    is_empty: bool


def describe_current(facts: Facts) -> CurrentFacts:
    """Return facts in the form in which they are compared."""
    planning = facts.planning
    return CurrentFacts(
        bundles={name: getattr(planning.bundles, name) for name in BUNDLE_COLUMNS},
        orders={name: getattr(planning.orders, name) for name in ORDER_COLUMNS},
        policies={"article_id": planning.policies.article_id, "digest": planning.policies.digest},
        accounts=facts.accounts,
    )


def store_facts(facts: Facts, *, slot: datetime, before: CurrentFacts) -> int:
    """Store the facts of a slot as differences to what holds now, and return how many rows began.

    One COPY per table that changed, and one statement for all that ends. For the transaction that stores the slot's
    snapshot, under the lock of the capture.

    Args:
        facts: What holds in the slot.
        slot: The slot, later than every one that has facts.
        before: What held until now.
    """
    changes = [change for change in list_changes(facts, before) if not change.is_empty]
    _end_rows([change for change in changes if change.ended[0]], slot)
    return sum(
        copy_rows(change.model, ["valid_from_slot", *change.fields], ((slot, *row) for row in change.began))
        for change in changes
    )


def list_changes(facts: Facts, before: CurrentFacts) -> list[TableChange]:
    """Return what the facts of a slot change in each table.

    Args:
        facts: What holds in the slot.
        before: What held until then.
    """
    after = describe_current(facts)
    bundles = find_changes(before.bundles, after.bundles, key=BUNDLE_KEY)
    orders = find_changes(before.orders, after.orders, key=ARTICLE_KEY)
    policies = find_changes(before.policies, after.policies, key=ARTICLE_KEY)
    return [
        _describe_change(BundleFact, BUNDLE_KEY, before.bundles, after.bundles, bundles),
        _describe_change(OrderFact, ARTICLE_KEY, before.orders, after.orders, orders),
        TableChange(
            model=PolicyFact,
            key=ARTICLE_KEY,
            key_types=["bigint"],
            ended=[before.policies["article_id"][policies.ended].tolist()],
            fields=POLICY_FIELDS,
            began=_list_policy_rows(facts.planning.policies, after.policies["digest"], policies.began),
            is_empty=not policies,
        ),
        _describe_account_changes(before.accounts, facts.accounts),
    ]


def _describe_change(
    model: type[Model], key: Sequence[str], before: Columns, after: Columns, changes: Changes
) -> TableChange:
    columns = [after[name][changes.began].tolist() for name in after]
    return TableChange(
        model=model,
        key=key,
        key_types=["bigint"] * len(key),
        ended=[before[name][changes.ended].tolist() for name in key],
        fields=list(after),
        began=zip(*columns, strict=True),
        is_empty=not changes,
    )


def _list_policy_rows(policies: PolicyFacts, digest: IntArray, rows: IntArray) -> Iterable[Row]:
    colors = _slice_by_article(policies.color_article, len(policies.article_id))
    skus = _slice_by_article(policies.sku_article, len(policies.article_id))
    for row in rows.tolist():
        yield (
            *(int(getattr(policies, name)[row]) for name in POLICY_INTEGERS),
            policies.code[row],
            float(policies.strictness[row]),
            policies.color_id[colors[row]].tolist(),
            policies.color_minimum[colors[row]].tolist(),
            policies.sku_color_id[skus[row]].tolist(),
            int(digest[row]),
        )


def _slice_by_article(article: IntArray, count: int) -> list[slice]:
    """Return where the rows of each article stand among rows that are sorted by it."""
    bounds = np.searchsorted(article, np.arange(count + 1)).tolist()
    return [slice(start, end) for start, end in pairwise(bounds)]


def _describe_account_changes(before: Sequence[AccountRow], after: Sequence[AccountRow]) -> TableChange:
    known, wanted = set(before), set(after)
    ended = sorted(account.key for account in known - wanted)
    began = [(*account.key, account.name, account.is_active, account.last_good_sync_at) for account in wanted - known]
    return TableChange(
        model=AccountFact,
        key=ACCOUNT_KEY,
        key_types=["text", "bigint"],
        ended=[[vendor for vendor, _ in ended], [account_id for _, account_id in ended]],
        fields=ACCOUNT_FIELDS,
        began=sorted(began),
        is_empty=known == wanted,
    )


def _end_rows(changes: Sequence[TableChange], slot: datetime) -> None:
    if not changes:
        return
    parts = [_build_end(number, change, slot) for number, change in enumerate(changes)]
    keys = [column for change in changes for column in change.ended]
    execute("WITH {parts} SELECT", keys, parts=sql.SQL(", ").join(parts))


def _build_end(number: int, change: TableChange, slot: datetime) -> sql.Composed:
    casts = [sql.SQL("%s::{}[]").format(sql.SQL(key_type)) for key_type in change.key_types]
    same = [sql.SQL("fact.{name} = ended.{name}").format(name=sql.Identifier(name)) for name in change.key]
    return sql.SQL(END_ROWS).format(
        **{role: sql.Identifier(f"{role}_{number}") for role in ("ended", "gone", "closed")},
        keys=sql.SQL(", ").join(casts),
        names=join_names(change.key),
        table=name_table(change.model),
        slot=sql.Literal(slot),
        same=sql.SQL(" AND ").join(same),
    )
