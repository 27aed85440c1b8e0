"""`import_csv`: what is refused, row by row, file by file, or as a whole."""

import gzip
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from planning_core import models
from planning_core.tests.csv_folder import COMPANY, CsvFolder, count_everything, list_versions, read_counts
from supplybrain.locks import LOCK_NAMESPACE, LockedJob

pytestmark = pytest.mark.django_db
HINT = "the file must be UTF-8 with commas between the columns."


@pytest.fixture
def folder(tmp_path: Path) -> CsvFolder:
    return CsvFolder(tmp_path)


# File, row, and what is rejected of it: column, value, reason.
BAD_ROWS = [
    ("articles", ",no code,true,,,,,,", "article_code,,is empty"),
    ("articles", f"{'x' * 65},,,,,,,,", f"article_code,{'x' * 65},is longer than 64 characters"),
    ("articles", "NEW,,maybe,,,,,,", "is_active,maybe,is neither true nor false"),
    ("articles", "NEW,,,-1,,,,,", "safety_stock_days,-1,is negative"),
    ("articles", "NEW,,,,1.5,,,,", "alert_threshold_days,1.5,is not a whole number"),
    ("articles", "NEW,,,,,4000,,,", "target_coverage_days,4000,is above 3650"),
    ("articles", "NEW,,,,,,2147483648,,", "min_fabric_batch,2147483648,is above 2147483647"),
    ("articles", "NEW,,,,,,,,inf", "strictness,inf,is not a number; write it like 1.5"),
    ("articles", "TEE,,,,,,,,", "article_code,TEE,repeats the key of line 2"),
    ("articles", "NEW,", ",,has 2 cells; the header has 9"),
    ("skus", "NONE,black,M,,", "article_code,NONE,is no article; add it to articles.csv"),
    ("skus", "TEE,black,S,ten,", "size_order,ten,is not a whole number"),
    ("skus", "TEE,red,M,25,", "size_order,25,contradicts 20 for the same size_label in line 2"),
    ("skus", "TEE,black,M,,", '"article_code, color_code, size_label","TEE, black, M",repeats the key of line 2'),
    ("bundles", "NONE,4-pack,black,,", "article_code,NONE,is no article; add it to articles.csv"),
    ("bundles", "SOCK,4-pack,red,,", "color_code,red,is no colour; add a SKU in it to skus.csv"),
    ("bundles", "SOCK,4-pack,black,,0", "quantity,0,is below 1"),
    (
        "bundles",
        "SOCK,4-pack,black,4 pcs,1",
        "bundle_name,4 pcs,contradicts Four for the same bundle_code in line 2",
    ),
    ("listings", "333,NONE,,,,", "article_code,NONE,is no article; add it to articles.csv"),
    ("listings", "333,TEE,9-pack,,,", "bundle_code,9-pack,is no bundle type; add it to bundles.csv"),
    ("listings", "333,TEE,,red,,", "color_code,red,is no colour; add a SKU in it to skus.csv"),
    ("listings", "333,TEE,,,XS,", "size_label,XS,is no size; add a SKU in it to skus.csv"),
    (
        "listings",
        "333,TEE,,,,01.06.2025",
        "listed_from,01.06.2025,is not a date from 2000-01-01 to 2099-12-31; write it like 2026-01-31",
    ),
    ("listings", "111,TEE,,,,", '"wb_sku, article_code","111, TEE",repeats the key of line 2'),
    ("sales", "333,2026-01-15,1,,", "wb_sku,333,is in no listing; add it to listings.csv"),
    (
        "sales",
        "111,2026-02-29,1,,",
        "date,2026-02-29,is not a date from 2000-01-01 to 2099-12-31; write it like 2026-01-31",
    ),
    ("sales", "111,2026-01-16,many,,", "units,many,is not a whole number"),
    ("sales", "111,2026-01-16,-2147483649,,", "units,-2147483649,is below -2147483648"),
    ("sales", '111,2026-01-16,1,"12,50",', 'revenue,"12,50",is not an amount; write it like 1234.50'),
    ("sales", "111,2026-01-15,9,,", '"wb_sku, date","111, 2026-01-15",repeats the key of line 3'),
    ("sales", "111,2026-01-16,1,,,", ",,has 6 cells; the header has 5"),
    ("wb_stock", "333,Kazan,1", "wb_sku,333,is in no listing; add it to listings.csv"),
    ("wb_stock", "111,,1", "warehouse,,is empty"),
    ("wb_stock", "111,Own,1", "warehouse,Own,is a warehouse of type internal; not wb: use another code"),
    (
        "warehouse_stock",
        "TEE,black,M,Kazan,1",
        "warehouse,Kazan,is a warehouse of type wb; not internal: use another code",
    ),
    (
        "warehouse_stock",
        "TEE,white,L,NSK,1",
        "size_label,L,the article has no SKU in colour white and this size; add it to skus.csv",
    ),
    ("in_transit", "NONE,black,M,2026-03-01,1,", "article_code,NONE,is no article; add it to articles.csv"),
    ("in_transit", "TEE,black,M,2026-03-02,-1,", "quantity,-1,is negative"),
    (
        "in_transit",
        "TEE,black,M,2026-03-02,1,lost",
        'stage,lost,"is not one of ordered, in_production, shipped"',
    ),
    ("color_minimums", "TEE,red,1", "color_code,red,is no colour; add a SKU in it to skus.csv"),
    ("color_minimums", "TEE,black,1", '"article_code, color_code","TEE, black",repeats the key of line 2'),
    ("elastic_minimums", "NONE,wide,,1", "article_code,NONE,is no article; add it to articles.csv"),
    (
        "elastic_minimums",
        "SOCK,wide,Narrow,1",
        "elastic_name,Narrow,contradicts Wide for the same elastic_code in line 2",
    ),
    ("prices", "333,2026-01-01,1", "wb_sku,333,is in no listing; add it to listings.csv"),
    ("prices", "111,2026-01-02,", "price,,is empty"),
    ("prices", "111,2026-01-02,-1", "price,-1,is negative"),
]


def test_bad_rows_are_rejected_with_the_reason_and_the_rest_goes_in(folder: CsvFolder) -> None:
    models.Warehouse.objects.create(code="Own", type="internal")
    folder.write_company()
    folder.run()
    before = list_versions()
    expected = append_bad_rows(folder)

    message = folder.fail()

    assert sorted(folder.read_rejects()) == sorted(expected)
    assert message == f"{len(BAD_ROWS)} rows were rejected, see {folder.rejects}; the rest is imported."
    assert list_versions() == before


def append_bad_rows(folder: CsvFolder) -> list[str]:
    """Add the bad rows to the company's files and return the lines of the rejects file that they must give."""
    texts = dict(COMPANY)
    expected = []
    for name, row, reject in BAD_ROWS:
        texts[name] += row + "\n"
        expected.append(f"{name}.csv,{len(texts[name].splitlines())},{reject}")
        folder.write(name, texts[name])
    return expected


@pytest.mark.parametrize(
    ("row", "reject"),
    [
        (b"NEW,\xd2\xe5\xe5", "name,\\xd2\\xe5\\xe5,is not UTF-8; save the file as UTF-8"),
        (b"NEW,a\0b", "name,a\\x00b,holds a NUL byte"),
        (b'NEW,"a"b', ",,\"is not well-formed CSV up to line 2 (',' expected after '\"\"'); check the quotes\""),
        (b"NEW,x\nOTHER," + b"y" * 200_000, None),
    ],
)
def test_a_broken_row_does_not_stop_the_others(folder: CsvFolder, row: bytes, reject: str | None) -> None:
    folder.write("articles", b"article_code,name\n" + row + b"\nTEE,T-shirt\n")

    folder.fail()

    assert models.Article.objects.filter(code="TEE").exists()
    if reject:
        assert folder.read_rejects() == [f"articles.csv,2,{reject}"]
    else:
        (line,) = folder.read_rejects()
        assert line.startswith("articles.csv,3,,,is not well-formed CSV up to line 3 (field larger than field limit")


def test_a_quote_that_is_never_closed_is_rejected_where_it_begins(folder: CsvFolder) -> None:
    folder.write("articles", 'article_code,name\nTEE,T-shirt\nSOCK,"Socks\nHAT,Hat\n')

    folder.fail()

    assert folder.read_rejects() == [
        "articles.csv,3,,,is not well-formed CSV up to line 4 (unexpected end of data); check the quotes"
    ]
    assert list(models.Article.objects.values_list("code", flat=True)) == ["TEE"]


def test_lines_are_counted_across_cells_with_line_ends(folder: CsvFolder) -> None:
    folder.write("articles", 'article_code,name\nTEE,"a\nb\nc"\n\nBAD,\n,x\n')

    folder.fail()

    assert folder.read_rejects() == ["articles.csv,7,article_code,,is empty"]


def test_a_row_may_repeat_one_that_was_rejected(folder: CsvFolder) -> None:
    folder.write("articles", "article_code,safety_stock_days\nTEE,soon\nTEE,3\nTEE,4\n")

    message = folder.fail()

    assert models.PlanningSettings.objects.get().safety_stock_days == 3
    assert folder.read_rejects() == [
        "articles.csv,2,safety_stock_days,soon,is not a whole number",
        "articles.csv,4,article_code,TEE,repeats the key of line 3",
    ]
    assert message.startswith("2 rows were rejected")


def test_rejects_come_in_the_order_of_files_and_lines(folder: CsvFolder) -> None:
    folder.write("articles", "article_code,is_active\nTEE,\nTEE,\nNEW,perhaps\n", compress=True)
    folder.write("listings", "wb_sku,article_code\n111,NEW\n")
    folder.write("sales", "wb_sku,date\n111,2026-01-01\n111,someday\n")

    folder.fail()

    assert [line.split(",")[:3] for line in folder.read_rejects()] == [
        ["articles.csv.gz", "3", "article_code"],
        ["articles.csv.gz", "4", "is_active"],
        ["listings.csv", "2", "article_code"],
        ["sales.csv", "2", "wb_sku"],
        ["sales.csv", "3", "date"],
    ]


def test_strict_takes_everything_back_when_a_row_is_bad(folder: CsvFolder) -> None:
    folder.write_company()
    folder.write("prices", COMPANY["prices"] + "111,never,1\n")

    message = folder.fail("--strict")

    assert message == f"1 row was rejected, see {folder.rejects}; nothing was imported."
    assert count_everything() == 0
    assert len(folder.read_rejects()) == 1


def test_strict_keeps_a_good_folder(folder: CsvFolder) -> None:
    folder.write_company()

    folder.run("--strict")

    assert models.WbPrice.objects.count() == 1


def test_a_dry_run_reports_and_imports_nothing(folder: CsvFolder) -> None:
    folder.write_company()

    output = folder.run("--dry-run")

    assert count_everything() == 0
    assert read_counts(output, "sales.csv") == [3, 3, 0, 0, 0]
    assert output.splitlines()[-1] == "Nothing was imported: this is what would have happened."


def test_a_dry_run_reports_bad_rows_too(folder: CsvFolder) -> None:
    folder.write_company("articles")
    folder.write("skus", "article_code,color_code,size_label\nNONE,black,M\n")

    message = folder.fail("--dry-run")

    assert message.endswith("; nothing was imported.")
    assert len(folder.read_rejects()) == 1
    assert count_everything() == 0


# --- Listings that are there more than once --------------------------------------------------------------------------


@pytest.fixture
def mapped_twice(folder: CsvFolder) -> CsvFolder:
    folder.write_company()
    folder.run()
    listing = models.Listing.objects.get(wb_sku__code="111")
    models.Listing.objects.create(wb_sku=listing.wb_sku, article=listing.article)
    return folder


def test_a_row_like_one_of_several_listings_is_no_change(mapped_twice: CsvFolder) -> None:
    before = list_versions()

    output = mapped_twice.run()

    assert list_versions() == before
    assert read_counts(output, "listings.csv") == [2, 0, 0, 2, 0]


def test_a_row_unlike_all_of_several_listings_is_rejected(mapped_twice: CsvFolder) -> None:
    before = list_versions()
    mapped_twice.write("listings", COMPANY["listings"].replace("4-pack,,M", ",,L"))

    mapped_twice.fail()

    (line,) = mapped_twice.read_rejects()
    assert line == (
        "listings.csv,2,wb_sku,111,is mapped to this article more than once and never like this; change those listings"
        " by hand"
    )
    assert list_versions() == before


# --- Files and folders that are refused as a whole -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        (
            "wb_sku,date,qty,UNITS",
            f"sales.csv: unknown columns: qty, UNITS. Known are wb_sku, date, units, revenue, in_stock; {HINT}",
        ),
        ("wb_sku,units", "sales.csv: columns missing: date."),
        ("wb_sku,date,units,units", "sales.csv: columns given more than once: units."),
        ("", "sales.csv is empty: the first line must name the columns."),
    ],
)
def test_a_wrong_header_refuses_everything(folder: CsvFolder, header: str, problem: str) -> None:
    folder.write_company()
    folder.write("sales", header)

    assert folder.fail() == f"Nothing was imported.\n{problem}"
    assert count_everything() == 0
    assert not folder.rejects.exists()


@pytest.mark.parametrize("content", ["wb_sku;date;units\n", "wb_sku\tdate\tunits\n".encode("utf-16")])
def test_a_file_in_another_format_is_refused_with_a_hint(folder: CsvFolder, content: str | bytes) -> None:
    folder.write("sales", content)

    message = folder.fail()

    assert "sales.csv: unknown columns: " in message
    assert "the file must be UTF-8 with commas between the columns." in message
    message.encode()


def test_every_problem_of_every_header_is_named(folder: CsvFolder) -> None:
    folder.write("articles", "name\n")
    folder.write("elastic_minimums", "article_code,elastic_code,article_code\n")
    folder.write("prices", "wb_sku,date,cost\n")

    assert folder.fail().splitlines()[1:] == [
        "articles.csv: columns missing: article_code.",
        f"prices.csv: unknown columns: cost. Known are wb_sku, date, price; {HINT}",
        "prices.csv: columns missing: price.",
        "elastic_minimums.csv: columns given more than once: article_code.",
    ]


def test_the_same_file_twice_is_refused(folder: CsvFolder) -> None:
    folder.write_company("articles")
    folder.write("articles", COMPANY["articles"], compress=True)

    assert folder.fail() == (
        "Nothing was imported.\narticles.csv and articles.csv.gz are both there. Remove one of them."
    )


@pytest.mark.parametrize("damage", [slice(-12), slice(-4)])
def test_a_file_that_was_cut_short_takes_everything_back(folder: CsvFolder, damage: slice) -> None:
    folder.write_company()
    (folder.path / "sales.csv").unlink()
    rows = "".join(f"111,20{year:02}-01-{day:02},1,,\n" for year in range(100) for day in range(1, 32))
    content = gzip.compress(b"wb_sku,date,units,revenue,in_stock\n" + rows.encode())
    (folder.path / "sales.csv.gz").write_bytes(content[damage])

    assert folder.fail() == "sales.csv.gz is damaged or cut short. Copy it again; nothing was imported."
    assert count_everything() == 0


def test_a_second_import_at_the_same_time_is_refused(folder: CsvFolder) -> None:
    folder.write_company()
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    with psycopg.connect(**parameters) as rival:
        rival.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_NAMESPACE, LockedJob.IMPORT_DATA.value])

        assert folder.fail() == "Another import is running. Start this one again when it has ended."

    assert count_everything() == 0


def test_a_folder_without_files_is_named(folder: CsvFolder) -> None:
    assert folder.fail() == (
        f"{folder.path} has none of the files articles.csv, skus.csv, bundles.csv, listings.csv, sales.csv, prices.csv,"
        " wb_stock.csv, warehouse_stock.csv, in_transit.csv, color_minimums.csv, elastic_minimums.csv (or .csv.gz)."
    )


def test_a_folder_that_is_not_there_is_named(folder: CsvFolder) -> None:
    folder.path.rmdir()

    assert folder.fail() == f"{folder.path} is not a folder. Give the folder that holds the .csv files."


def test_rejects_that_cannot_be_written_take_everything_back(folder: CsvFolder) -> None:
    folder.write("articles", "article_code\nTEE\n\0\n")
    folder.rejects.mkdir()

    assert folder.fail() == (
        f"The rejected rows cannot be written to {folder.rejects}: Is a directory. Choose another file with --rejects;"
        " nothing was imported."
    )
    assert count_everything() == 0
