"""The tables of docs/BENCHMARKS.md, and what they say in words."""

import os
import platform
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench import notes
from bench.run import Plan, Results

WIDTH = 120


def write_report(results: Results, *, server: Mapping[str, str]) -> str:
    """Return the whole page as Markdown."""
    parts = [_write_head(server)]
    if results.snapshots:
        parts += _write_snapshots(results.snapshots, results.history)
    elif results.history:
        parts += _write_snapshots([results.history], None)
    if results.endpoints:
        parts += _write_endpoints(results.endpoints, results.plan)
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
