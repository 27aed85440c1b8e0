"""The tables of docs/BENCHMARKS.md, and what they say in words."""

import os
import platform
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench import notes
from bench.run import Plan, Results

WIDTH = 120
FACTS_PARTS = ("build", "hash", "load", "compare", "write")


def write_report(results: Results, *, server: Mapping[str, str]) -> str:
    """Return the whole page as Markdown."""
    parts = [_write_head(server)]
    if results.snapshots:
        parts += _write_snapshots(results.snapshots, results.history)
    elif results.history:
        parts += _write_snapshots([results.history], None)
    if results.facts:
        parts += _write_facts(results.facts, results.facts_captures)
    if results.endpoints:
        parts += _write_endpoints(results.endpoints, results.plan)
    if results.backtests:
        parts += _write_backtests(results.backtests)
    if results.ranges:
        parts += _write_ranges(results.ranges)
    if results.csv_import:
        parts += _write_import(results.csv_import)
    return "\n".join(parts)


def _write_head(server: Mapping[str, str]) -> str:
    facts = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version(), **server}
    conditions = [_wrap(f"- {condition}", indent="  ", **facts) for condition in notes.CONDITIONS]
    return f"# Benchmarks\n\n{_wrap(notes.HEAD)}\n{''.join(conditions)}"


def _write_snapshots(snapshots: Sequence[dict[str, Any]], history: dict[str, Any] | None) -> list[str]:
    rows = [*snapshots, *([history] if history else [])]
    return [
        "## A snapshot\n",
        _table(
            (
                "articles",
                "days",
                "sales rows",
                "statements",
                "snapshot, s",
                "bare aggregate, s",
                "in the server, s",
                "ratio",
                "peak MB",
                "before, MB",
            ),
            (_describe_snapshot(row) for row in rows),
        ),
        _wrap(notes.SNAPSHOT),
        "### Where the time goes\n",
        _table(
            (
                "articles",
                "days",
                "sales read, s",
                "decode, s",
                "other tables, s",
                "compute, s",
                "protocol, s",
                "floor ratio",
            ),
            (_describe_parts(row) for row in rows),
        ),
        _wrap(notes.PARTS),
        _explain_snapshot(max(snapshots, key=lambda row: row["fill"]["sales_rows"])),
        _explain_history(snapshots, history),
    ]


def _describe_snapshot(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        f"{row['articles']:,}",
        str(row["days"]),
        f"{row['fill']['sales_rows']:,}",
        str(row["statements"]),
        f"{row['seconds']:.3f}",
        f"{row['aggregate_seconds']:.3f}",
        f"{row['aggregate_in_server_seconds']:.3f}",
        f"{row['ratio']:.2f}",
        f"{row['memory']['after']:.0f}",
        f"{row['memory']['before']:.0f}",
    )


def _describe_parts(row: dict[str, Any]) -> tuple[str, ...]:
    parts = split_parts(row)
    seconds = (f"{parts[name]:.3f}" for name in ("transport", "decode", "rest", "compute", "protocol"))
    return (f"{row['articles']:,}", str(row["days"]), *seconds, f"{row['transport_ratio']:.2f}")


def split_parts(row: Mapping[str, Any]) -> dict[str, float]:
    """Return the seconds of a snapshot's parts, which sum to the whole.

    Args:
        row: The result of `measure_snapshot`.
    """
    parts, transport = row["parts"], min(row["transport_seconds"], row["parts"]["load_sales"])
    return {
        "transport": transport,
        "decode": parts["load_sales"] - transport,
        "rest": parts["load"] - parts["load_sales"],
        "compute": parts["compute"],
        "protocol": parts["whole"] - parts["load"] - parts["compute"],
    }


def _explain_snapshot(row: dict[str, Any]) -> str:
    parts = split_parts(row)
    whole = sum(parts.values())
    return _wrap(
        notes.WHOLE,
        articles=row["articles"],
        sales_rows=row["fill"]["sales_rows"],
        ratio=row["ratio"],
        transport_ratio=row["transport_ratio"],
        risks=", ".join(f"{level} {count:,}" for level, count in row["risks"].items()),
        **{name: f"{100 * seconds / whole:.0f} %" for name, seconds in parts.items()},
    )


def _explain_history(snapshots: Sequence[dict[str, Any]], history: dict[str, Any] | None) -> str:
    short = next((row for row in snapshots if history and row["articles"] == history["articles"]), None)
    if history is None or short is None:
        return ""
    return _wrap(
        notes.HISTORY,
        articles=history["articles"],
        days=history["days"],
        short_days=short["days"],
        rows_factor=history["fill"]["sales_rows"] / short["fill"]["sales_rows"],
        factor=history["seconds"] / short["seconds"],
        aggregate_factor=history["aggregate_seconds"] / short["aggregate_seconds"],
        seconds=history["seconds"],
        short_seconds=short["seconds"],
        aggregate=history["aggregate_seconds"],
        short_aggregate=short["aggregate_seconds"],
    )


def _wrap(note: str, *, indent: str = "", **figures: object) -> str:
    """Return a note with its figures filled in, as one paragraph."""
    text = " ".join(note.format(**figures).split())
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False) + "\n"


def _write_facts(measured: Mapping[str, Any], captures: Sequence[dict[str, Any]]) -> list[str]:
    tables = measured["tables"]
    return [
        f"## Facts: {measured['articles']:,} articles, {measured['days']} days of slots\n",
        _table(
            ("table", "rows", "changes", "table, MB", "indexes, MB", "bytes per row", "bytes per slot and article"),
            (_describe_facts_table(row) for row in [*tables, _sum_tables(tables)]),
        ),
        _wrap(notes.FACTS, slots=measured["slots"]),
        "### Reading two slots that are a day apart\n",
        _table(
            ("slots", "in the server, ms", "statements, ms", "as facts, ms"),
            (
                (
                    row["name"],
                    f"{1000 * row['in_server_seconds']:.1f}",
                    f"{1000 * row['statement_seconds']:.1f}",
                    f"{1000 * row['load_seconds']:.1f}",
                )
                for row in measured["reads"]
            ),
        ),
        _wrap(notes.FACTS_READS),
        "### What they add to a capture\n",
        _table(
            (
                "articles",
                "changed",
                "rows written",
                "statements",
                "capture, s",
                "facts, s",
                "factor",
                *(f"{part}, s" for part in FACTS_PARTS),
            ),
            (_describe_facts_capture(capture["articles"], row) for capture in captures for row in capture["rows"]),
        ),
        _wrap(notes.FACTS_CAPTURE),
    ]


def _describe_facts_table(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["table"].removeprefix("monitoring_"),
        f"{row['rows']:,}",
        f"{row['changed_rows']:,}",
        f"{row['table_bytes'] / 1e6:.1f}",
        f"{row['index_bytes'] / 1e6:.1f}",
        f"{(row['table_bytes'] + row['index_bytes']) / row['rows']:.0f}",
        f"{row['bytes_per_slot_and_article']:.2f}",
    )


def _sum_tables(tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"table": "all", **{name: sum(row[name] for row in tables) for name in tables[0] if name != "table"}}


def _describe_facts_capture(articles: int, row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        f"{articles:,}",
        f"{row['percent']} %",
        f"{row['changed_rows']:,}",
        str(row["statements"]),
        f"{row['whole']:.3f}",
        f"{row['added']:.3f}",
        f"{row['factor']:.2f}",
        *(f"{row[part]:.3f}" for part in FACTS_PARTS),
    )


def _write_endpoints(rows: Sequence[dict[str, Any]], plan: Plan) -> list[str]:
    return [
        f"## Read endpoints: {plan.endpoint_articles:,} articles, {plan.endpoint_days} days of snapshots\n",
        _table(
            ("endpoint", "statements", "ms", "bare view, ms", "ratio", "bytes"),
            (
                (
                    f"`{row['path']}`",
                    str(row["statements"]),
                    f"{1000 * row['seconds']:.1f}",
                    f"{1000 * row['bare_seconds']:.1f}",
                    f"{row['ratio']:.2f}",
                    f"{row['bytes']:,}",
                )
                for row in rows
            ),
        ),
        _wrap(notes.ENDPOINTS, login=min(row["statements"] for row in rows)),
    ]


def _write_backtests(measured: Mapping[str, Any]) -> list[str]:
    return [
        f"## Backtests of rules: {measured['days']} days, {measured['slots']:,} slots\n",
        _table(
            ("rule", "episodes", "transitions", "ms", "slot by slot, ms"),
            (
                (
                    row["name"],
                    f"{row['episodes']:,}",
                    f"{row['transitions']:,}",
                    f"{1000 * row['seconds']:.1f}",
                    f"{1000 * row['stepped_seconds']:.1f}",
                )
                for row in measured["rows"]
            ),
        ),
        _wrap(notes.BACKTESTS, load=1000 * measured["load_seconds"]),
        _table(
            ("answer", "statements", "ms", "bytes"),
            (
                (row["name"], str(row["statements"]), f"{1000 * row['seconds']:.1f}", f"{row['bytes']:,}")
                for row in measured["pages"]
            ),
        ),
        _wrap(notes.BACKTEST_PAGES, articles=measured["articles"]),
    ]


def _write_ranges(measured: Mapping[str, Any]) -> list[str]:
    return [
        f"## Ranges and pages of the history: {measured['days']:,} days, {measured['snapshots']:,} snapshots\n",
        _table(
            ("read", "points", "SQL, ms", "of it planning, ms", "goal, ms", "with fetching, ms"),
            (
                (
                    row["name"],
                    f"{row['points']:,}",
                    f"{row['planning_ms'] + row['execution_ms']:.2f}",
                    f"{row['planning_ms']:.2f}",
                    str(row["goal_ms"] or ""),
                    f"{1000 * row['seconds']:.1f}",
                )
                for row in measured["rows"]
            ),
        ),
        _wrap(notes.RANGES, gaps=measured["gaps"]),
    ]


def _write_import(row: Mapping[str, Any]) -> list[str]:
    return [
        "## Importing CSV files\n",
        _table(
            ("sales rows", "sales.csv, MB", "seconds", "rows per second", "again, s", "peak MB"),
            [
                (
                    f"{row['sales_rows']:,}",
                    f"{row['sales_megabytes']:.0f}",
                    f"{row['seconds']:.1f}",
                    f"{row['sales_rows'] / row['seconds']:,.0f}",
                    f"{row['again_seconds']:.1f}",
                    f"{row['megabytes']:.0f}",
                )
            ],
        ),
        _wrap(notes.IMPORT),
    ]


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table whose first column is text and whose other columns are numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
