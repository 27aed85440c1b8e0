"""The benchmark's command line: `python -m bench --output docs/BENCHMARKS.md`."""

import argparse
import signal
import subprocess
import sys
from pathlib import Path

from bench.databases import bench_servers
from bench.report import write_report
from bench.run import SECTIONS, Plan, run_plan


def main(arguments: list[str] | None = None) -> None:
    """Measure what the options ask for and write the tables."""
    options = _build_parser().parse_args(arguments)
    plan = Plan(
        sizes=tuple(options.articles),
        days=options.days,
        history_articles=options.history_articles,
        history_days=options.history_days,
        endpoint_articles=options.endpoint_articles,
        endpoint_days=options.endpoint_days,
        range_days=options.range_days,
        facts_articles=options.facts_articles,
        facts_days=options.facts_days,
        facts_sizes=tuple(options.facts_sizes),
        import_articles=options.import_articles,
        repeats=options.repeats,
        endpoint_repeats=options.endpoint_repeats,
        sections=tuple(options.only or SECTIONS),
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # servers are stopped on the way out
    try:
        with bench_servers() as servers:
            report = write_report(run_plan(servers, plan), server=servers.describe())
    except subprocess.CalledProcessError:
        sys.exit("bench: the last measurement failed; its own message is above.")
    sys.stdout.write(report)
    if options.output:
        options.output.write_text(report, encoding="utf-8")


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[100, 1_000, 10_000], help="catalogues to snapshot")
    parser.add_argument("--days", type=int, default=30, help="days of sales in those catalogues")
    parser.add_argument("--history-articles", type=int, default=1_000, help="catalogue with the long history")
    parser.add_argument("--history-days", type=int, default=365, help="its days of sales")
    parser.add_argument("--endpoint-articles", type=int, default=1_000, help="catalogue behind endpoints and backtests")
    parser.add_argument(
        "--endpoint-days", type=int, default=90, help="days of snapshots behind endpoints and backtests"
    )
    parser.add_argument("--range-days", type=int, default=3_650, help="days of snapshots behind ranges and pages")
    parser.add_argument("--facts-articles", type=int, default=2_000, help="articles with a history of facts")
    parser.add_argument("--facts-days", type=int, default=90, help="its days of slots")
    parser.add_argument(
        "--facts-sizes", type=int, nargs="+", default=[2_000, 10_000], help="catalogues whose facts are captured"
    )
    parser.add_argument("--import-articles", type=int, default=10_000, help="catalogue to import")
    parser.add_argument("--repeats", type=int, default=9, help="how often a snapshot is measured; the median counts")
    parser.add_argument("--endpoint-repeats", type=int, default=60, help="how often an endpoint is measured")
    parser.add_argument("--only", choices=SECTIONS, nargs="+", help="measure only this")
    parser.add_argument("--output", type=Path, help="write the tables there too")
    return parser


if __name__ == "__main__":
    main()
