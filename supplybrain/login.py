"""Logging in: the admin's form, which counts attempts together with the API's, and who a session belongs to."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.views import APIView
from unfold.forms import AuthenticationForm

from supplybrain.api.throttling import LoginThrottle


class ThrottledAuthenticationForm(AuthenticationForm):  # type: ignore[misc]  # unfold has no types
    """Refuses attempts over the rate before it looks at the password."""

    def clean(self) -> dict[str, Any]:
        """Return the credentials.

        Raises:
            ValidationError: If they are wrong, or this address has tried too often.
        """
        if not LoginThrottle().allow_request(Request(self.request), APIView()):
            raise ValidationError(_("Too many attempts. Try again in a minute."), code="throttled")
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class UserBackend(ModelBackend):
    """Django's own, but the user of a session comes with the language they chose: one statement for both."""

    def get_user(self, user_id: int) -> User | None:
        """Return the user, None for one who was removed or may no longer log in."""
        user = User.objects.select_related("language_choice").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
