"""Brings the catalogues up to date, or says what is not: `make messages`, `make messages-check`."""

import argparse
import sys
from collections.abc import Sequence

from translations.catalogues import LANGUAGES, SOURCE_LANGUAGE, Catalogue, merge, read_catalogue, write_files
from translations.problems import find_clashes, find_problems
from translations.sources import PROJECT, SourceError, collect_texts


def update() -> list[str]:
    """Write all catalogues and return what is left for a person to do."""
    for catalogue in (catalogues := merge_all()):
        for path, content in write_files(catalogue).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return list_problems(catalogues)


def check() -> list[str]:
    """Return everything that keeps the catalogues from being complete and equal to the code, and write nothing."""
    catalogues = merge_all()
    stale = [
        f"{path.relative_to(PROJECT)} is not up to date: run make messages."
        for catalogue in catalogues
        for path, content in write_files(catalogue).items()
        if not path.exists() or path.read_bytes() != content
    ]
    return stale + list_problems(catalogues)


def merge_all() -> list[Catalogue]:
    """Return the catalogue of every language as the code wants it, with the translations that are stored."""
    texts = collect_texts()
    return [merge(texts, read_catalogue(language), language) for language in LANGUAGES]


def list_problems(catalogues: Sequence[Catalogue]) -> list[str]:
    """Return what is wrong with the contents of the catalogues."""
    translated = [catalogue for catalogue in catalogues if catalogue.locale_identifier != SOURCE_LANGUAGE]
    return [
        *(problem for catalogue in catalogues for problem in find_problems(catalogue)),
        *(problem for catalogue in translated for problem in find_clashes(catalogue)),
    ]


def main() -> int:
    """Return the exit code: 0 if nothing is left to do."""
    parser = argparse.ArgumentParser(prog="python -m translations", description=__doc__)
    parser.add_argument("command", choices=("update", "check"))
    command = parser.parse_args().command
    try:
        problems = update() if command == "update" else check()
    except SourceError as error:
        problems = [str(error)]
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
