"""Every page, in both languages, as each role: it says what it should, in one language, and can be operated."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Browser

from supplybrain.tests.browser.figures import Figures, look_up
from supplybrain.tests.browser.installation import Installation
from supplybrain.tests.browser.pages import PAGES, AdminPage
from supplybrain.tests.browser.people import BY_ROLE, ROLES
from supplybrain.tests.browser.visitor import NARROW, WIDE, Look, Visitor, visiting

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Words that no page in the other language has; names in the demo company are Russian in both.
FOREIGN = {
    "ru": r"the|of|and|is|are|save|add|select|search|show|filters?|snapshots?|metrics?|value|critical|warning|rows?|"
    r"history|delete|created|breached|captured|articles?|settings|home|log out|view|change|today|total",
    "en": r"и|не|из|для|снимки|снимок|правила|показать|сохранить|артикул|порог|критично|внимание|сработало|настройки|"
    r"фильтры|источник|строк[аи]?|добавить|удалить|история|выберите|значение|шт|дн",
}
DATA = re.compile("«[^»]*»|“[^”]*”")  # names of rules and articles are quoted or come from the database
SIDEBAR_WIDTH, HEADER_HEIGHT = 288, 65
COLORS_OF_A_DRAWING = 4  # background, axis, line and its soft edge at least


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_every_page_in_their_language(
    browser: Browser, installation: Installation, role: str, language: str
) -> None:
    figures = look_up(installation)
    names = list_names(installation)
    with visiting(browser, installation.url, language=language) as visitor:
        visitor.log_in(BY_ROLE[role])
        for page in PAGES:
            if role not in page.visitors:
                continue
            status = visitor.open(page.find_path(figures))
            if role not in page.roles:
                assert status == 403, page.name
                continue
            assert status == 200, page.name
            look = visitor.look()
            assert_says(look, page, language, figures)
            assert_one_language(look, page, language, names)
            assert_drawn(look, page)
            assert_operable(look, page)
            assert look.overflow == [], page.name
            if role == find_phone_owner(page):
                assert_fits_a_phone(visitor, page)
            visitor.require_calm()


def assert_says(look: Look, page: AdminPage, language: str, figures: Figures) -> None:
    assert look.language == language, page.name
    assert look.title.endswith("Supply Brain")
    missing = [text for text in page.list_texts(language, figures) if text not in f"{look.text} "]
    assert not missing, f"{page.name} does not say {missing}:\n{look.text}"


def assert_one_language(look: Look, page: AdminPage, language: str, names: list[str]) -> None:
    said = f"{look.text} {look.navigation} {look.title}"
    said += " ".join(chart["description"] for chart in (*look.charts, *look.sparklines))
    for name in names:
        said = said.replace(name, "")
    found = re.findall(rf"(?<![\w/.]).{{0,20}}\b(?:{FOREIGN[language]})\b.{{0,20}}", DATA.sub("", said), re.IGNORECASE)
    assert not found, f"{page.name} in {language} says {found}"


def assert_drawn(look: Look, page: AdminPage) -> None:
    assert len(look.charts) == page.charts, page.name
    assert len(look.sparklines) == page.sparklines, page.name
    for chart in look.charts:
        assert chart["caption"]
        assert chart["description"], chart
        assert chart["colors"] >= COLORS_OF_A_DRAWING, chart
        assert chart["rows"], chart  # the same numbers as a table
    for sparkline in look.sparklines:
        assert sparkline["description"]
        assert sparkline["width"] > 0, sparkline


def assert_operable(look: Look, page: AdminPage) -> None:
    levels = [level for level, _text in look.headings]
    assert levels[:1] == [1], page.name
    assert levels.count(1) == 1, page.name
    skipped = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
    assert not skipped, f"{page.name}: {look.headings}"
    assert all(text for _level, text in look.headings), page.name
    [(left, top)] = look.places  # beside the sidebar, not below it
    assert left > SIDEBAR_WIDTH, page.name
    assert top < HEADER_HEIGHT, page.name
    assert look.nameless == [], page.name


def assert_fits_a_phone(visitor: Visitor, page: AdminPage) -> None:
    visitor.resize(NARROW)
    assert visitor.look().overflow == [], page.name
    visitor.resize(WIDE)


def find_phone_owner(page: AdminPage) -> str:
    """Return who looks at a page on a phone: somebody who sees all that is on it. Every look costs time."""
    return next(role for role in ("planner", *reversed(ROLES)) if role in page.roles and role in page.visitors)


def list_names(installation: Installation) -> list[str]:
    """Return what the company calls its things, the longest first: whatever the reader's language is."""
    columns = (
        "name FROM monitoring_alert_rules",
        "name FROM monitoring_notification_channels",
        "name FROM planning_core_article",
        "name FROM planning_core_bundletype",
        "name FROM planning_core_warehouse",
        "name FROM planning_core_elastictype",
        "description FROM planning_core_color",
        "name FROM wb_integration_accounts",
        "name FROM moysklad_integration_accounts",
    )
    rows = installation.fetch(" UNION ".join(f"SELECT {column}" for column in columns))
    return sorted((name for (name,) in rows if name), key=len, reverse=True)
