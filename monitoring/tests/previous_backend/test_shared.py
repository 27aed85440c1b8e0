"""Every golden catalogue moves over, and moving it over again changes nothing."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

SHARED = Path(__file__).resolve().parents[4] / "shared" / "golden"
CASES = sorted(SHARED.glob("case_*/input.json.gz"))


@pytest.mark.shared
@pytest.mark.skipif(not CASES, reason="no ../shared/golden")
@pytest.mark.django_db
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_a_golden_catalogue_moves_over_and_again_changes_nothing(path: Path) -> None:
    call_command("import_previous_backend", str(path), stdout=io.StringIO())
    second = io.StringIO()
    call_command("import_previous_backend", str(path), stdout=second)
    assert read_counts(second.getvalue())["inserted"] == 0
    assert read_counts(second.getvalue())["updated"] == 0
    assert read_counts(second.getvalue())["read"] > 0


def read_counts(output: str) -> dict[str, int]:
    head, *rows = [line.split() for line in output.splitlines() if ":" not in line]
    return {name: sum(int(row[place].replace(",", "")) for row in rows) for place, name in enumerate(head[1:], start=1)}
