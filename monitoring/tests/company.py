"""A company small enough to know every metric of its snapshot by heart."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from integrations.models import MoySkladAccount, WbAccount
from planning_core.models import (
    Article,
    BundleRecipe,
    BundleType,
    Color,
    Listing,
    PlanningSettings,
    Size,
    Sku,
    StockBalance,
    Warehouse,
    WbDailySales,
    WbSku,
    WbStock,
)

# `make_company()`: 2 a day sold, 10 pieces to pack into singles: 5 days of cover are within the 7 days of safety.
# Ordered is what 60 days need beyond the stock at Wildberries, which is none.
EXPECTED_VALUES: dict[str, int] = {
    "risk_critical": 1,
    "risk_warning": 0,
    "risk_ok": 0,
    "risk_overstock": 0,
    "risk_no_data": 0,
    "wb_accounts_total": 2,
    "wb_accounts_active": 1,
    "ms_accounts_total": 1,
    "ms_accounts_active": 1,
    "articles_with_orders": 1,
    "total_final_order_qty": 120,
}


def make_company(*, as_of: date) -> None:
    """Store accounts and one article at critical risk on a business day."""
    WbAccount.objects.create(name="Shop", api_token="wb")
    WbAccount.objects.create(name="Old shop", api_token="wb", is_active=False)
    MoySkladAccount.objects.create(name="Books", api_token="ms")
    make_articles(1, as_of=as_of)


def make_articles(number: int, *, as_of: date, first: int = 1) -> None:
    """Store articles sold as singles: ten days of two sales each, ten pieces in the own warehouse."""
    parts = _make_shared_parts()
    now = timezone.now()
    for place in range(first, first + number):
        article = Article.objects.create(code=f"ART-{place}")
        PlanningSettings.objects.create(article=article)
        sku = Sku.objects.create(article=article, color=parts["color"], size=parts["size"])
        StockBalance.objects.create(sku=sku, warehouse=parts["own"], quantity=10, updated_at=now)
        BundleRecipe.objects.create(article=article, bundle_type=parts["single"], color=parts["color"])
        code = WbSku.objects.create(code=f"wb-{place}")
        Listing.objects.create(
            wb_sku=code, article=article, bundle_type=parts["single"], color=parts["color"], size=parts["size"]
        )
        WbStock.objects.create(wb_sku=code, warehouse=parts["wb"], quantity=0, updated_at=now)
        WbDailySales.objects.bulk_create(
            WbDailySales(wb_sku=code, date=as_of - timedelta(days=day), units=2) for day in range(10)
        )


def _make_shared_parts() -> dict[str, Any]:
    return {
        "color": Color.objects.get_or_create(inner_code="black")[0],
        "size": Size.objects.get_or_create(label="M")[0],
        "single": BundleType.objects.get_or_create(code="single", defaults={"name": "Single"})[0],
        "own": Warehouse.objects.get_or_create(code="nsk", defaults={"type": "internal"})[0],
        "wb": Warehouse.objects.get_or_create(code="wb", defaults={"type": "wb"})[0],
    }
