"""Opens pages as a person does, and sees what a person would stumble over."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from supplybrain.tests.browser.people import PASSWORD, Person

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 400, "height": 800}
LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8")
IN_THE_PAGE = ("data:", "blob:", "about:")


@dataclass
class Look:
    """What is seen of a page.

    Attributes:
        language: Of `<html lang>`.
        title: In the tab.
        text: All that is shown, without the sidebar.
        navigation: All that the sidebar shows.
        headings: Level and text, in order, without the sidebar's.
        places: Left and top in pixels of the headings of the first level.
        charts: Caption, description and how many colours are drawn, of every figure.
        sparklines: Description and width in pixels of what is drawn, of every small chart that is shown.
        nameless: Controls and links without a name for a screen reader.
        overflow: Pixels by which the document is wider than the window, and elements that stick out.
    """

    language: str
    title: str
    text: str
    navigation: str
    headings: list[tuple[int, str]]
    places: list[tuple[float, float]]
    charts: list[dict[str, Any]]
    sparklines: list[dict[str, Any]]
    nameless: list[str]
    overflow: list[str]


@dataclass
class Visitor:
    """Somebody at a browser.

    Attributes:
        page: The only tab.
        url: Of the installation.
        trouble: What went wrong in the background: errors of scripts, failed or outside requests.
    """

    page: Page
    url: str
    trouble: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear_console)
        self.page.on("pageerror", lambda error: self.trouble.append(f"error in {self.page.url}: {error}"))
        self.page.on("request", self._hear_request)
        self.page.on("response", self._hear_response)

    def log_in(self, person: Person) -> None:
        """Type name and password into the form."""
        self.page.goto(f"{self.url}/admin/login/")
        self.page.locator("input[name=username]").fill(person.login)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("#login-form button[type=submit]").click()
        self.page.wait_for_url(f"{self.url}/admin/")

    def open(self, path: str) -> int:
        """Open a page of the admin and return its status, once everything is there and drawn."""
        response = self.page.goto(f"{self.url}{path}")
        assert response is not None
        self.wait_until_drawn()
        return response.status

    def wait_until_drawn(self) -> None:
        """Return when every figure has its drawing."""
        self.page.wait_for_function(
            "() => document.fonts.status === 'loaded' && [...document.querySelectorAll('.sb-chart-canvas')]"
            ".every(box => !box.clientWidth || box.querySelector('canvas, svg'))"
        )

    def look(self) -> Look:
        """Return what is seen at the window's present width."""
        return Look(**self.page.evaluate(LOOK))

    def resize(self, size: dict[str, int]) -> None:
        """Change the window and wait for two frames: charts follow its width."""
        self.page.set_viewport_size({"width": size["width"], "height": size["height"]})
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def require_calm(self) -> None:
        """Fail if anything went wrong in the background, and forget it."""
        trouble, self.trouble = self.trouble, []
        assert not trouble, "\n".join(trouble)

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.trouble.append(f"{message.type} on {self.page.url}: {message.text}")

    def _hear_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", *IN_THE_PAGE)):
            self.trouble.append(f"{self.page.url} asks an outside host: {request.url}")

    def _hear_response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.trouble.append(f"{response.status} for {response.url} on {self.page.url}")


@contextmanager
def visiting(
    browser: Browser,
    url: str,
    *,
    language: str,
    theme: Literal["light", "dark"] = "light",
    size: dict[str, int] | None = None,
) -> Iterator[Visitor]:
    """Open a window that knows nobody yet, and close it at the end."""
    context = browser.new_context(
        locale={"ru": "ru-RU", "en": "en-GB"}[language],
        timezone_id="Europe/Moscow",
        color_scheme=theme,
        reduced_motion="reduce",
        viewport=size or WIDE,  # type: ignore[arg-type]  # a typed dict in the stubs
    )
    context.set_default_timeout(15_000)
    try:
        yield Visitor(context.new_page(), url)
    finally:
        context.close()
