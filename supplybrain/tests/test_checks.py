"""Misconfiguration is found at start, with a remedy; a sane configuration is silent."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import checks
from pytest_django import Settings


def list_ids() -> list[str]:
    found = checks.run_checks(include_deployment_checks=True)
    ours = [message for message in found if (message.id or "").startswith("supplybrain.")]
    assert all(message.hint for message in ours)
    return sorted(message.id or "" for message in ours)


def throttled(scope: str, rate: str) -> dict[str, object]:
    framework: dict[str, Any] = django_settings.REST_FRAMEWORK
    return {**framework, "DEFAULT_THROTTLE_RATES": {**framework["DEFAULT_THROTTLE_RATES"], scope: rate}}


def test_the_configuration_of_the_tests_is_silent() -> None:
    assert list_ids() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"BUSINESS_TIME_ZONE": "Europe/Moskau"}, "E001"),
        ({"BUSINESS_TIME_ZONE": "../etc"}, "E001"),
        ({"MONITORING_HEARTBEAT_URL": "hc-ping.example/abc"}, "E002"),
        ({"MONITORING_HEARTBEAT_URL": "ftp://hc-ping.example/abc"}, "E002"),
        ({"MONITORING_HEARTBEAT_URL": "https:///abc"}, "E002"),
        ({"PUBLIC_URL": "brain.example.com"}, "E004"),
        ({"PUBLIC_URL": "https:///admin"}, "E004"),
        ({"PUBLIC_URL": "https://brain.example.com/?next=admin"}, "E004"),
        ({"PUBLIC_URL": ""}, "W008"),
        ({"DEFAULT_FROM_EMAIL": "Supply Brain"}, "E005"),
        ({"NOTIFICATION_LEASE_SECONDS": 20}, "W009"),
        ({"REST_FRAMEWORK": throttled("user", "many/min")}, "E003"),
        ({"REST_FRAMEWORK": throttled("login", "60")}, "E003"),
        ({"REST_FRAMEWORK": throttled("anon", "60/fortnight")}, "E003"),
        ({"MONITORING_INTERVAL_SECONDS": 7 * 60}, "W001"),
        ({"MONITORING_INTERVAL_SECONDS": 600, "MONITORING_STATEMENT_TIMEOUT_SECONDS": 600}, "W003"),
        ({"MONITORING_LOCK_TIMEOUT_SECONDS": 901}, "W003"),
        ({"MONITORING_IDLE_TIMEOUT_SECONDS": 901}, "W003"),
        ({"SALT_KEY": ["too short"]}, "W004"),
        ({"SALT_KEY": [django_settings.SECRET_KEY]}, "W004"),
        ({"DEBUG": True, "HTTPS_ONLY": True, "BEHIND_PROXY": True}, "W005"),
        ({"HTTPS_ONLY": True, "BEHIND_PROXY": False}, "W006"),
        ({"ALLOWED_HOSTS": ["supply.example.com", "*"]}, "W007"),
    ],
)
def test_each_mistake_is_named_alone(settings: Settings, changes: dict[str, object], expected: str) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    assert list_ids() == [f"supplybrain.{expected}"]


def test_a_slot_below_a_minute_warns_about_itself_and_the_limits(settings: Settings) -> None:
    settings.MONITORING_INTERVAL_SECONDS = 10
    assert list_ids() == ["supplybrain.W002", *["supplybrain.W003"] * 3]


def test_an_error_never_shows_the_heartbeat_url(settings: Settings) -> None:
    settings.MONITORING_HEARTBEAT_URL = "hc-ping.example/secret-id"
    assert "secret-id" not in str(checks.run_checks())
