"""Read daily sales in one pass over the days that matter, however long the history."""

from collections.abc import Iterator
from datetime import date

import numpy as np
from psycopg import sql

from planning_core.domain.arrays import IntArray, locate
from planning_core.domain.inputs import OBSERVATION_DAYS, Listings, Sales
from planning_core.domain.sales import SalesBuilder, find_incomplete_codes
from planning_core.selectors.columns import stream_pairs
from planning_core.selectors.scope import Scope

SLACK_DAYS = 7
"""How long before the latest sales day of all codes a bundle type may have stopped selling and still be read in the
one pass. What stopped before is read by a second statement, code by code."""

# A day's units and its ordinal as a pair in one bigint: one array per code instead of two, whose orders could differ.
PACKED_DAY = sql.SQL("(sales.units::bigint << 32) | (sales.date - (DATE '0001-01-01' - 1))")


def load_sales(
    *,
    scope: Scope,
    wb_sku_ids: IntArray,
    listings: Listings,
    target_date: date,
    window_days: int,
    latest_sales_date: date | None,
) -> Sales:
    """Return the sales of Wildberries codes in two statements.

    Measured on 3 million rows (10,000 articles, 10 codes each, 30 days), where summing units per code takes 0.45 s: one
    array per code 0.5 s, since the groups follow the covering index; a look-up per code 0.7 s; three arrays of all rows
    1.0 s; COPY row by row 2.5 s. Aggregating two fixed windows takes 0.25 s, but the window of a bundle type ends on
    its own last day: in a shop that does not sell everything daily most codes would be read a second time.

    Args:
        scope: The articles of the run.
        wb_sku_ids: The codes that their listings name, ascending.
        listings: Those listings.
        target_date: Last day of the demand window.
        window_days: Length of the demand window.
        latest_sales_date: Latest day that has any sales, None without sales.
    """
    recent_from = _clamp_date((latest_sales_date or target_date).toordinal() - OBSERVATION_DAYS + 1 - SLACK_DAYS)
    window_from = _clamp_date(target_date.toordinal() - window_days + 1)
    builder = SalesBuilder(
        n_wb_skus=len(wb_sku_ids),
        target_day=target_date.toordinal(),
        window_days=window_days,
        recent_from_day=recent_from.toordinal(),
    )
    for wb_sku, day, units in _stream_rows(_query_windows(scope, recent_from, window_from, target_date), wb_sku_ids):
        builder.add(wb_sku, day, units)
    incomplete = find_incomplete_codes(
        listings=listings, last_day=builder.sales.last_day, complete_from_day=recent_from.toordinal()
    )
    for wb_sku, day, units in _stream_rows(_query_last_days(wb_sku_ids[incomplete]), wb_sku_ids):
        builder.set_recent(wb_sku, day, units)
    return builder.sales


def _clamp_date(ordinal: int) -> date:
    return date.fromordinal(max(ordinal, 1))


def _stream_rows(query: sql.Composable, wb_sku_ids: IntArray) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Yield code positions, days and units of the rows of the codes that are asked for, all rows of a code together."""
    for keys, counts, units, day in stream_pairs(query):
        position, known = locate(wb_sku_ids, keys)
        wb_sku = np.repeat(position, counts)
        if known.all():
            yield wb_sku, day, units
        else:
            kept = np.repeat(known, counts)
            yield wb_sku[kept], day[kept], units[kept]


def _query_windows(scope: Scope, recent_from: date, window_from: date, target_date: date) -> sql.Composable:
    """Return the query of each code's rows from `recent_from` on and in the demand window."""
    condition = sql.SQL("sales.date >= {}").format(sql.Literal(min(recent_from, window_from)))
    if target_date < recent_from:  # planning as of the past: leave out the years in between
        condition = sql.SQL("(sales.date BETWEEN {} AND {} OR sales.date >= {})").format(
            sql.Literal(window_from), sql.Literal(target_date), sql.Literal(recent_from)
        )
    return sql.SQL(
        "SELECT sales.wb_sku_id, array_agg({packed}) FROM planning_core_wbdailysales AS sales"
        " WHERE {condition} AND {scope} GROUP BY sales.wb_sku_id"
    ).format(packed=PACKED_DAY, condition=condition, scope=scope.where_wb_sku("sales.wb_sku_id"))


def _query_last_days(wb_sku_ids: IntArray) -> sql.Composable:
    """Return the query of the last 30 days of each of these codes, two look-ups in the covering index per code."""
    return sql.SQL(
        "SELECT wanted.id, recent.rows FROM unnest({ids}::bigint[]) AS wanted (id)"
        " CROSS JOIN LATERAL (SELECT date FROM planning_core_wbdailysales WHERE wb_sku_id = wanted.id"
        " ORDER BY date DESC LIMIT 1) AS latest"
        " CROSS JOIN LATERAL (SELECT array_agg({packed}) AS rows FROM planning_core_wbdailysales AS sales"
        " WHERE wb_sku_id = wanted.id AND date > latest.date - {days}) AS recent"
    ).format(ids=sql.Literal(wb_sku_ids.tolist()), packed=PACKED_DAY, days=sql.Literal(OBSERVATION_DAYS))
