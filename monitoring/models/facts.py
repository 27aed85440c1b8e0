"""Facts behind the snapshots, each for as long as it held: a row is written when something changed, never per slot.

Articles, bundle types and accounts are known by their ids alone: history outlives what it is about.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Validity(models.Model):
    """From the first slot that a row holds in to the first one that it does not."""

    valid_from_slot = models.DateTimeField(_("valid from slot"))
    valid_to_slot = models.DateTimeField(_("valid to slot"), null=True, help_text=_("Empty: it holds now."))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


def build_validity_rules(name: str, *key: str) -> tuple[list[models.BaseConstraint], list[models.Index]]:
    """Return the constraints and the indexes that every table of facts has.

    Args:
        name: Beginning of their names.
        key: The fields that tell what a row is about.
    """
    constraints: list[models.BaseConstraint] = [
        models.CheckConstraint(
            condition=models.Q(valid_to_slot=None) | models.Q(valid_to_slot__gt=models.F("valid_from_slot")),
            name=f"{name}_validity_ordered",
        ),
        # also the index by which a capture finds what held until now
        models.UniqueConstraint(fields=key, condition=models.Q(valid_to_slot=None), name=f"{name}_current_once"),
    ]
    # What held in a slot: a B-tree finds what began before or what ended after, only a range index finds what did both.
    span = models.Func("valid_from_slot", "valid_to_slot", function="tstzrange")
    return constraints, [GistIndex(span, name=f"{name}_validity")]


class BundleFact(Validity):
    """The risk of a bundle type of an article, and the inputs it follows from. See `BundleFacts` for the fields."""

    pk = models.CompositePrimaryKey("article_id", "bundle_type_id", "valid_from_slot")
    article_id = models.BigIntegerField(_("article"))
    bundle_type_id = models.BigIntegerField(_("bundle type"))
    wb_ready = models.BigIntegerField(_("bundles at Wildberries"))
    potential = models.BigIntegerField(_("bundles that could be packed"))
    units = models.BigIntegerField(_("bundles sold in the window"))
    window_days = models.SmallIntegerField(_("days of the window"))
    safety_stock_days = models.IntegerField(_("safety stock, days"))
    alert_threshold_days = models.IntegerField(_("alert threshold, days"))
    mapping_digest = models.IntegerField(_("digest of the listings"))
    recipe_digest = models.IntegerField(_("digest of the recipe"))
    level = models.SmallIntegerField(_("risk level"), help_text=_("Place in RISK_LEVELS."))

    class Meta:
        db_table = "monitoring_bundle_facts"
        verbose_name = _("bundle fact")
        verbose_name_plural = _("bundle facts")
        default_permissions = ()  # whoever may see snapshots sees what explains them
        constraints, indexes = build_validity_rules("bundle_fact", "article_id", "bundle_type_id")


class OrderFact(Validity):
    """The order of an article, and the inputs it follows from. See `OrderFacts` for the fields."""

    pk = models.CompositePrimaryKey("article_id", "valid_from_slot")
    article_id = models.BigIntegerField(_("article"))
    units = models.BigIntegerField(_("units sold in the window"))
    sales_days = models.SmallIntegerField(_("days with sales data"))
    wb_stock = models.BigIntegerField(_("stock at Wildberries"))
    mapping_digest = models.IntegerField(_("digest of the codes"))
    deficit = models.BigIntegerField(_("deficit"))
    proposed = models.BigIntegerField(_("proposed quantity"))
    final_quantity = models.BigIntegerField(_("ordered quantity"))
    constraint = models.SmallIntegerField(_("constraint"), help_text=_("Place in CONSTRAINTS; -1 without an order."))

    class Meta:
        db_table = "monitoring_order_facts"
        verbose_name = _("order fact")
        verbose_name_plural = _("order facts")
        default_permissions = ()  # whoever may see snapshots sees what explains them
        constraints, indexes = build_validity_rules("order_fact", "article_id")


class PolicyFact(Validity):
    """The settings, colours and SKUs of an article in planning. See `PolicyFacts` for the fields."""

    pk = models.CompositePrimaryKey("article_id", "valid_from_slot")
    article_id = models.BigIntegerField(_("article"))
    code = models.CharField(_("code"), max_length=64)
    target_coverage_days = models.IntegerField(_("target coverage, days"))
    strictness = models.FloatField(_("strictness"))
    min_fabric_batch = models.IntegerField(_("fabric minimum, pieces"))
    min_elastic_batch = models.IntegerField(_("elastic minimum, pieces"))
    elastic_type_id = models.BigIntegerField(_("elastic type"), help_text=_("-1 without one that has a minimum."))
    elastic_type_minimum = models.IntegerField(_("minimum of the elastic type, pieces"))
    color_ids = ArrayField(models.BigIntegerField(), verbose_name=_("colours with a minimum"))
    color_minimums = ArrayField(models.IntegerField(), verbose_name=_("their minimums, pieces"))
    sku_color_ids = ArrayField(
        models.BigIntegerField(), verbose_name=_("colour of each SKU"), help_text=_("By size, then SKU.")
    )
    digest = models.BigIntegerField(_("digest of the row"))

    class Meta:
        db_table = "monitoring_policy_facts"
        verbose_name = _("policy fact")
        verbose_name_plural = _("policy facts")
        default_permissions = ()  # whoever may see snapshots sees what explains them
        constraints, indexes = build_validity_rules("policy_fact", "article_id")


class Vendor(models.TextChoices):
    """Whose account it is."""

    WB = "wb", _("Wildberries")
    MOYSKLAD = "ms", _("MoySklad")


class AccountFact(Validity):
    """An account at a vendor. Never its token."""

    pk = models.CompositePrimaryKey("vendor", "account_id", "valid_from_slot")
    vendor = models.CharField(_("vendor"), max_length=2, choices=Vendor)
    account_id = models.BigIntegerField(_("account"))
    name = models.CharField(_("name"), max_length=255)
    is_active = models.BooleanField(_("active"))
    last_good_sync_at = models.DateTimeField(_("last good sync"), null=True)

    class Meta:
        db_table = "monitoring_account_facts"
        verbose_name = _("account fact")
        verbose_name_plural = _("account facts")
        default_permissions = ()  # whoever may see snapshots sees what explains them
        constraints, indexes = build_validity_rules("account_fact", "vendor", "account_id")
