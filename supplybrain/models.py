"""The tables of the wiring."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager
from knox.settings import CONSTANTS

from supplybrain.audit.models import Change

__all__ = ["ApiToken", "ApiTokenManager", "Change", "Language", "LanguageChoice"]


class Language(models.TextChoices):
    """The languages of the catalogues in `locale/`, each by its own name."""

    RUSSIAN = "ru", "Русский"
    ENGLISH = "en", "English"


class LanguageChoice(models.Model):
    """The language that a user wants to be spoken to, on every device. Without a row the browser decides."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="language_choice",
        verbose_name=_("user"),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        constraints = [
            models.CheckConstraint(
                name="supplybrain_languagechoice_known", condition=models.Q(language__in=Language.values)
            )
        ]

    def __str__(self) -> str:
        return self.get_language_display()


class ApiTokenManager(AuthTokenManager):  # type: ignore[misc]  # knox has no types
    """Loads a token with its user's language: an answer to the token may have to be in it."""

    def get_queryset(self) -> "models.QuerySet[ApiToken]":
        """Return the tokens."""
        tokens: models.QuerySet[ApiToken] = super().get_queryset()
        return tokens.select_related("user__language_choice")


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

    objects = ApiTokenManager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.user}, {self.name or timezone.localtime(self.created).strftime('%Y-%m-%d %H:%M')}"
