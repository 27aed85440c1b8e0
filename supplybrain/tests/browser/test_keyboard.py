"""The pages without a mouse: the Tab key reaches what matters and is seen to; and the dark theme draws too."""

import pytest
from playwright.sync_api import Browser

from supplybrain.tests.browser.figures import look_up
from supplybrain.tests.browser.installation import Installation
from supplybrain.tests.browser.pages import BY_NAME
from supplybrain.tests.browser.people import BY_ROLE
from supplybrain.tests.browser.visitor import Visitor, visiting

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST_TABS = 120
# Name and whether anything shows the focus: an outline, a ring (a shadow), or a border that the parent gets.
READ_FOCUS = """() => {
    const element = document.activeElement;
    const shows = (one) => {
        const style = getComputedStyle(one);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    };
    const boxes = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
    const label = element.labels?.[0]?.textContent || element.getAttribute("aria-label") || element.textContent;
    return [element.id || label.replace(/\\s+/g, " ").trim(), boxes.some(shows), element.tagName];
}"""
MAIN_CONTROLS = {
    "dashboard": ["Latest snapshot", "8 h", "24 hours"],
    "snapshot": ["sb-metric", "sb-base", "Show"],
    "rule": ["id_threshold_value", "try_metric", "try_threshold_value", "sb-try-button", "Save"],
    "episode": ["sb-note", "Acknowledge", "sb-reason", "1 h", "Show as table"],
    "article": ["Edit the article and its settings", "Show as table"],
}


def test_the_tab_key_reaches_the_main_controls(browser: Browser, installation: Installation) -> None:
    figures = look_up(installation)
    with visiting(browser, installation.url, language="en") as visitor:
        visitor.log_in(BY_ROLE["planner"])
        for name, controls in MAIN_CONTROLS.items():
            visitor.open(BY_NAME[name].find_path(figures))
            reached = walk(visitor)
            missing = [control for control in controls if control not in reached]
            assert not missing, f"{name}: {missing} not among {list(reached)}"
            unseen = [label for label, is_seen in reached.items() if not is_seen]
            assert not unseen, f"{name}: nothing shows the focus of {unseen}"
        visitor.require_calm()


def test_the_dark_theme_draws_and_fits(browser: Browser, installation: Installation) -> None:
    with visiting(browser, installation.url, language="en", theme="dark") as visitor:
        visitor.log_in(BY_ROLE["viewer"])
        visitor.open("/admin/")
        look = visitor.look()
        assert visitor.page.locator("html").get_attribute("class") == "dark"
        red, green, blue = visitor.page.evaluate(
            "() => getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number)"
        )
        assert max(red, green, blue) < 60 or red < 0.3  # rgb() or the lightness of oklch()
        assert len(look.sparklines) == BY_NAME["dashboard"].sparklines
        assert look.overflow == []
        visitor.require_calm()


def walk(visitor: Visitor) -> dict[str, bool]:
    """Return what the Tab key reaches from the top of the page to its end, and whether its focus is seen."""
    reached: dict[str, bool] = {}
    for _press in range(MOST_TABS):
        visitor.page.keyboard.press("Tab")
        label, is_seen, tag = visitor.page.evaluate(READ_FOCUS)
        if tag == "BODY":
            break
        reached[label] = is_seen
    return reached
