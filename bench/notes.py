"""The sentences around the tables of docs/BENCHMARKS.md; `report` fills in figures and breaks the lines."""

HEAD = """
Written by `make bench ARGS="--output docs/BENCHMARKS.md"`: every figure below was measured by that run, none was typed
in.
"""

CONDITIONS = (
    "Machine: {cores} cores, {system}, Python {python}.",
    """Database: embedded PostgreSQL {server_version} with its normal settings: fsync {fsync}, shared_buffers
    {shared_buffers}, work_mem {work_mem}, max_parallel_workers_per_gather {max_parallel_workers_per_gather}, jit {jit}.
    Every measurement has a database of its own, vacuumed and analysed after it was filled.""",
    """Seconds are medians. What stands side by side was measured in turns in one process, and a ratio is the median of
    the ratios of those turns. Memory is the highest resident memory of a fresh process (1 MB = 10^6 bytes).""",
    """Generated catalogue: 10 listings per article (2 packs in 5 sizes), 15 SKUs, recipes, stock, minimums, and one
    sales row per listing and day.""",
)

SNAPSHOT = """
*Snapshot* is the service behind `POST /snapshot/capture` and the scheduled task, from its first statement to its
commit: slot, lock, run log, load, compute, store. *Bare aggregate* is `SELECT wb_sku_id, sum(units) FROM sales GROUP
BY 1`, its result fetched by the same driver; *in the server* is the same query without sending its result. In a small
catalogue the ratio says little: the fixed part of a snapshot (round trips, commits to disk) takes longer than an
aggregate of a few milliseconds.
"""

PARTS = """
*Sales read* is the statement that reads the sales, its answer thrown away unread: the floor of any snapshot that takes
the sales days out of PostgreSQL in one pass. *Floor ratio* is that beside the bare aggregate. *Decode* is what turning
the answer into arrays costs on top. *Other tables* are the remaining reads, *compute* is numpy, *protocol* is
everything else: slot, lock, run log, insert, commit.
"""

WHOLE = """
At {articles:,} articles and {sales_rows:,} sales rows a snapshot takes {ratio:.2f} x the bare aggregate. The policy
needs the days of each listing, not only their sum: which days have a row, how far apart the first and the last one are,
and two windows that end on different days. Reading them as one array per listing costs {transport_ratio:.2f} x the
aggregate on its own, {transport} of the snapshot: that is the floor. (It follows the covering index, code by code; the
bare aggregate reads the whole table, which is larger than shared_buffers, and hashes.) Decoding takes {decode}, the
other tables {rest}, numpy {compute}, the protocol around it {protocol}. Risk levels of that snapshot: {risks}.
"""

HISTORY = """
A longer history costs less than it holds, since only the days of the windows are read: with {rows_factor:.1f} x the
rows ({days} days instead of {short_days}) the snapshot of {articles:,} articles takes {factor:.1f} x as long
({seconds:.3f} s instead of {short_seconds:.3f} s), the bare aggregate {aggregate_factor:.1f} x ({aggregate:.3f} s
instead of {short_aggregate:.3f} s).
"""

FACTS = """
{slots:,} slots, in each of which 3 % of the bundles and of the orders changed, one policy in 10,000, and the last sync
of every account. *Changes* are the rows that began after the first slot. Sizes are those of tables that grew row by
row, indexes included: one that was built at once is smaller.
"""

FACTS_READS = """
Everything of both slots, which is what comparing them in full reads, in one statement each. *In the server* is planning
and execution including the making of the answer, as `EXPLAIN (ANALYZE, TIMING OFF, SERIALIZE BINARY)` tells;
*statements* is the same seen by the client, the answer thrown away; *as facts* is `load_facts`, arrays and all.
"""

FACTS_CAPTURE = """
*Changed* is how many of the bundles, orders and policies differ from the last capture. *Facts* is the time that a
capture spends for their sake: building them, their hashes, loading what held, comparing and writing (*write* includes
*compare*), *factor* the capture beside the same capture without that.
"""

ENDPOINTS = """
Through Django's test client with a viewer's session, so that routing, middleware, login, permissions, throttling and
rendering count. The *bare view* has the same middleware and login, runs the one query of the endpoint that takes
longest and answers its rows as they are (of a COPY, which `/snapshot` and `/risk-focus` read by, only how many bytes
came). Statements include the {login} of session, user and permissions, and transaction control.
"""

BACKTESTS = """
The state machine over one metric with its figures; loading the metric and the age of its sources comes before it and
takes {load:.1f} ms, once for all terms that are tried. *Slot by slot* is the machine alone, one step per slot.
"""

BACKTEST_PAGES = """
Through Django's test client, saved and tried terms of one rule. The page also has two charts, the contributors to the
latest value out of {articles:,} articles, the form, and who changed the rule.
"""

RANGES = """
One statement each. *SQL* is what PostgreSQL takes to plan and run it, as `EXPLAIN (ANALYZE, TIMING OFF)` tells; *with
fetching* is the selector called from Python, its values in lists. All 11 metrics unless a row says otherwise; *points*
are buckets of each metric, or records of a page. {gaps:,} of the slots are gaps with a reason. The deep pages begin in
the middle of the history.
"""

IMPORT = """
`manage.py import_csv` on articles, SKUs, recipes, listings and sales as CSV files, into an empty database and then once
more, when every row is there already.
"""
