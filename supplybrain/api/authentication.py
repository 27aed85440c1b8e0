"""API tokens, read from `Authorization: Token <token>`."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from knox import auth
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from supplybrain.languages import asks_for_language, find_chosen_language

LONGEST_TOKEN = 128


class TokenAuthentication(auth.TokenAuthentication):  # type: ignore[misc]  # knox has no types
    """knox's tokens. What cannot be one is refused before it reaches the database, which rejects some bytes."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Return the user and the stored token, None without a token. The answer will be in the user's language.

        Raises:
            AuthenticationFailed: If the token is malformed, unknown or expired, or its user is inactive.
        """
        found: tuple[Any, Any] | None = super().authenticate(request)
        if found and not asks_for_language(request) and (chosen := find_chosen_language(found[0])):
            translation.activate(chosen)  # until the middleware that speaks languages ends the request
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        """Return the user and the stored token.

        Raises:
            AuthenticationFailed: If the token is malformed, unknown or expired, or its user is inactive.
        """
        if not token.isalnum() or len(token) > LONGEST_TOKEN:
            raise AuthenticationFailed(_("Invalid token."))
        user, stored = super().authenticate_credentials(token)
        return user, stored
