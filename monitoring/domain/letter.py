"""A letter: what one channel is told at once, in every form that a channel may need."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One or more messages, written. It is kept as JSON, so that every repeat says the same.

    Attributes:
        subject: One line.
        text: Plain text of all messages.
        html: The same as a page of HTML, for e-mail.
        chat: The same, shortened to what a Telegram message holds, in its few tags of HTML.
        data: The same for machines: only what JSON knows. A webhook sends it.
    """

    subject: str
    text: str
    html: str
    chat: str
    data: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the letter as `from_json` reads it."""
        return asdict(self)

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "Letter":
        """Return the letter that `to_json` wrote.

        Raises:
            TypeError: If it is no letter.
        """
        return cls(**written)
