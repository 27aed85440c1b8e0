"""How a number comes about, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext, pgettext

from supplybrain.charts.parts import Figure, LegendItem, Table, Tone
from supplybrain.charts.words import Amount, format_amount, format_change

TOLERANCE = 1e-6  # floats that were added in another order


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallStep:
    """A part that is added, or a total that stands on the ground.

    Args:
        amount: What is added, negative for what is taken away; of a total, the sum so far.
        note: Said beside it in the tooltip and the table.
    """

    label: str
    amount: Amount
    is_total: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Waterfall(Figure):
    """Steps from nothing to a result, top to bottom.

    Args:
        steps: The first may be a total; every later total must be the sum of what is above it.

    Raises:
        ValueError: If a total is not the sum of the steps above it.
    """

    steps: Sequence[WaterfallStep]

    def __post_init__(self) -> None:
        self._list_ends()

    @cached_property
    def data(self) -> dict[str, Any]:
        """What charts.js draws: every bar from where it starts to where it ends."""
        ends = self._list_ends()
        starts = [0, *ends[:-1]]
        return {
            "kind": "waterfall",
            "unit": self.unit,
            "steps": [
                {
                    "label": step.label,
                    "from": 0 if step.is_total else start,
                    "to": end,
                    "text": _text_of(step),
                    "note": step.note,
                    "tone": _tone_of(step),
                }
                for step, start, end in zip(self.steps, starts, ends, strict=True)
            ],
        }

    @property
    def description(self) -> str:
        """The chart in words."""
        return f"{self.title}. {'; '.join(f'{step.label}: {_text_of(step)}' for step in self.steps)}."

    @property
    def legend(self) -> list[LegendItem]:
        """What the colours mean, those that occur."""
        words = {Tone.ACCENT: gettext("total"), Tone.GOOD: gettext("adds"), Tone.ATTENTION: gettext("takes away")}
        present = {_tone_of(step) for step in self.steps}
        return [LegendItem(word, tone, "bar") for tone, word in words.items() if tone in present]

    @property
    def tables(self) -> list[Table]:
        """A row per step with the sum so far."""
        noted = any(step.note for step in self.steps)
        headers = (
            gettext("Step"),
            pgettext("amount", "Change"),
            gettext("Sum so far"),
            *([gettext("Note")] if noted else []),
        )
        rows = [
            (step.label, _text_of(step), format_amount(end), *([step.note] if noted else []))
            for step, end in zip(self.steps, self._list_ends(), strict=True)
        ]
        return [Table(self.title, headers, rows)]

    def _list_ends(self) -> list[Amount]:
        ends: list[Amount] = []
        for step in self.steps:
            before = ends[-1] if ends else 0
            if step.is_total and ends and abs(step.amount - before) > TOLERANCE:
                raise ValueError(f"{step.label!r} is {step.amount}, but the steps above it come to {before}.")
            ends.append(step.amount if step.is_total else before + step.amount)
        return ends


def _text_of(step: WaterfallStep) -> str:
    return format_amount(step.amount) if step.is_total else format_change(step.amount)


def _tone_of(step: WaterfallStep) -> Tone:
    if step.is_total:
        return Tone.ACCENT
    return Tone.ATTENTION if step.amount < 0 else Tone.GOOD
