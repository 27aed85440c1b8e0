"""Reads pages of the admin as a person does: by headings, tables and words."""

from datetime import datetime
from html.parser import HTMLParser

from django.db import connection

SILENT = {"script", "style", "svg"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
HEADINGS = {f"h{level}" for level in range(1, 7)}


class Page(HTMLParser):
    """The words of a page beside its navigation.

    Attributes:
        text: All of them, in order, single spaces between.
        headings: Level and text of every heading, in order.
        tables: Rows of cells of every table, by the heading above it.
        links: Address by text.
        labels: What is said instead of drawings (aria-label).
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.links: dict[str, str] = {}
        self.labels: list[str] = []
        self._open: list[tuple[str, int, str]] = []
        self.feed(html[html.index('<div id="main"') :])

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(self.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if label := given.get("aria-label"):
            self.labels.append(label)
        if tag == "tr" and self.headings:
            self.tables.setdefault(self.headings[-1][1], []).append([])
        if tag not in VOID:
            self._open.append((tag, len(self.words), given.get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open[-1][0] != tag:
            self._open.pop()
        if not self._open:
            return
        _tag, begin, href = self._open.pop()
        said = " ".join(self.words[begin:])
        if tag in HEADINGS:
            self.headings.append((int(tag[1]), said))
        elif tag == "a":
            self.links[said] = href
        elif tag in {"td", "th"} and self.headings and self.headings[-1][1] in self.tables:
            self.tables[self.headings[-1][1]][-1].append(said)

    def handle_data(self, data: str) -> None:
        if not any(tag in SILENT for tag, _begin, _href in self._open):
            self.words += data.split()


def find_slot() -> datetime:
    """Return the running slot, by the clock that the page asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_timestamp(floor(extract(epoch FROM clock_timestamp()) / 900) * 900)")
        slot: datetime = cursor.fetchone()[0]
    return slot
