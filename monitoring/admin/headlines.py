"""How something stands, as the panel at the top of its page says it."""

from dataclasses import dataclass

from supplybrain.charts import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """How something stands; the words say all that the colour says.

    Args:
        icon: A name among the Material symbols.
        headline: The state.
        sentences: What there is to say about it.
    """

    tone: Tone
    icon: str
    headline: str
    sentences: list[str]
