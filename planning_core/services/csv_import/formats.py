"""What each file may hold: its columns, which of them are the key, and how their cells are read."""

from dataclasses import dataclass

from planning_core.models import SupplyStage
from planning_core.services.csv_import import cells
from planning_core.services.csv_import.cells import Parser

INTEGER_MINIMUM = -(2**31)
SMALL_INTEGER_MAXIMUM = 2**15 - 1
DAYS_MAXIMUM = 3650


@dataclass(frozen=True)
class CsvColumn:
    """A column of a file.

    Attributes:
        name: As the header says it.
        sql_type: What the parsed text is for PostgreSQL.
        parse: Checks a cell and returns what PostgreSQL gets.
        is_key: Whether it is part of the natural key.
        required: Whether the file must have it: the key, and what a row is pointless without.
    """

    name: str
    sql_type: str
    parse: Parser
    is_key: bool = False
    required: bool = False


@dataclass(frozen=True)
class FileFormat:
    """A file that can be imported, by the name before `.csv`."""

    name: str
    columns: tuple[CsvColumn, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that say which row it is."""
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns without which the file is refused."""
        return tuple(column.name for column in self.columns if column.required)


def _code(name: str, max_length: int = 64) -> CsvColumn:
    return CsvColumn(name, "text", cells.code(max_length), is_key=True, required=True)


def _text(name: str, max_length: int = 255, *, default: str | None = "") -> CsvColumn:
    return CsvColumn(name, "text", cells.text(max_length, default=default))


def _number(name: str, *, minimum: int = 0, maximum: int = cells.INTEGER_MAXIMUM, default: int | None = 0) -> CsvColumn:
    return CsvColumn(name, "integer", cells.whole_number(minimum=minimum, maximum=maximum, default=default))


def _key_day(name: str) -> CsvColumn:
    return CsvColumn(name, "date", cells.day(required=True), is_key=True, required=True)


ARTICLE_CODE, COLOR_CODE, SIZE_LABEL = _code("article_code"), _code("color_code"), _code("size_label")
WB_SKU = _code("wb_sku", 128)
# The vendor books corrections and the ERP books ahead of receipts, so stock may be below zero.
STOCK_QUANTITY = _number("quantity", minimum=INTEGER_MINIMUM)

ARTICLES = FileFormat(
    "articles",
    (
        ARTICLE_CODE,
        _text("name"),
        CsvColumn("is_active", "boolean", cells.truth(default=True)),
        _number("safety_stock_days", maximum=DAYS_MAXIMUM, default=7),
        _number("alert_threshold_days", maximum=DAYS_MAXIMUM, default=14),
        _number("target_coverage_days", maximum=DAYS_MAXIMUM, default=None),
        _number("min_fabric_batch"),
        _number("min_elastic_batch"),
        CsvColumn("strictness", "double precision", cells.factor(default=1.0)),
    ),
)
SKUS = FileFormat(
    "skus",
    (
        ARTICLE_CODE,
        COLOR_CODE,
        SIZE_LABEL,
        _number("size_order", minimum=INTEGER_MINIMUM, default=None),
        _text("barcode", 64),
    ),
)
BUNDLES = FileFormat(
    "bundles",
    (
        ARTICLE_CODE,
        _code("bundle_code"),
        COLOR_CODE,
        _text("bundle_name", default=None),
        _number("quantity", minimum=1, maximum=SMALL_INTEGER_MAXIMUM, default=1),
    ),
)
LISTINGS = FileFormat(
    "listings",
    (
        WB_SKU,
        ARTICLE_CODE,
        _text("bundle_code", 64, default=None),
        _text("color_code", 64, default=None),
        _text("size_label", 64, default=None),
        CsvColumn("listed_from", "date", cells.day(required=False)),
    ),
)
SALES = FileFormat(
    "sales",
    (
        WB_SKU,
        _key_day("date"),
        _number("units", minimum=INTEGER_MINIMUM),  # returns
        CsvColumn("revenue", "numeric(14, 2)", cells.amount(digits=14, negative=True)),
        CsvColumn("in_stock", "boolean", cells.truth(default=None)),
    ),
)
WB_STOCK = FileFormat("wb_stock", (WB_SKU, _code("warehouse"), STOCK_QUANTITY))
WAREHOUSE_STOCK = FileFormat(
    "warehouse_stock", (ARTICLE_CODE, COLOR_CODE, SIZE_LABEL, _code("warehouse"), STOCK_QUANTITY)
)
IN_TRANSIT = FileFormat(
    "in_transit",
    (
        ARTICLE_CODE,
        COLOR_CODE,
        SIZE_LABEL,
        _key_day("eta_date"),
        _number("quantity"),
        CsvColumn("stage", "text", cells.word(SupplyStage.values, default=SupplyStage.SHIPPED.value)),
    ),
)
COLOR_MINIMUMS = FileFormat("color_minimums", (ARTICLE_CODE, COLOR_CODE, _number("fabric_min_batch_qty", default=None)))
ELASTIC_MINIMUMS = FileFormat(
    "elastic_minimums",
    (
        ARTICLE_CODE,
        _code("elastic_code"),
        _text("elastic_name", default=None),
        _number("elastic_min_batch_qty", default=None),
    ),
)
PRICES = FileFormat(
    "prices",
    (
        WB_SKU,
        _key_day("date"),
        CsvColumn("price", "numeric(12, 2)", cells.amount(digits=12, negative=False, required=True), required=True),
    ),
)
