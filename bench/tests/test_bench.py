"""The benchmark runs at a small size, so that it still runs on the day somebody needs it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.report import split_parts

PROJECT = Path(__file__).resolve().parents[2]
SMALL = "--articles 2 --days 30 --history-articles 20 --history-days 60 --endpoint-articles 20 --endpoint-days 2"
FAST = "--range-days 20 --import-articles 20 --repeats 1 --endpoint-repeats 1"
FACTS = "--facts-articles 20 --facts-days 1 --facts-sizes 20"

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("bench")]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    output = tmp_path_factory.mktemp("bench") / "BENCHMARKS.md"
    command = [sys.executable, "-m", "bench", *SMALL.split(), *FAST.split(), *FACTS.split(), "--output", str(output)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert output.read_text(encoding="utf-8") == done.stdout
    return done.stdout


def read_rows(page: str, title: str) -> list[list[str]]:
    """Return the cells of the first table under a title, without its header."""
    table = page.split(title, 1)[1].split("\n\n")[1]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_the_number_of_statements_does_not_depend_on_the_number_of_articles(page: str) -> None:
    rows = read_rows(page, "## A snapshot")
    assert [row[:3] for row in rows] == [["2", "30", "600"], ["20", "60", "12,000"]]
    statements = {int(row[3]) for row in rows}
    assert len(statements) == 1
    assert statements.pop() <= 20


def test_facts_cost_what_changed(page: str) -> None:
    tables = {row[0]: row for row in read_rows(page, "## Facts")}
    # 40 bundles and 20 orders begin; in each of 95 slots one of either, one policy and all three accounts change
    assert [tables[name][1:3] for name in ("bundle_facts", "order_facts")] == [["135", "95"], ["115", "95"]]
    assert tables["all"][1:3] == ["653", "570"]
    captures = {row[1]: row for row in read_rows(page, "### What they add")}
    assert captures["0 %"][2] == "0"
    assert captures["100 %"][2] == "80"
    assert int(captures["0 %"][3]) < int(captures["100 %"][3]) <= 20


def test_every_read_endpoint_needs_at_most_eight_statements(page: str) -> None:
    rows = read_rows(page, "## Read endpoints")
    assert {"`/status`", "`/snapshot`", "`/dashboard`"} <= {row[0] for row in rows}
    assert {row[0]: row[1] for row in rows if int(row[1]) > 8} == {}


def test_backtests_judge_every_slot_in_few_statements(page: str) -> None:
    assert "## Backtests of rules: 2 days, 19" in page  # slots: 192, and maybe the one that is running
    episodes = [int(row[1]) for row in read_rows(page, "## Backtests of rules")]
    assert episodes[0] == 0 < episodes[2]
    statements = [int(row[1]) for row in read_rows(page, "once for all terms")]
    assert max(statements) < 20  # the page's own are fewer than 15: beside them session, user, and transaction control


def test_ranges_and_pages_are_read_whole(page: str) -> None:
    points = {row[0]: row[1] for row in read_rows(page, "## Ranges and pages")}
    assert points["last day by slot"] == "96"
    assert points["one year by day"] in {"365", "366"}  # and the day that has just begun
    assert {points["first page"], points["deep page, older"], points["deep page, newer"]} == {"30"}


def test_every_sales_row_is_imported(page: str) -> None:
    assert read_rows(page, "## Importing")[0][0] == "6,000"


def test_the_page_says_what_it_was_measured_on(page: str) -> None:
    assert re.search(r"- Machine: \d+ cores", page)
    assert "fsync on" in page
    assert "/tmp" not in page  # noqa: S108  (no path of this machine)


def test_the_parts_of_a_snapshot_sum_to_the_whole() -> None:
    parts = {"whole": 1.0, "load": 0.7, "load_sales": 0.5, "compute": 0.2}
    split = split_parts({"parts": parts, "transport_seconds": 0.4})
    assert sum(split.values()) == pytest.approx(1.0)
    assert split["decode"] == pytest.approx(0.1)
