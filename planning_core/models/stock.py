"""Where single pieces are: warehouses, balances, and what is on its way."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from planning_core.models.catalog import Sku


class WarehouseType(models.TextChoices):
    """Whose warehouse it is."""

    INTERNAL = "internal", _("own warehouse")
    WB = "wb", _("Wildberries")
    TRANSIT = "transit", _("transit")


class Warehouse(models.Model):
    """A place that holds stock: the own one in Novosibirsk, a Wildberries office, a transit point."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=255, blank=True, default="")
    type = models.CharField(_("type"), max_length=16, choices=WarehouseType)
    wb_office_id = models.BigIntegerField(
        _("Wildberries office id"),
        null=True,
        blank=True,
        unique=True,
        help_text=_("The vendor's number of this office."),
    )

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        constraints = [
            models.CheckConstraint(condition=models.Q(type__in=WarehouseType.values), name="warehouse_type_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class StockBalance(models.Model):
    """Pieces of a SKU on hand in a warehouse. The ERP books ahead of receipts, so a balance may be below zero."""

    sku = models.ForeignKey(Sku, models.CASCADE, related_name="balances", verbose_name=_("SKU"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="balances", verbose_name=_("warehouse"))
    quantity = models.IntegerField(_("pieces"), default=0)
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("stock balance")
        verbose_name_plural = _("stock balances")
        constraints = [
            models.UniqueConstraint(fields=["sku", "warehouse"], name="balance_sku_warehouse_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} @ {self.warehouse}: {self.quantity}"


class SupplyStage(models.TextChoices):
    """How far an open supply has come."""

    ORDERED = "ordered", _("ordered")
    IN_PRODUCTION = "in_production", _("in production")
    SHIPPED = "shipped", _("shipped")


class InTransitSupply(models.Model):
    """Pieces of a SKU that were ordered and have not arrived, by the day they are expected."""

    sku = models.ForeignKey(Sku, models.CASCADE, related_name="in_transit", verbose_name=_("SKU"))
    eta_date = models.DateField(_("expected on"))
    quantity = models.PositiveIntegerField(_("pieces"))
    stage = models.CharField(_("stage"), max_length=16, choices=SupplyStage, default=SupplyStage.SHIPPED)

    class Meta:
        verbose_name = _("in-transit supply")
        verbose_name_plural = _("in-transit supplies")
        constraints = [
            models.UniqueConstraint(fields=["sku", "eta_date"], name="in_transit_sku_eta_unique"),
            models.CheckConstraint(condition=models.Q(stage__in=SupplyStage.values), name="in_transit_stage_known"),
        ]
        # upcoming arrivals across all SKUs, soonest first
        indexes = [models.Index(fields=["eta_date", "sku"], name="in_transit_eta")]

    def __str__(self) -> str:
        return f"{self.sku}: {self.quantity} → {self.eta_date}"
