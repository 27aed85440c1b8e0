"""One installation and one browser for all tests here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from supplybrain.tests.browser.chromium import REMEDY, find_chromium, running_browser
from supplybrain.tests.browser.installation import Installation, running_installation

ARTICLES, DAYS = 12, 7  # the least that the demo company can be


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if (executable := find_chromium()) is None:
        pytest.skip(REMEDY)
    with running_browser(executable) as browser:
        yield browser


@pytest.fixture(scope="package")
def installation(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demo company; asks for the browser first, without which nobody could visit it."""
    folder: Path = tmp_path_factory.mktemp("browser")
    with running_installation(folder, articles=ARTICLES, days=DAYS) as installation:
        yield installation
