"""API tokens, read from `Authorization: Token <token>`."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from knox import auth
from rest_framework.exceptions import AuthenticationFailed

LONGEST_TOKEN = 128


class TokenAuthentication(auth.TokenAuthentication):  # type: ignore[misc]  # knox has no types
    """knox's tokens. What cannot be one is refused before it reaches the database, which rejects some bytes."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        """Return the user and the stored token.

        Raises:
            AuthenticationFailed: If the token is malformed, unknown or expired, or its user is inactive.
        """
        if not token.isalnum() or len(token) > LONGEST_TOKEN:
            raise AuthenticationFailed(_("Invalid token."))
        user, stored = super().authenticate_credentials(token)
        return user, stored
