"""Accounts at Wildberries and MoySklad. Tokens are encrypted at rest and leave this module only towards the vendor."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedTextField

LONGEST_TOKEN = 4096
# A token travels in an HTTP header, so blanks and line ends cannot be part of it. Of forms and the API, not of the
# model: what the model stores is the encrypted text.
validate_token = RegexValidator(r"^[!-~]+\Z", _("Latin letters, digits and signs only, no blanks."), "invalid_token")


class Account(models.Model):
    """What accounts of every vendor have in common."""

    name = models.CharField(_("name"), max_length=255)
    api_token = EncryptedTextField(_("API token"))
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class WbAccount(Account):
    """A seller's account at Wildberries."""

    supplier_id = models.CharField(_("supplier id"), max_length=64, blank=True, default="")

    class Meta:
        db_table = "wb_integration_accounts"
        verbose_name = _("Wildberries account")
        verbose_name_plural = _("Wildberries accounts")


class MoySkladAccount(Account):
    """An account at MoySklad, the seller's ERP."""

    account_id = models.CharField(_("account id"), max_length=64, blank=True, default="")

    class Meta:
        db_table = "moysklad_integration_accounts"
        verbose_name = _("MoySklad account")
        verbose_name_plural = _("MoySklad accounts")
