"""Takes the screenshots of the documentation: `python -m supplybrain.tests.browser.screenshots FOLDER [LANGUAGE]`.

The company, its day and the clock are always the same, so pictures change when pages do.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from supplybrain.local.test_servers import provide_servers
from supplybrain.tests.browser.chromium import REMEDY, find_chromium, running_browser
from supplybrain.tests.browser.figures import Figures, look_up
from supplybrain.tests.browser.installation import running_installation
from supplybrain.tests.browser.people import BY_ROLE
from supplybrain.tests.browser.visitor import WIDE, Visitor, visiting

ARTICLES, DAYS = 60, 90
WIDTH = 1280
MARGIN = 16
COLORS = 256
SNAPSHOTS = "/admin/monitoring/monitoringsnapshot/"
EPISODES = "/admin/monitoring/alertepisode/"
CAPTURE = {
    "en": ("Capture now", "Capture", "Captured the slot"),
    "ru": ("Сделать снимок", "Сделать снимок", "Снимок слота"),
}


def main(folder: Path, language: str) -> None:
    """Write every picture into a folder."""
    provide_servers()
    if (executable := find_chromium()) is None:
        raise SystemExit(REMEDY)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as logs,
        running_installation(Path(logs), articles=ARTICLES, days=DAYS) as installation,
        running_browser(executable) as browser,
        visiting(browser, installation.url, language=language) as visitor,
    ):
        visitor.log_in(BY_ROLE["superuser"])
        capture(visitor, language)
        figures = look_up(installation)
        for name, picture in PICTURES.items():
            visitor.resize(WIDE)
            write(picture(visitor, figures), folder / f"{name}.png")
            visitor.require_calm()


def capture(visitor: Visitor, language: str) -> None:
    """Fill the running slot by the button: the dashboard is fresh then."""
    button, confirmation, answer = CAPTURE[language]
    visitor.open(SNAPSHOTS)
    visitor.page.get_by_text(button).first.click()
    visitor.page.get_by_role("button", name=confirmation, exact=True).last.click()
    visitor.page.get_by_text(answer).wait_for()


def picture_dashboard(visitor: Visitor, _figures: Figures) -> bytes:
    """Return how things stand: all but sources and runs."""
    visitor.open("/admin/")
    return shoot(visitor, bottom=".sb-tiles")


def picture_snapshot(visitor: Visitor, figures: Figures) -> bytes:
    """Return why a metric is what it is, and what moved it since the day before."""
    visitor.open(f"{SNAPSHOTS}{figures.snapshot_id}/change/?metric=risk_warning&base=-24h")
    return shoot(visitor, top="section:has(> #why)", bottom="section:has(> #why)")


def picture_episode(visitor: Visitor, figures: Figures) -> bytes:
    """Return what is wrong, since when, and what happened."""
    visitor.open(f"{EPISODES}{figures.episode_id}/change/")
    return shoot(visitor, bottom="section:has(> #sb-timeline)")


def picture_rule(visitor: Visitor, _figures: Figures) -> bytes:
    """Return what another threshold would have done; a bar with buttons lies over the foot of the window."""
    visitor.open("/admin/monitoring/alertrule/2/change/?threshold_value=12")
    return shoot(visitor, top="#sb-try", bottom="#sb-try", below=90)


def picture_article(visitor: Visitor, _figures: Figures) -> bytes:
    """Return how long the most urgent article lasts, and why this much of it is ordered."""
    visitor.open("/admin/")
    visitor.page.locator("section:has(> #sb-focus) a").first.click()
    visitor.page.wait_for_url("**/explanation/")
    visitor.wait_until_drawn()
    return shoot(visitor, top="#cover", bottom="section:has(> #sb-order) figure")


PICTURES: Mapping[str, Callable[[Visitor, Figures], bytes]] = {
    "dashboard": picture_dashboard,
    "snapshot": picture_snapshot,
    "episode": picture_episode,
    "alert-rule": picture_rule,
    "article": picture_article,
}


def shoot(visitor: Visitor, *, bottom: str, top: str = "#main", below: int = MARGIN) -> bytes:
    """Return a picture of the window from the top of an element to the bottom of one, with some pixels below."""
    page: Page = visitor.page
    edges = "([top, bottom]) => [top, bottom].map(name => document.querySelector(name).getBoundingClientRect())"
    first, last = page.evaluate(edges, [top, bottom])
    begin = max(0, first["top"] - MARGIN)
    visitor.resize({"width": WIDTH, "height": round(last["bottom"] + below - begin)})
    page.evaluate("top => window.scrollTo(0, top)", begin)
    visitor.wait_until_drawn()
    return page.screenshot(animations="disabled", caret="hide")


def write(picture: bytes, path: Path) -> None:
    """Store a picture with a palette, which makes it a third as large."""
    with Image.open(BytesIO(picture)) as image:
        image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "en")
