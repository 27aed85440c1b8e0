"""The tables of the wiring."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken
from knox.settings import CONSTANTS


class ApiToken(AbstractAuthToken):  # type: ignore[misc]  # knox has no types
    """An API token of a user. Only its SHA-512 digest is stored: the token itself is shown once, when it is made.

    knox's own table has the digest for its key, so every link and form of the admin would carry it. This one has a
    number, and says what the token is for.
    """

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=CONSTANTS.DIGEST_LENGTH, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="auth_token_set", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=100, blank=True, default="", help_text=_("What uses this token."))
    created = models.DateTimeField(_("created at"), auto_now_add=True)
    expiry = models.DateTimeField(_("expires at"), null=True, blank=True, help_text=_("Empty: never."))

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.user}, {self.name or timezone.localtime(self.created).strftime('%Y-%m-%d %H:%M')}"
