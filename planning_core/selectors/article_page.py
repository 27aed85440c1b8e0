"""What an article's page shows besides the plan: stock by place, supplies, daily sales. One statement each."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce, NullIf

from planning_core.models import InTransitSupply, Listing, StockBalance, WbDailySales, WbStock


@dataclass(frozen=True, slots=True)
class PieceStock:
    """Pieces of a colour and size in a warehouse that is not Wildberries'."""

    warehouse_id: int
    warehouse: str
    color_id: int
    size_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class BundleStockAt:
    """Bundles of a type in one Wildberries warehouse; None for codes without bundle type or size."""

    warehouse_id: int
    warehouse: str
    bundle_type_id: int | None
    quantity: int


@dataclass(frozen=True, slots=True)
class SupplyLine:
    """Pieces of a SKU on their way."""

    sku_id: int
    color_id: int
    size_id: int
    eta_date: date
    quantity: int
    stage: str


@dataclass(frozen=True, slots=True)
class SalesDay:
    """A day of the article's codes, all together."""

    date: date
    units: int
    codes: int
    """Codes with a row on that day of which it is known whether they were in stock."""
    codes_out: int
    """Those that were out of stock."""


WAREHOUSE = Coalesce(NullIf("warehouse__name", Value("")), "warehouse__code")


def list_piece_stock(article_id: int) -> list[PieceStock]:
    """Return an article's pieces by warehouse (own ones first, each kind by id), colour and size id."""
    rows = StockBalance.objects.filter(sku__article_id=article_id).order_by(
        "warehouse__type", "warehouse_id", "sku__color_id", "sku__size_id"
    )
    return [
        PieceStock(*row)
        for row in rows.values_list("warehouse_id", WAREHOUSE, "sku__color_id", "sku__size_id", "quantity")
    ]


def list_bundle_stock(article_id: int) -> list[BundleStockAt]:
    """Return an article's bundles by Wildberries warehouse, then bundle type id.

    A code that is mapped twice counts once per mapping, as in the bundle risk; so the sum of a bundle type is what the
    risk calls ready.
    """
    kind = Case(When(wb_sku__listings__size__isnull=False, then=F("wb_sku__listings__bundle_type_id")))
    rows = (
        WbStock.objects.filter(wb_sku__listings__article_id=article_id)
        .values_list("warehouse_id", WAREHOUSE, kind)
        .annotate(total=Sum("quantity"))
        .order_by("warehouse_id", kind)
    )
    return [BundleStockAt(*row) for row in rows]


def list_supplies(article_id: int) -> list[SupplyLine]:
    """Return what is on its way of an article, by expected day."""
    rows = InTransitSupply.objects.filter(sku__article_id=article_id).order_by("eta_date", "id")
    columns = ("sku_id", "sku__color_id", "sku__size_id", "eta_date", "quantity", "stage")
    return [SupplyLine(*row) for row in rows.values_list(*columns)]


def list_sales_days(article_id: int, *, start: date, end: date) -> list[SalesDay]:
    """Return the days from start to end that have a sales row of any of an article's codes, each code once."""
    codes = Listing.objects.filter(article_id=article_id).values("wb_sku_id")
    rows = (
        WbDailySales.objects.filter(wb_sku_id__in=codes, date__range=(start, end))
        .values_list("date")
        .annotate(units=Sum("units"), known=Count("in_stock"), out=Count("id", filter=Q(in_stock=False)))
        .order_by("date")
    )
    return [SalesDay(*row) for row in rows]
