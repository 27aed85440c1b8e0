"""How old a source is: every import that kept something good says so, also when it brought nothing new."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.test import Client

from planning_core.models import DataSource, SourceSync, StockBalance, SyncOrigin
from planning_core.selectors.source_syncs import SourceState, list_source_syncs
from planning_core.services.planning_health import evaluate_planning_health
from planning_core.services.source_syncs import record_source_syncs
from planning_core.tests.csv_folder import COMPANY, NOW, CsvFolder
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=4)
SALES_HEADER = "wb_sku,date,units\n"


@pytest.fixture
def folder(tmp_path: Path) -> CsvFolder:
    return CsvFolder(tmp_path)


def record(*sources: DataSource, at: datetime = NOW, origin: SyncOrigin = SyncOrigin.CSV_IMPORT) -> None:
    record_source_syncs(sources=sources, at=at, origin=origin)


def run_at(folder: CsvFolder, moment: datetime, *options: str) -> None:
    with time_machine.travel(moment, tick=False):
        folder.run(*options)


def fail_at(folder: CsvFolder, moment: datetime, *options: str) -> None:
    with time_machine.travel(moment, tick=False):
        folder.fail(*options)


def read_syncs() -> dict[str, datetime]:
    return dict(SourceSync.objects.values_list("source", "last_good_at"))


def test_every_source_is_listed_also_one_that_never_delivered() -> None:
    record(DataSource.SALES)
    states = list_source_syncs()
    assert [state.source for state in states] == list(DataSource)
    assert states[2] == SourceState(DataSource.SALES, NOW, SyncOrigin.CSV_IMPORT)
    assert states[0] == SourceState(DataSource.CATALOGUE, None, None)
    assert states[0].compute_age_seconds(NOW) is None
    assert states[2].compute_age_seconds(NOW + timedelta(seconds=90.9)) == 90
    assert states[2].compute_age_seconds(NOW - timedelta(seconds=5)) == 0  # another machine's clock is ahead


def test_a_sync_moves_forward_only() -> None:
    record(DataSource.SALES, DataSource.WB_STOCK)
    record(DataSource.SALES, at=LATER, origin=SyncOrigin.DEMO)
    record(DataSource.SALES, DataSource.WB_STOCK, at=NOW - timedelta(days=1))
    assert list(SourceSync.objects.order_by("source").values_list("source", "last_good_at", "origin")) == [
        ("sales", LATER, "demo"),
        ("wb_stock", NOW, "csv_import"),
    ]


def test_the_database_knows_sources_and_origins() -> None:
    for values in ({"source": "weather", "origin": "demo"}, {"source": "sales", "origin": "hearsay"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SourceSync.objects.create(last_good_at=NOW, **values)


def test_an_import_is_a_good_sync_of_the_files_it_found(folder: CsvFolder) -> None:
    folder.write_company("articles", "skus", "warehouse_stock", "color_minimums")
    run_at(folder, NOW)
    assert read_syncs() == {"catalogue": NOW, "own_stock": NOW}


def test_the_whole_company_is_a_good_sync_of_every_source_also_when_nothing_is_new(folder: CsvFolder) -> None:
    folder.write_company()
    run_at(folder, NOW)
    run_at(folder, LATER)
    assert read_syncs() == dict.fromkeys(DataSource.values, LATER)
    assert StockBalance.objects.get().updated_at == NOW


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        ("111,2026-01-14,1\n111,2026-01-15,1\n333,2026-01-15,1\n", True),
        ("111,2026-01-14,1\n333,2026-01-15,1\n", False),
        ("333,2026-01-15,1\n", False),
    ],
)
def test_a_file_counts_when_more_of_it_was_right_than_rejected(folder: CsvFolder, rows: str, *, counts: bool) -> None:
    folder.write_company("articles", "listings")
    folder.write("listings", "wb_sku,article_code\n111,TEE\n")
    folder.write("sales", SALES_HEADER + rows)
    fail_at(folder, NOW)
    assert ("sales" in read_syncs()) is counts
    assert read_syncs()["listings"] == NOW


def test_a_file_without_rows_is_no_sync(folder: CsvFolder) -> None:
    folder.write_company("articles")
    folder.write("sales", SALES_HEADER)
    run_at(folder, NOW)
    assert read_syncs() == {"catalogue": NOW}


def test_what_is_taken_back_is_no_sync(folder: CsvFolder) -> None:
    folder.write_company()
    run_at(folder, NOW, "--dry-run")
    folder.write("sales", COMPANY["sales"] + "333,2026-01-15,1,,\n")
    fail_at(folder, NOW, "--strict")
    assert read_syncs() == {}


def test_stock_that_an_import_confirms_is_not_old(folder: CsvFolder) -> None:
    folder.write_company()
    run_at(folder, NOW)
    run_at(folder, LATER)

    def read_ages() -> dict[str, float | None]:
        report = evaluate_planning_health(as_of=LATER.date(), now=LATER + timedelta(hours=6))
        return {source.name: source.age_days for source in report.inputs if source.name.endswith(("balances", "stock"))}

    assert read_ages() == {"stock_balances": 0.25, "wb_stock": 0.25}
    SourceSync.objects.filter(source="wb_stock").delete()
    assert read_ages() == {"stock_balances": 0.25, "wb_stock": 4.25}  # nothing else is known but the rows' own time
    StockBalance.objects.all().delete()
    assert read_ages() == {"stock_balances": None, "wb_stock": 4.25}  # a sync is no stock


@pytest.mark.parametrize(("role", "status"), [(None, 403), ("viewer", 200), ("planner", 200), ("operator", 200)])
def test_who_sees_the_sources(client: Client, role: str | None, status: int) -> None:
    user = User.objects.create_user("somebody")
    if role:
        user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    assert client.get("/api/v1/planning/sources").status_code == status


def test_the_api_answers_every_source_with_its_age(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    record(DataSource.OWN_STOCK, at=datetime(2026, 1, 16, 5, tzinfo=UTC))
    with time_machine.travel(NOW, tick=False):
        items = client.get("/api/v1/planning/sources").json()["items"]
    assert [item["source"] for item in items] == DataSource.values
    nothing = {"last_good_at": None, "age_seconds": None, "origin": None}
    assert items[0] == {"source": "catalogue", "name": "catalogue", **nothing}
    assert items[5] == {
        "source": "own_stock",
        "name": "own stock",
        "last_good_at": "2026-01-16T05:00:00Z",
        "age_seconds": 3600,
        "origin": "csv_import",
    }
    client.logout()
    assert_problem(client.get("/api/v1/planning/sources"), 401, "not_authenticated")
