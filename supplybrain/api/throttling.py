"""Request rates that do not take the API down with Redis."""

from typing import TYPE_CHECKING

import structlog
from redis.exceptions import RedisError
from rest_framework import throttling
from rest_framework.request import Request

if TYPE_CHECKING:  # DRF imports this module while it builds its views
    from rest_framework.views import APIView

log = structlog.get_logger(__name__)


class FailOpenMixin(throttling.SimpleRateThrottle):
    """Let requests pass while the counters cannot be reached: Redis is not needed to answer, only to count."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Return whether the request may pass."""
        try:
            return super().allow_request(request, view)
        except RedisError as error:
            log.warning("throttle_store_unreachable", error=type(error).__name__)
            return True


class AnonRateThrottle(FailOpenMixin, throttling.AnonRateThrottle):
    """Requests without a login, per address."""


class UserRateThrottle(FailOpenMixin, throttling.UserRateThrottle):
    """Requests of a user."""


class LoginThrottle(FailOpenMixin):
    """Attempts to log in, right or wrong, per address: in the API and in the admin together."""

    scope = "login"

    def get_cache_key(self, request: Request, view: "APIView") -> str:  # noqa: ARG002  (DRF's signature)
        """Return where the attempts of this address are counted."""
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}
