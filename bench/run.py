"""The order of the measurements, each in fresh processes on a fresh database."""

import sys
import tempfile
from dataclasses import dataclass, field
from typing import Any

from bench.databases import BenchServers
from bench.worker import run_worker

SECTIONS = ("snapshot", "history", "facts", "endpoints", "backtests", "ranges", "import")


@dataclass(frozen=True)
class Plan:
    """What is measured, and how large.

    Attributes:
        sizes: Numbers of articles of the snapshots.
        days: Days of sales behind them.
        history_articles: Articles of the catalogue with the long history.
        history_days: Its days of sales.
        endpoint_articles: Articles behind the endpoints and backtests.
        endpoint_days: Days of snapshots behind the endpoints and backtests.
        range_days: Days of snapshots behind the ranges and pages.
        facts_articles: Articles behind the history of facts.
        facts_days: Its days of slots.
        facts_sizes: Numbers of articles of the captures whose facts are measured.
        import_articles: Articles of the folder to import.
        repeats: How often a snapshot is measured.
        endpoint_repeats: How often an endpoint is measured.
        sections: Which of SECTIONS.
    """

    sizes: tuple[int, ...]
    days: int
    history_articles: int
    history_days: int
    endpoint_articles: int
    endpoint_days: int
    range_days: int
    facts_articles: int
    facts_days: int
    facts_sizes: tuple[int, ...]
    import_articles: int
    repeats: int
    endpoint_repeats: int
    sections: tuple[str, ...] = SECTIONS


@dataclass
class Results:
    """What was measured, section by section; empty where it was not asked for."""

    plan: Plan
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    history: dict[str, Any] | None = None
    facts: dict[str, Any] | None = None
    facts_captures: list[dict[str, Any]] = field(default_factory=list)
    endpoints: list[dict[str, Any]] = field(default_factory=list)
    backtests: dict[str, Any] | None = None
    ranges: dict[str, Any] | None = None
    csv_import: dict[str, Any] | None = None


def run_plan(servers: BenchServers, plan: Plan) -> Results:
    """Return the figures of everything the plan asks for."""
    results = Results(plan)
    if "snapshot" in plan.sections:
        results.snapshots = [_measure_snapshot(servers, plan, articles, plan.days) for articles in plan.sizes]
    if "history" in plan.sections:
        results.history = _measure_snapshot(servers, plan, plan.history_articles, plan.history_days)
    if "facts" in plan.sections:
        results.facts = _measure_facts(servers, plan)
        results.facts_captures = [_measure_facts_capture(servers, plan, articles) for articles in plan.facts_sizes]
    if "endpoints" in plan.sections:
        results.endpoints = _measure_endpoints(servers, plan)
    if "backtests" in plan.sections:
        results.backtests = _measure_backtests(servers, plan)
    if "ranges" in plan.sections:
        results.ranges = _measure_ranges(servers, plan)
    if "import" in plan.sections:
        results.csv_import = _measure_import(servers, plan)
    return results


def _measure_snapshot(servers: BenchServers, plan: Plan, articles: int, days: int) -> dict[str, Any]:
    _tell(f"snapshot of {articles:,} articles with {days} days of sales")
    with servers.fresh_database("bench_snapshot") as environment:
        fill = ("fill", {"articles": articles, "days": days})
        filled, measured = run_worker(environment, fill, ("snapshot", {"repeats": plan.repeats}))
        [memory] = run_worker(environment, ("snapshot_memory", {}))
    return {"articles": articles, "days": days, "fill": filled, "memory": memory, **measured}


def _measure_facts(servers: BenchServers, plan: Plan) -> dict[str, Any]:
    _tell(f"facts of {plan.facts_articles:,} articles over {plan.facts_days} days of slots")
    size = {"articles": plan.facts_articles, "days": plan.facts_days}
    with servers.fresh_database("bench_facts") as environment:
        [measured] = run_worker(environment, ("facts", {**size, "repeats": plan.repeats}))
    return {**size, **measured}


def _measure_facts_capture(servers: BenchServers, plan: Plan, articles: int) -> dict[str, Any]:
    _tell(f"facts in a capture of {articles:,} articles")
    with servers.fresh_database("bench_facts_capture") as environment:
        fill = ("fill", {"articles": articles, "days": plan.days})
        _filled, measured = run_worker(environment, fill, ("facts_capture", {"repeats": plan.repeats}))
    return {"articles": articles, **measured}


def _measure_endpoints(servers: BenchServers, plan: Plan) -> list[dict[str, Any]]:
    _tell(f"endpoints over {plan.endpoint_articles:,} articles and {plan.endpoint_days} days of snapshots")
    with servers.fresh_database("bench_endpoints") as environment:
        catalogue = {"articles": plan.endpoint_articles, "days": plan.days, "snapshot_days": plan.endpoint_days}
        measure = ("endpoints", {"repeats": plan.endpoint_repeats})
        _filled, measured = run_worker(environment, ("fill", catalogue), measure)
    rows: list[dict[str, Any]] = measured["rows"]
    return rows


def _measure_backtests(servers: BenchServers, plan: Plan) -> dict[str, Any]:
    _tell(f"backtests over {plan.endpoint_articles:,} articles and {plan.endpoint_days} days of snapshots")
    with servers.fresh_database("bench_backtests") as environment:
        catalogue = {"articles": plan.endpoint_articles, "days": plan.days, "snapshot_days": plan.endpoint_days}
        measure = ("backtests", {"days": plan.endpoint_days, "repeats": plan.repeats})
        _filled, measured = run_worker(environment, ("fill", catalogue), measure)
    return {"articles": plan.endpoint_articles, **measured}


def _measure_ranges(servers: BenchServers, plan: Plan) -> dict[str, Any]:
    _tell(f"ranges and pages of {plan.range_days:,} days of snapshots")
    with servers.fresh_database("bench_ranges") as environment:
        arguments = {"days": plan.range_days, "repeats": plan.endpoint_repeats}
        [measured] = run_worker(environment, ("ranges", arguments))
    return measured


def _measure_import(servers: BenchServers, plan: Plan) -> dict[str, Any]:
    _tell(f"import of {plan.import_articles:,} articles with {plan.days} days of sales")
    with tempfile.TemporaryDirectory(prefix="supplybrain-bench-csv-") as folder:
        with servers.fresh_database("bench_source") as environment:
            fill = ("fill", {"articles": plan.import_articles, "days": plan.days})
            _filled, written = run_worker(environment, fill, ("write_csv", {"folder": folder}))
        with servers.fresh_database("bench_target") as environment:
            [measured] = run_worker(environment, ("import_csv", {"folder": folder}))
    return {**written, **measured}


def _tell(what: str) -> None:
    sys.stderr.write(f"bench: {what}\n")
