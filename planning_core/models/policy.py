"""How the seller wants to plan: global defaults and their overrides per article, colour and elastic type.

The previous backend let thresholds and factors out of range in, and metrics version 1 defines what they do. They can
therefore be stored; forms and the API refuse new ones, and the planning health report names those that are there.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from planning_core.models.catalog import Article, Color, ElasticType

NOT_NEGATIVE = [MinValueValidator(0)]
DAYS = [MinValueValidator(0), MaxValueValidator(3650)]
PERCENT = [MinValueValidator(1), MaxValueValidator(100)]


class GlobalPlanningSettings(models.Model):
    """The defaults of the whole company: at most one row, number 1."""

    default_target_coverage_days = models.IntegerField(_("target coverage, days"), default=60, validators=DAYS)
    default_lead_time_days = models.IntegerField(_("lead time, days"), default=70, validators=DAYS)
    default_service_level_percent = models.IntegerField(_("cycle service level, %"), default=95, validators=PERCENT)
    default_fabric_min_batch_qty = models.IntegerField(
        _("fabric minimum, pieces"), default=7000, validators=NOT_NEGATIVE
    )
    default_elastic_min_batch_qty = models.IntegerField(
        _("elastic minimum, pieces"), default=3000, validators=NOT_NEGATIVE
    )

    class Meta:
        verbose_name = _("global planning settings")
        verbose_name_plural = _("global planning settings")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="global_settings_single_row")]

    def __str__(self) -> str:
        return str(_("Global planning settings"))


class PlanningSettings(models.Model):
    """The classic policy of one article. `is_active` puts the article into planning."""

    article = models.OneToOneField(Article, models.CASCADE, related_name="planning_settings", verbose_name=_("article"))
    is_active = models.BooleanField(_("in planning"), default=True)
    min_fabric_batch = models.IntegerField(_("fabric minimum, pieces"), default=0, validators=NOT_NEGATIVE)
    min_elastic_batch = models.IntegerField(_("elastic minimum, pieces"), default=0, validators=NOT_NEGATIVE)
    alert_threshold_days = models.IntegerField(_("alert threshold, days"), default=14, validators=DAYS)
    safety_stock_days = models.IntegerField(_("safety stock, days"), default=7, validators=DAYS)
    strictness = models.FloatField(
        _("strictness"), default=1.0, validators=NOT_NEGATIVE, help_text=_("Factor on the deficit; 0 counts as 1.")
    )
    notes = models.TextField(_("notes"), blank=True, default="")

    class Meta:
        verbose_name = _("planning settings")
        verbose_name_plural = _("planning settings")
        constraints = [
            models.CheckConstraint(  # PostgreSQL sorts NaN above infinity, so this keeps both out
                condition=models.Q(strictness__gt=float("-inf"), strictness__lt=float("inf")),
                name="planning_strictness_finite",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article}"


class ArticlePlanningSettings(models.Model):
    """Overrides of the global defaults for one article; empty means the global value."""

    article = models.OneToOneField(Article, models.CASCADE, related_name="article_settings", verbose_name=_("article"))
    include_in_planning = models.BooleanField(_("include in planning"), default=True)
    priority = models.IntegerField(_("priority"), default=0)
    target_coverage_days = models.IntegerField(_("target coverage, days"), null=True, blank=True, validators=DAYS)
    lead_time_days = models.IntegerField(_("lead time, days"), null=True, blank=True, validators=DAYS)
    service_level_percent = models.IntegerField(_("cycle service level, %"), null=True, blank=True, validators=PERCENT)

    class Meta:
        verbose_name = _("article planning settings")
        verbose_name_plural = _("article planning settings")

    def __str__(self) -> str:
        return f"{self.article}"


class ColorPlanningSettings(models.Model):
    """The least pieces of one colour of an article that the factory will make."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="color_settings", verbose_name=_("article"))
    color = models.ForeignKey(Color, models.PROTECT, related_name="planning_settings", verbose_name=_("colour"))
    fabric_min_batch_qty = models.IntegerField(
        _("fabric minimum, pieces"), null=True, blank=True, validators=NOT_NEGATIVE
    )

    class Meta:
        verbose_name = _("colour planning settings")
        verbose_name_plural = _("colour planning settings")
        constraints = [
            models.UniqueConstraint(fields=["article", "color"], name="color_settings_article_color_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.article} {self.color}"


class ElasticPlanningSettings(models.Model):
    """The elastic that an article uses, and the least pieces that may use it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="elastic_settings", verbose_name=_("article"))
    elastic_type = models.ForeignKey(
        ElasticType, models.PROTECT, related_name="planning_settings", verbose_name=_("elastic type")
    )
    elastic_min_batch_qty = models.IntegerField(
        _("elastic minimum, pieces"), null=True, blank=True, validators=NOT_NEGATIVE
    )

    class Meta:
        verbose_name = _("elastic planning settings")
        verbose_name_plural = _("elastic planning settings")
        constraints = [
            models.UniqueConstraint(fields=["article", "elastic_type"], name="elastic_settings_article_elastic_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.article} {self.elastic_type}"
