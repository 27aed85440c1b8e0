"""What exists: articles, colours, sizes, single pieces, bundles and how they are packed."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class Article(models.Model):
    """A garment style that the seller plans."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=255, blank=True, default="")

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [("propose_orders", gettext_noop("Can compute order proposals"))]

    def __str__(self) -> str:
        return self.code


class Color(models.Model):
    """A fabric colour. The factory's minimum applies to all pieces of one colour."""

    inner_code = models.CharField(_("inner code"), max_length=64, unique=True)
    pantone_code = models.CharField(_("Pantone code"), max_length=64, blank=True, default="")
    description = models.CharField(_("description"), max_length=255, blank=True, default="")

    class Meta:
        verbose_name = _("colour")
        verbose_name_plural = _("colours")

    def __str__(self) -> str:
        return self.inner_code


class Size(models.Model):
    """A garment size and its place in the size run."""

    label = models.CharField(_("label"), max_length=64, unique=True)
    sort_order = models.IntegerField(_("sort order"), default=0)

    class Meta:
        verbose_name = _("size")
        verbose_name_plural = _("sizes")

    def __str__(self) -> str:
        return self.label


class Sku(models.Model):
    """One article in one colour and size: the single piece that is bought, stored and packed."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="skus", verbose_name=_("article"))
    color = models.ForeignKey(Color, models.PROTECT, related_name="skus", verbose_name=_("colour"))
    size = models.ForeignKey(Size, models.PROTECT, related_name="skus", verbose_name=_("size"))
    barcode = models.CharField(_("barcode"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("SKU")
        verbose_name_plural = _("SKUs")
        constraints = [
            # also the index by which planning loads an article's SKUs
            models.UniqueConstraint(fields=["article", "color", "size"], name="sku_article_color_size_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.article} {self.color} {self.size}"


class BundleType(models.Model):
    """A pack: single, 4-pack, 5-pack, 6-pack."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=255, blank=True, default="")

    class Meta:
        verbose_name = _("bundle type")
        verbose_name_plural = _("bundle types")

    def __str__(self) -> str:
        return self.name or self.code


class BundleRecipe(models.Model):
    """One colour of a bundle of an article, and how many pieces of it go in."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="recipes", verbose_name=_("article"))
    bundle_type = models.ForeignKey(BundleType, models.PROTECT, related_name="recipes", verbose_name=_("bundle type"))
    color = models.ForeignKey(Color, models.PROTECT, related_name="recipes", verbose_name=_("colour"))
    quantity = models.PositiveSmallIntegerField(_("pieces in a bundle"), default=1, validators=[MinValueValidator(1)])
    position = models.SmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("bundle recipe line")
        verbose_name_plural = _("bundle recipes")
        constraints = [
            # also the index by which planning loads an article's recipes
            models.UniqueConstraint(
                fields=["article", "bundle_type", "color"], name="recipe_article_bundle_color_unique"
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="recipe_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.article} {self.bundle_type}: {self.quantity} × {self.color}"


class ElasticType(models.Model):
    """A kind of elastic. The factory's minimum applies to all pieces that use it."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=255, blank=True, default="")

    class Meta:
        verbose_name = _("elastic type")
        verbose_name_plural = _("elastic types")

    def __str__(self) -> str:
        return self.name or self.code
