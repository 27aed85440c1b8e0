"""The table of changes, written by triggers alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """What happened to the row."""

    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")


class Channel(models.TextChoices):
    """The way that a change came."""

    ADMIN = "admin", _("admin")
    API_SESSION = "api_session", _("API, signed in")
    API_TOKEN = "api_token", _("API token")
    COMMAND = "command", _("command")
    DATABASE = "database", _("directly in the database")


class Change(models.Model):
    """One row of an audited table that was created, changed or deleted. Nobody edits it: a trigger refuses.

    Neither the row nor the user is referenced by a foreign key: the history outlives both.
    """

    changed_at = models.DateTimeField(_("changed at"))
    model = models.CharField(_("what"), max_length=100)
    object_id = models.BigIntegerField(_("number"))
    object_name = models.TextField(_("name"), help_text=_("As it was called then; empty if it has no name of its own."))
    action = models.CharField(_("action"), max_length=8, choices=Action)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel)
    actor = models.CharField(_("who"), max_length=150, help_text=_("The user's or the command's name."))
    user_id = models.BigIntegerField(_("user"), null=True)
    token_name = models.CharField(_("API token"), max_length=100)
    # column -> [old, new]; true for a hidden one, of which nothing is kept but that it changed
    fields = models.JSONField(_("values"))

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [
            models.Index(fields=["model", "object_id", "-id"], name="change_of_object"),
            models.Index(fields=["changed_at"], name="change_time"),
        ]

    def __str__(self) -> str:
        return f"{self.object_name or f'#{self.object_id}'}: {self.get_action_display()}"
