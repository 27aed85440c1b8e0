"""API tokens: made, listed and revoked. Neither a token nor its digest is ever shown, but for a new one, once."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import get_digest_token
from knox.settings import CONSTANTS, knox_settings

from supplybrain.admin_base import TableAdmin
from supplybrain.models import ApiToken


@admin.register(ApiToken)
class ApiTokenAdmin(TableAdmin):
    """A new token appears in a message after saving; deleting one revokes it."""

    list_display = ("user", "name", "created", "expiry")
    list_display_links = None
    list_select_related = ("user",)
    list_filter = ("expiry",)
    search_fields = ("user__username", "name")
    fields = ("user", "name", "expiry")
    ordering = ("-created", "-id")

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:  # noqa: ARG002  (Django's signature)
        """Refuse: a token is made anew, not handed to another user."""
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Propose the same lifetime as a login gives."""
        return {"expiry": timezone.now() + knox_settings.TOKEN_TTL, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Offer every user to a superuser, and to others only themselves: a token acts for its user."""
        if not request.user.is_superuser:
            kwargs["queryset"] = User.objects.filter(username=request.user.get_username())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        """Store the digest of a new token and show the token itself, this once."""
        obj.digest, token = get_digest_token()
        obj.token_key = token[: CONSTANTS.TOKEN_KEY_LENGTH]
        super().save_model(request, obj, form, change)
        self.message_user(request, _("Copy the token now, it is not shown again: %s") % token, messages.WARNING)
