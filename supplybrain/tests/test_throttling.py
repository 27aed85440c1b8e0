"""Throttles count while Redis is there and stand aside while it is not."""

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from supplybrain.api.throttling import UserRateThrottle
from supplybrain.local.servers import find_free_port


class ThreePerMinute(UserRateThrottle):
    rate = "3/min"


@pytest.fixture
def allowed(db: None) -> "list[bool]":
    request = Request(APIRequestFactory().get("/"))
    request.user = User.objects.create_user("caller")
    return [ThreePerMinute().allow_request(request, APIView()) for _ in range(5)]


def test_the_fourth_request_of_a_minute_is_refused(allowed: list[bool]) -> None:
    assert allowed == [True, True, True, False, False]


def test_requests_pass_while_redis_is_away(dead_cache: None, allowed: list[bool]) -> None:
    assert allowed == [True] * 5


@pytest.fixture
def dead_cache(settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{find_free_port()}/0",
        }
    }
