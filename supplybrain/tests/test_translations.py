"""Both catalogues say everything, and `make messages-check` notices when they do not."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.utils import translation

from translations.__main__ import check
from translations.catalogues import Catalogue, get_path, merge, write_files
from translations.problems import find_clashes, find_problems
from translations.sources import SourceError, read_texts

COUNT, COUNTS = "%(n)d article", "%(n)d articles"

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext_lazy, pgettext
_("one " "two")
gettext_lazy(
    "lazy"
)
ngettext_lazy("%(n)d article", "%(n)d articles", "n")
pgettext("amount", "Change")
other("not this")
_(name)
"""
TEMPLATE = """{% load i18n %}
  {% translate "Show" context "verb" %} {{ title|default:_("Nothing") }}
      {# a deeper line, whose blanks mean nothing #}
{% blocktranslate count n=articles|length trimmed %}
    {{ n }} article
  {% plural %}
    {{ n }} articles
{% endblocktranslate %}
{% include "part.html" with title=_("Title: 100 %") %} it's (not Python
"""


def build_catalogue(
    message: str | tuple[str, str], string: str | tuple[str, ...], context: str | None = None
) -> Catalog:
    catalogue = Catalogue(locale="ru")
    catalogue.add(message, string, context=context)
    return catalogue


def test_the_catalogues_are_complete_and_belong_to_this_code() -> None:
    assert check() == []


def test_texts_are_found_in_python(tmp_path: Path) -> None:
    path = tmp_path / "page.py"
    path.write_text(PYTHON)
    assert list(read_texts(path)) == [
        (None, "one two"),
        (None, "lazy"),
        (None, (COUNT, COUNTS)),
        ("amount", "Change"),
    ]


def test_texts_are_found_in_templates(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(TEMPLATE)
    assert list(read_texts(path)) == [
        ("verb", "Show"),
        (None, "Nothing"),
        (None, ("%(n)s article", "%(n)s articles")),
        (None, "Title: 100 %"),
    ]


def test_a_template_that_django_cannot_translate_is_named(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("{% blocktranslate %}{% if x %}{% endif %}{% endblocktranslate %}")
    with pytest.raises(SourceError, match=r"page\.html.*must not include other block tags"):
        list(read_texts(path))


@pytest.mark.parametrize(
    ("message", "string"),
    [
        ("Size %(size)s", ""),
        ("Size %(size)s", "Размер %(sise)s"),
        ("Size {size}", "Размер"),
        ("Size", "Размер %s"),
        ((COUNT, COUNTS), ("%(n)d артикул", "%(n)d артикула", "")),
        ((COUNT, COUNTS), ("%(n)d артикул", "%(n)d артикулов")),
        ((COUNT, COUNTS), ("артикул", "%(n)d артикула", "%(n)d артикулов")),
    ],
)
def test_what_is_missing_or_has_other_placeholders_is_a_problem(
    message: str | tuple[str, str], string: str | tuple[str, ...]
) -> None:
    assert len(find_problems(build_catalogue(message, string))) == 1


@pytest.mark.parametrize(
    ("message", "string"),
    [
        ("%(a)s of %(b)s: 100 %%", "из %(b)s — %(a)s: 100 %%"),
        ((COUNT, COUNTS), ("%(n)d артикул", "%(n)d артикула", "%(n)d артикулов")),
    ],
)
def test_a_translation_may_order_placeholders_as_it_likes(
    message: str | tuple[str, str], string: str | tuple[str, ...]
) -> None:
    assert find_problems(build_catalogue(message, string)) == []


def test_a_word_that_django_has_says_the_same_or_has_a_context() -> None:
    assert find_clashes(build_catalogue("Change", "Изменить")) == []
    assert find_clashes(build_catalogue("Change", "Изменение", context="amount")) == []
    [problem] = find_clashes(build_catalogue("Change", "Изменение"))
    assert "['Изменить']" in problem


def test_nothing_is_guessed_from_a_similar_text_or_a_doubtful_translation() -> None:
    texts, stored = Catalog(), Catalogue(locale="ru")
    for text in ("Articles to order", "Doubtful", "Sure"):
        texts.add(text)
    stored.add("Article to order", "Артикул к заказу")
    stored.add("Doubtful", "Сомнительно", flags=["fuzzy"])
    stored.add("Sure", "Точно")
    merged = merge(texts, stored, "ru")
    assert [(message.id, message.string or "") for message in merged if message.id] == [
        ("Articles to order", ""),
        ("Doubtful", ""),
        ("Sure", "Точно"),
    ]


def test_files_are_the_same_whatever_the_order_of_the_sources() -> None:
    forwards, backwards = Catalogue(locale="ru"), Catalogue(locale="ru")
    for text in ("a", "b", "c"):
        forwards.add(text, text, locations=[("one.py", 1)])
    for text in ("c", "b", "a"):
        backwards.add(text, text, locations=[("one.py", 2)])
    assert write_files(forwards) == write_files(backwards)
    assert b"POT-Creation-Date" not in write_files(forwards)[get_path("ru", "po")]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "1 task was successfully enabled",
                "2 tasks were successfully enabled",
                "21 tasks were successfully enabled",
            ],
        ),
        ("ru", ["1 задача включена", "2 задачи включены", "21 задача включена"]),
    ],
)
def test_django_speaks_from_the_catalogues(language: str, expected: list[str]) -> None:
    with translation.override(language):
        said = [
            translation.ngettext("{0} task was successfully enabled", "{0} tasks were successfully enabled", n).format(
                n
            )
            for n in (1, 2, 21)
        ]
    assert said == expected
