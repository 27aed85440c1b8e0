"""Finds the texts: ours, and those of libraries that come without a Russian translation.

GNU gettext, which Django's `makemessages` starts, is no Python package; Babel reads the same calls.
"""

import gettext
import tokenize
from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

PROJECT = Path(__file__).resolve().parent.parent
APPS = ("supplybrain", "planning_core", "integrations", "monitoring")
SKIPPED_FOLDERS = {"tests", "migrations", "local", "__pycache__"}

# Their pages and messages are shown inside ours. Only what nobody has translated yet is taken from them.
LIBRARIES = ("unfold", "django_celery_beat", "django_filters", "rest_framework", "timezone_field")
SKIPPED_LIBRARY_FOLDERS = (
    *(
        "import_export",
        "simple_history",
        "guardian",
        "constance",
        "location_field",
        "forms",
    ),  # of unfold, not installed
    *("coreapi", "openapi", "schemas"),  # of DRF, its former descriptions of an API
    "tests",
)
# What they say in Russian, but too long for its place: three buttons in a row.
REWORDED = {"Save and add another", "Save and continue editing"}
# Whose Russian catalogues Django reads anyway: the installed apps with one, and Django's own.
TRANSLATED_PACKAGES = (
    "django.conf",
    *(f"django.contrib.{app}" for app in ("admin", "auth", "contenttypes", "postgres", "sessions")),
    *LIBRARIES,
    "knox",
)

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

Text = str | tuple[str, ...]


class SourceError(Exception):
    """A file that no text can be taken from."""


def collect_texts() -> Catalog:
    """Return every text that wants a translation, with the files that it stands in, without translations.

    Raises:
        SourceError: If a file cannot be read as Python or as a template.
    """
    texts = Catalog(charset="utf-8")
    for app in APPS:
        for path in list_files(PROJECT / app, SKIPPED_FOLDERS):
            for context, text in read_texts(path):
                texts.add(text, context=context, locations=[(path.relative_to(PROJECT).as_posix(), 0)])
    translated = load_library_translations()
    for library in LIBRARIES:
        for path in list_files(find_package(library), set(SKIPPED_LIBRARY_FOLDERS)):
            for context, text in read_texts(path):
                key = get_key(context, text if isinstance(text, str) else text[0])
                if key not in translated or key in REWORDED:
                    texts.add(text, context=context, locations=[(library, 0)])
    return texts


def list_files(folder: Path, skipped: set[str]) -> list[Path]:
    """Return the Python files and templates below a folder, in a fixed order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in {".py", ".html", ".txt"} and not skipped.intersection(path.relative_to(folder).parts[:-1])
    )


def read_texts(path: Path) -> Iterator[tuple[str | None, Text]]:
    """Yield context and text (singular and plural, if it has one) of every translated text of a file.

    Raises:
        SourceError: If the file is neither Python nor a template that Django can read.
    """
    source = path.read_text(encoding="utf-8")
    try:
        code = source if path.suffix == ".py" else _turn_into_calls(source)
        found = extract("python", BytesIO(code.encode()), KEYWORDS, options={"encoding": "utf-8"})
        for _line, text, _comments, context in found:
            yield context, text
    except (SyntaxError, tokenize.TokenError) as error:
        raise SourceError(f"{path}: {error}") from error


def _turn_into_calls(template: str) -> str:
    # What is no translation becomes filler; its indentation would mean something in Python.
    return "\n".join(line.strip() for line in templatize(template).splitlines())


def find_package(name: str) -> Path:
    """Return the folder of an installed package.

    Raises:
        SourceError: If it is not installed.
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise SourceError(f"{name} is not installed: run make venv.")
    return Path(spec.origin).parent


def load_library_translations() -> dict[str, set[str]]:
    """Return what Django and the libraries say in Russian, by the key of the text; few disagree on one."""
    said: dict[str, set[str]] = {}
    for package in TRANSLATED_PACKAGES:
        for path in find_package(package).rglob("locale/ru/LC_MESSAGES/django.mo"):
            with path.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            for key, string in catalogue.items():
                if key == string:
                    continue  # copied by somebody who meant to come back
                said.setdefault(key[0] if isinstance(key, tuple) else key, set()).add(string)
    return said


def get_key(context: str | None, singular: str) -> str:
    """Return the key of a text in a compiled catalogue."""
    return f"{context}\x04{singular}" if context else singular
