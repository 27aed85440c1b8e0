"""Tells the database whose request it is that changes something."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject, empty

from supplybrain.audit.actors import Actor, acting
from supplybrain.audit.models import Channel
from supplybrain.models import ApiToken

Handler = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


def act_as_user(get_response: Handler) -> Handler:
    """Let what a request changes carry its user's name; requests that only read pass untouched."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return get_response(request)
        with acting(lambda: find_actor(request)):
            return get_response(request)

    return middleware


def find_actor(request: HttpRequest) -> Actor | None:
    """Return the user of a request and the way it came, None as long as no user is known."""
    user = getattr(request, "user", None)
    # A session that nobody has looked at yet is not looked at now, in the middle of a statement.
    if isinstance(user, SimpleLazyObject) and user._wrapped is empty:
        return None
    if user is None or not user.is_authenticated:
        return None
    token = getattr(request, "auth", None)  # DRF puts it there
    is_token = isinstance(token, ApiToken)
    return Actor(
        channel=_find_channel(request, is_token=is_token),
        name=user.get_username(),
        user_id=user.pk,
        token_name=token.name if isinstance(token, ApiToken) else "",
    )


def _find_channel(request: HttpRequest, *, is_token: bool) -> Channel:
    if request.resolver_match and request.resolver_match.namespace == "admin":
        return Channel.ADMIN
    return Channel.API_TOKEN if is_token else Channel.API_SESSION
