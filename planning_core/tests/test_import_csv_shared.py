"""Two real shops go in without a rejected row, and going in again changes nothing."""

from pathlib import Path

import pytest

from planning_core import models
from planning_core.tests.csv_folder import CsvFolder, list_versions, read_counts

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data"),
]


@pytest.mark.parametrize(
    ("shop", "articles", "skus", "sales"),
    [("dmc2018", 4_770, 12_824, 135_117), ("online_retail", 3_279, 3_786, 272_433)],
)
def test_a_real_shop_goes_in_without_a_rejected_row(
    tmp_path: Path, shop: str, articles: int, skus: int, sales: int
) -> None:
    folder = CsvFolder(tmp_path)
    folder.path = DATA / shop

    folder.run()
    before = list_versions()
    output = folder.run()

    assert models.Article.objects.count() == articles
    assert models.Sku.objects.count() == skus
    assert models.WbDailySales.objects.count() == sales
    assert read_counts(output, "sales.csv.gz") == [sales, 0, 0, sales, 0]
    assert list_versions() == before
    assert not folder.rejects.exists()
