"""Where the data come from, and when they last came whole."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DataSource(models.TextChoices):
    """What is delivered together, and therefore grows old together.

    Wildberries delivers listings, sales, prices and its stock; MoySklad the catalogue, own stock and what is in
    transit. Settings are none: people keep them here, and they do not grow old.
    """

    CATALOGUE = "catalogue", _("catalogue")
    LISTINGS = "listings", _("listings")
    SALES = "sales", _("sales")
    PRICES = "prices", _("prices")
    WB_STOCK = "wb_stock", _("stock at Wildberries")
    OWN_STOCK = "own_stock", _("own stock")
    IN_TRANSIT = "in_transit", _("in transit")


class SyncOrigin(models.TextChoices):
    """Who delivered."""

    CSV_IMPORT = "csv_import", _("CSV import")
    PREVIOUS_BACKEND = "previous_backend", _("previous backend")
    DEMO = "demo", _("demo company")


class SourceSync(models.Model):
    """The last good sync of a source: the last time its data came, whether or not they brought anything new.

    The time of a row says when its value changed, so unchanged stock looks old however often it is confirmed. How old
    a source is can only be told from here.
    """

    source = models.CharField(_("source"), max_length=16, choices=DataSource, unique=True)
    last_good_at = models.DateTimeField(_("last good sync"))
    origin = models.CharField(_("origin"), max_length=16, choices=SyncOrigin)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.CheckConstraint(condition=models.Q(source__in=DataSource.values), name="source_sync_source_known"),
            models.CheckConstraint(condition=models.Q(origin__in=SyncOrigin.values), name="source_sync_origin_known"),
        ]

    def __str__(self) -> str:
        return str(self.get_source_display())
