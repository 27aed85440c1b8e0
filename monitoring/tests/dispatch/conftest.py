"""A real receiver for what is dispatched."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitoring.tests.receivers.http_receiver import HttpReceiver, running_http_receiver


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[HttpReceiver]:
    with running_http_receiver(tmp_path / "requests.jsonl") as receiver:
        yield receiver
