"""docs/IMPORT.md names every file and every column that `import_csv` takes, and marks the keys."""

from pathlib import Path

import pytest

from planning_core.services.csv_import.folder_import import STEPS
from planning_core.services.csv_import.formats import FileFormat

PAGE = Path(__file__).resolve().parents[2] / "docs" / "IMPORT.md"


@pytest.mark.parametrize("file_format", STEPS, ids=lambda file_format: file_format.name)
def test_the_page_lists_the_columns_of_a_file_in_their_order(file_format: FileFormat) -> None:
    rows = [line.split("|") for line in PAGE.read_text().splitlines() if line.startswith("|")]
    (columns,) = (row[2].strip() for row in rows if row[1].strip() == f"`{file_format.name}.csv`")

    assert columns == ", ".join(
        f"**{column.name}**" if column.required else column.name for column in file_format.columns
    )
