"""API tokens: made once, shown once, stored as a digest."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from knox.settings import knox_settings

from supplybrain.models import ApiToken


@dataclass(frozen=True)
class IssuedToken:
    """A token in plain text, which nobody can read again later, and when it expires."""

    token: str
    expiry: datetime


def issue_token(*, user: User, name: str = "") -> IssuedToken:
    """Return a new API token of a user, valid for API_TOKEN_DAYS days.

    Args:
        user: Whose permissions the token carries.
        name: What will use it, for the list in the admin.
    """
    stored, token = ApiToken.objects.create(user=user, name=name, prefix=knox_settings.TOKEN_PREFIX)
    return IssuedToken(token=token, expiry=stored.expiry)
