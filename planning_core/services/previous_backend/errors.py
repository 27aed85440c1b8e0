"""What can go wrong while moving over. Nothing has been written when one of these is raised."""

from supplybrain.errors import InvalidInputError

SHOWN_CHARACTERS = 80


class PreviousBackendError(InvalidInputError):
    """The source cannot be read, or a row cannot be kept; the message names it and the remedy."""

    code = "previous_backend"


def shorten(value: object) -> str:
    """Return a value as it is shown in a message: quoted, and no longer than fits a line."""
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
