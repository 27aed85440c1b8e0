"""Fixtures of the monitoring tests."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from monitoring.services import capture
from monitoring.services.build import SnapshotBuild, build_snapshot
from monitoring.services.heartbeat import Signal
from monitoring.services.runs import Run
from monitoring.tests.company import make_company
from supplybrain.clock import get_business_date

Happening = Callable[[], object]
Install = Callable[[Happening], None]


@pytest.fixture
def api(client: Client) -> Client:
    """A superuser's session."""
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.fixture
def company(transactional_db: None) -> None:
    """The small company, committed."""
    make_company(as_of=get_business_date())


@pytest.fixture
def during_build(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Let something happen while a capture builds, before the real build."""

    def install(happen: Happening) -> None:
        def build_after(**arguments: Any) -> SnapshotBuild:
            happen()
            return build_snapshot(**arguments)

        monkeypatch.setattr(capture, "build_snapshot", build_after)

    return install


@pytest.fixture
def before_transaction(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Let something happen between a run's entry in the log and its transaction."""

    def install(happen: Happening) -> None:
        def send_heartbeat(_run: Run, signal: Signal) -> None:
            if signal is Signal.START:
                happen()

        monkeypatch.setattr(capture, "send_heartbeat", send_heartbeat)

    return install
