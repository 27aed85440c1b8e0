"""The catalogues as files: `django.po` is edited by people, `django.mo` is the same for Django.

Both are the same bytes on every machine and day: sorted, without line numbers, dates and names.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from translations.sources import PROJECT, Text

SOURCE_LANGUAGE = "en"
LANGUAGES = ("ru", SOURCE_LANGUAGE)
WIDTH = 120


class Catalogue(Catalog):
    """A catalogue whose header says nothing that changes by itself."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header: what Django reads and no more."""
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"{self.plural_forms}\n"),
        ]


def get_path(language: str, suffix: str) -> Path:
    """Return where a language's catalogue is kept."""
    return PROJECT / "locale" / language / "LC_MESSAGES" / f"django.{suffix}"


def read_catalogue(language: str) -> Catalog:
    """Return the stored catalogue of a language, an empty one if there is none."""
    path = get_path(language, "po")
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, ignore_obsolete=True, charset="utf-8", abort_invalid=True)


def merge(texts: Catalog, stored: Catalog, language: str) -> Catalogue:
    """Return the catalogue of exactly these texts, with the translations that are stored.

    A text that was changed is a new one and wants a new translation: nothing is guessed from similar texts.
    """
    merged = Catalogue(locale=language, header_comment="", fuzzy=False)
    for text in list_messages(texts):
        string = copy_source(text, merged) if language == SOURCE_LANGUAGE else find_translation(text, stored)
        merged.add(text.id, string, locations=text.locations, context=text.context)
    return merged


def list_messages(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages of a catalogue but its header."""
    return (message for message in catalogue if message.id)


def copy_source(text: Message, catalogue: Catalog) -> Text:
    """Return the text itself as its translation into its own language."""
    if isinstance(text.id, str):
        return text.id
    singular, plural = text.id
    return (singular, *(plural,) * (catalogue.num_plurals - 1))


def find_translation(text: Message, stored: Catalog) -> Text | None:
    """Return the stored translation of a text, None if there is none or somebody marked it as doubtful."""
    found = stored.get(text.id if isinstance(text.id, str) else text.id[0], text.context)
    if found is None or found.fuzzy or found.id != text.id:
        return None
    return found.string if found.string is None or isinstance(found.string, str) else tuple(found.string)


def write_files(catalogue: Catalogue) -> dict[Path, bytes]:
    """Return the contents of both files of a catalogue by their paths."""
    language = str(catalogue.locale_identifier)
    source, compiled = BytesIO(), BytesIO()
    write_po(source, catalogue, width=WIDTH, sort_output=True, include_lineno=False)
    write_mo(compiled, catalogue)
    return {
        get_path(language, "po"): source.getvalue().lstrip(b"\n#"),
        get_path(language, "mo"): compiled.getvalue(),
    }
