"""Read facts: those of a slot, whole or in part, and those that hold now, to be compared with new ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import chain

import numpy as np
from psycopg import sql

from monitoring.domain.facts import AccountRow, Facts
from monitoring.domain.intervals import Columns
from planning_core.domain.arrays import IntArray
from planning_core.domain.facts import BundleFacts, OrderFacts, PlanningFacts, PolicyFacts
from planning_core.selectors.columns import Query, Table, read_tables

BUNDLE_COLUMNS = tuple(BundleFacts.__dataclass_fields__)
ORDER_COLUMNS = tuple(OrderFacts.__dataclass_fields__)
POLICY_INTEGERS = (
    "article_id",
    "target_coverage_days",
    "min_fabric_batch",
    "min_elastic_batch",
    "elastic_type_id",
    "elastic_type_minimum",
)
POLICY_VALUES = ("code", "strictness", "color_ids", "color_minimums", "sku_color_ids")
ACCOUNT_VALUES = ("vendor", "name", "last_good_sync_at")

HOLDS_NOW = sql.SQL("valid_to_slot IS NULL")


class Part(Enum):
    """What facts are read."""

    BUNDLES = "bundles"
    ORDERS = "orders"
    NAMES = "names"
    """Policies without colours and SKUs: which articles there are, and what they are called."""
    POLICIES = "policies"
    ACCOUNTS = "accounts"


ALL_PARTS = frozenset(Part)
_NONE: IntArray = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class CurrentFacts:
    """What holds now, as far as it takes to see what a new capture changes.

    Attributes:
        bundles: All columns of `BundleFacts`.
        orders: All columns of `OrderFacts`.
        policies: `article_id` and `digest`.
        accounts: Whole.
    """

    bundles: Columns
    orders: Columns
    policies: Columns
    accounts: Sequence[AccountRow]


def load_current_facts() -> CurrentFacts:
    """Return what holds now, in one statement."""
    tables = read_tables(
        {
            "bundles": _select("monitoring_bundle_facts", BUNDLE_COLUMNS, HOLDS_NOW),
            "orders": _select("monitoring_order_facts", ORDER_COLUMNS, HOLDS_NOW),
            "policies": _select("monitoring_policy_facts", ("article_id", "digest"), HOLDS_NOW),
            "accounts": _select_accounts(HOLDS_NOW),
        }
    )
    return CurrentFacts(
        bundles=tables["bundles"].integers,
        orders=tables["orders"].integers,
        policies=tables["policies"].integers,
        accounts=_build_accounts(tables["accounts"]),
    )


def load_facts(*, slot: datetime, parts: Collection[Part] = ALL_PARTS) -> Facts:
    """Return the facts of a slot, in one statement.

    Args:
        slot: A slot whose snapshot has facts; those of any other moment are made of what held then.
        parts: What is wanted; the rest is empty.
    """
    holds = sql.SQL("tstzrange(valid_from_slot, valid_to_slot) @> {}::timestamptz").format(sql.Literal(slot))
    queries = {
        Part.BUNDLES: {"bundles": _select("monitoring_bundle_facts", BUNDLE_COLUMNS, holds)},
        Part.ORDERS: {"orders": _select("monitoring_order_facts", ORDER_COLUMNS, holds)},
        Part.NAMES: {"policies": _select_names(holds)},
        # lists within rows travel as JSON: unnested, the SKUs alone took longer than all that is read besides
        Part.POLICIES: {"policies": _select("monitoring_policy_facts", POLICY_INTEGERS, holds, POLICY_VALUES)},
        Part.ACCOUNTS: {"accounts": _select_accounts(holds)},
    }
    tables = read_tables({name: query for part in Part if part in parts for name, query in queries[part].items()})
    return Facts(
        planning=PlanningFacts(
            bundles=_build_bundles(tables.get("bundles")),
            orders=_build_orders(tables.get("orders")),
            policies=_build_policies(tables.get("policies")),
        ),
        accounts=_build_accounts(tables["accounts"]) if Part.ACCOUNTS in parts else [],
    )


def _select(table: str, integers: Sequence[str], condition: sql.Composable, values: Sequence[str] = ()) -> Query:
    names = sql.SQL(", ").join(map(sql.Identifier, [*integers, *values]))
    select = sql.SQL("SELECT {} FROM {} WHERE {}").format(names, sql.Identifier(table), condition)
    return Query(select, integers, values)


def _select_names(condition: sql.Composable) -> Query:
    """Return the query of the policies with their lists left empty, since these take most of the time."""
    names = sql.SQL(", ").join(map(sql.Identifier, POLICY_INTEGERS))
    select = sql.SQL("SELECT {}, code, strictness, {} FROM monitoring_policy_facts WHERE {}").format(
        names, sql.SQL(", ").join([sql.SQL("'{}'::bigint[]")] * 3), condition
    )
    return Query(select, POLICY_INTEGERS, POLICY_VALUES)


def _select_accounts(condition: sql.Composable) -> Query:
    select = sql.SQL(
        "SELECT account_id, is_active::int, vendor, name, last_good_sync_at FROM monitoring_account_facts WHERE {}"
    ).format(condition)
    return Query(select, ("account_id", "is_active"), ACCOUNT_VALUES)


def _build_bundles(table: Table | None) -> BundleFacts:
    if table is None:
        return BundleFacts(*[_NONE] * len(BUNDLE_COLUMNS))
    rows = _sort(table.integers, "article_id", "bundle_type_id")
    return BundleFacts(**rows)


def _build_orders(table: Table | None) -> OrderFacts:
    if table is None:
        return OrderFacts(*[_NONE] * len(ORDER_COLUMNS))
    return OrderFacts(**_sort(table.integers, "article_id"))


def _build_policies(table: Table | None) -> PolicyFacts:
    if table is None:
        return PolicyFacts(_NONE, [], _NONE, np.zeros(0, dtype=np.float64), *[_NONE] * 9)
    order = np.argsort(table.integers["article_id"])
    values = {name: [column[row] for row in order.tolist()] for name, column in table.values.items()}
    color_article, color_id = _flatten(values["color_ids"])
    sku_article, sku_color_id = _flatten(values["sku_color_ids"])
    return PolicyFacts(
        **{name: column[order] for name, column in table.integers.items()},
        code=values["code"],
        strictness=np.array(values["strictness"], dtype=np.float64),
        color_article=color_article,
        color_id=color_id,
        color_minimum=_flatten(values["color_minimums"])[1],
        sku_article=sku_article,
        sku_color_id=sku_color_id,
    )


def _flatten(lists: Sequence[Sequence[int]]) -> tuple[IntArray, IntArray]:
    """Return, of the elements of all lists one after the other, in which list each is, and what it is."""
    lengths = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
    elements = np.fromiter(chain.from_iterable(lists), dtype=np.int64, count=int(lengths.sum()))
    return np.repeat(np.arange(len(lists)), lengths), elements


def _build_accounts(table: Table) -> list[AccountRow]:
    columns = (
        table.values["vendor"],
        table.integers["account_id"].tolist(),
        table.values["name"],
        table.integers["is_active"].astype(np.bool_).tolist(),
        [None if at is None else datetime.fromisoformat(at) for at in table.values["last_good_sync_at"]],
    )
    accounts = [AccountRow(*row) for row in zip(*columns, strict=True)]
    return sorted(accounts, key=lambda account: account.key)


def _sort(columns: Columns, *key: str) -> dict[str, IntArray]:
    order = np.lexsort([columns[name] for name in reversed(key)])
    return {name: column[order] for name, column in columns.items()}
