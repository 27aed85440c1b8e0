"""What Wildberries sells: codes on sale, how they map to articles, daily sales, stock and prices.

Sales, stock and prices hang on the marketplace's own code (`WbSku`), not on the mapping: they arrive before anybody has
mapped the code, and one code may be mapped to several articles.
"""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from planning_core.models.catalog import Article, BundleType, Color, Size
from planning_core.models.stock import Warehouse


class WbSku(models.Model):
    """A code under which something is on sale on Wildberries."""

    code = models.CharField(_("wb_sku"), max_length=128, unique=True)

    class Meta:
        verbose_name = _("Wildberries code")
        verbose_name_plural = _("Wildberries codes")

    def __str__(self) -> str:
        return self.code


class Listing(models.Model):
    """A Wildberries code mapped to an article and, mostly, to a bundle type, a colour and a size."""

    wb_sku = models.ForeignKey(WbSku, models.PROTECT, related_name="listings", verbose_name=_("wb_sku"))
    article = models.ForeignKey(Article, models.PROTECT, related_name="listings", verbose_name=_("article"))
    bundle_type = models.ForeignKey(
        BundleType, models.PROTECT, null=True, blank=True, related_name="listings", verbose_name=_("bundle type")
    )
    color = models.ForeignKey(
        Color, models.PROTECT, null=True, blank=True, related_name="listings", verbose_name=_("colour")
    )
    size = models.ForeignKey(
        Size, models.PROTECT, null=True, blank=True, related_name="listings", verbose_name=_("size")
    )
    listed_from = models.DateField(
        _("listed from"),
        null=True,
        blank=True,
        help_text=_("First day on offer: demand before it is unknown, not zero."),
    )

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints = [
            # One code may be mapped to an article more than once (other bundle or size), never twice the same way.
            models.UniqueConstraint(
                fields=["article", "wb_sku", "bundle_type", "color", "size"],
                name="listing_mapping_unique",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wb_sku} → {self.article}"


class WbDailySales(models.Model):
    """Units and revenue of one code on one business day. Returns can make a day's units negative."""

    wb_sku = models.ForeignKey(
        WbSku, models.CASCADE, related_name="daily_sales", verbose_name=_("wb_sku"), db_index=False
    )
    date = models.DateField(_("date"))
    units = models.IntegerField(_("units"))
    revenue = models.DecimalField(_("revenue, rub"), max_digits=14, decimal_places=2, null=True, blank=True)
    in_stock = models.BooleanField(_("in stock"), null=True, blank=True, help_text=_("Empty: not known."))

    class Meta:
        verbose_name = _("daily sales")
        verbose_name_plural = _("daily sales")
        constraints = [
            # covers a code's last day and its window without touching the table
            models.UniqueConstraint(fields=["wb_sku", "date"], include=["units"], name="sales_wb_sku_date_unique"),
        ]
        # The latest day of all without reading the table, and a window of days among years of history. A BRIN index is
        # smaller but answers the first only by reading everything.
        indexes = [models.Index(fields=["date"], name="sales_date")]

    def __str__(self) -> str:
        return f"{self.wb_sku} {self.date}: {self.units}"


class WbStock(models.Model):
    """Bundles of one code ready to sell in one Wildberries warehouse. The vendor's corrections can go below zero."""

    wb_sku = models.ForeignKey(WbSku, models.CASCADE, related_name="stocks", verbose_name=_("wb_sku"), db_index=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="wb_stocks", verbose_name=_("warehouse"))
    quantity = models.IntegerField(_("bundles"), default=0)
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("Wildberries stock")
        verbose_name_plural = _("Wildberries stocks")
        constraints = [
            models.UniqueConstraint(fields=["wb_sku", "warehouse"], name="wb_stock_wb_sku_warehouse_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.wb_sku} @ {self.warehouse}: {self.quantity}"


class WbPrice(models.Model):
    """A price that holds from its day until the next row."""

    wb_sku = models.ForeignKey(WbSku, models.CASCADE, related_name="prices", verbose_name=_("wb_sku"), db_index=False)
    date = models.DateField(_("from"))
    price = models.DecimalField(_("price, rub"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(fields=["wb_sku", "date"], name="price_wb_sku_date_unique"),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.wb_sku} {self.date}: {self.price}"
