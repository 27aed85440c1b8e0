"""What is wrong with a catalogue."""

import re
from collections.abc import Iterator, Sequence

from babel.messages.catalog import Catalog, Message

from translations.catalogues import list_messages
from translations.sources import REWORDED, get_key, load_library_translations

# %(name)s, %s, %d; {name}, {0}. Doubled signs are none.
PLACEHOLDER = re.compile(r"%%|%(?:\(\w+\))?[-+#0]*\d*(?:\.\d+)?[a-zA-Z]|\{\{|\}\}|\{[^{}]*\}")
# Our word fits where the library shows it, too, or the library's page is none of ours.
SHARED = {"name", "Order"}
DOUBLED = {"%%", "{{", "}}"}


def find_problems(catalogue: Catalog) -> list[str]:
    """Return what a person must mend: texts without a translation, placeholders that differ."""
    return [
        f"{catalogue.locale_identifier}: {problem}: {message.id!r} ({describe_places(message)})"
        for message in list_messages(catalogue)
        for problem in judge(message, catalogue.num_plurals)
    ]


def find_clashes(catalogue: Catalog) -> list[str]:
    """Return what would change Django's own pages: our catalogue wins over theirs wherever both have the same text."""
    said = load_library_translations()
    return [
        f"{catalogue.locale_identifier}: {message.string!r} would replace a library's {sorted(theirs)} for "
        f"{message.id!r}: say the same or use pgettext ({describe_places(message)})"
        for message in list_messages(catalogue)
        if message.string
        and message.id not in SHARED | REWORDED
        and (theirs := said.get(get_key(message.context, list_forms(message.id)[0])))
        and str(message.string).casefold() not in {string.casefold() for string in theirs}
    ]


def describe_places(message: Message) -> str:
    """Return the files that a text stands in."""
    return ", ".join(path for path, _line in message.locations)


def judge(message: Message, n_plurals: int) -> Iterator[str]:
    """Yield what is wrong with one message."""
    sources, forms = list_forms(message.id), list_forms(message.string)
    if len(forms) != (n_plurals if message.pluralizable else 1) or not all(forms):
        yield "not translated"
        return
    # Russian says "21 article" in the singular: no form of its own may leave out the number.
    wanted = list_placeholders(sources[-1])
    yield from (
        f"other placeholders in {form!r}" for form in forms if form not in sources and list_placeholders(form) != wanted
    )


def list_forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """Return the forms of a text: one, or as many as it has plurals."""
    return (text or "",) if text is None or isinstance(text, str) else text


def list_placeholders(text: str) -> list[str]:
    """Return the placeholders of a text in a fixed order.

    Example:
        >>> list_placeholders("%(count)d of {total}: 100 %%")
        ['%(count)d', '{total}']
    """
    return sorted(found for found in PLACEHOLDER.findall(text) if found not in DOUBLED)
