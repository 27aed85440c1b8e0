"""The Chromium of the machine, without a way out of it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "Chromium is not installed (Debian: apt-get install chromium; elsewhere set CHROMIUM_PATH)"

ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a page that asks an outside host gets no answer
    "--font-render-hinting=none",  # the same letters on every machine
    "--disable-lcd-text",
    "--disable-gpu",  # there is none, and imitating one costs more than doing without
)


def find_chromium() -> str | None:
    """Return where the browser is: CHROMIUM_PATH, or the first known name on the PATH."""
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def running_browser(executable: str) -> Iterator[Browser]:
    """Start a browser without a window; close it at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            chromium_sandbox=os.geteuid() != 0,  # as root it refuses to start with one
            args=list(ARGUMENTS),
        )
        try:
            yield browser
        finally:
            browser.close()
