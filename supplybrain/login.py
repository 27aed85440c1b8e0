"""The admin's login form, which counts attempts together with the API's."""

from typing import Any

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
