"""How a changed value is said: names for numbers, words for codes, and nothing of what is hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, DateField, DateTimeField, Field, ManyToManyField, Model
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from supplybrain.audit.models import Action, Change, Channel

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that was changed.

    Attributes:
        column: Its column.
        name: What people call it.
        old: Value before, as stored; None for nothing.
        new: Value after, as stored; None for nothing.
        old_text: The value before in words, a dash for nothing.
        new_text: The value after in words, a dash for nothing.
        text: From what to what; of something that came or went the one value it had.
        is_hidden: Whether nothing is known but that it changed.
    """

    column: str
    name: str
    old: Any
    new: Any
    old_text: str
    new_text: str
    text: str
    is_hidden: bool = False

    @property
    def says_nothing(self) -> bool:
        """Whether it was empty before and after, like a text that a new row was given none for."""
        return not self.is_hidden and self.old_text == self.new_text == NOTHING

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


def find_field(model: type[Model] | None, column: str) -> "Field[Any, Any] | ManyToManyField[Any, Any] | None":
    """Return the field of a column, or the many-to-many field of a name; None if there is none any more."""
    if model is None:
        return None
    for field in model._meta.concrete_fields:
        if field.column == column:
            return field
    try:
        found = model._meta.get_field(column)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, ManyToManyField) else None


def list_values(pair: object) -> Sequence[Any]:
    """Return the two values of a stored change, none of a hidden one."""
    return pair if isinstance(pair, list) else ()


def describe_field(
    model: type[Model] | None,
    column: str,
    pair: object,
    *,
    action: str,
    names: Mapping[tuple[type[Model], int], str],
) -> FieldChange:
    """Return a stored change of a value in words.

    Args:
        model: What the column belongs to, None if there is no such model any more.
        column: The column.
        pair: `[old, new]`, or true for a hidden one.
        action: What happened to the row.
        names: What rows are called that values point to.
    """
    field = find_field(model, column)
    name = str(field.verbose_name) if field is not None else column
    if not isinstance(pair, list):
        return FieldChange(column, name, None, None, "", "", _("changed, the value is not kept"), is_hidden=True)
    old, new = pair
    before, after = _say(field, old, names), _say(field, new, names)
    said = {Action.CREATED: after, Action.DELETED: before}.get(Action(action), f"{before} → {after}")
    return FieldChange(column, name, old, new, before, after, said)


def _say(
    field: "Field[Any, Any] | ManyToManyField[Any, Any] | None",
    value: Any,
    names: Mapping[tuple[type[Model], int], str],
) -> str:
    if value is None or value == "":
        return NOTHING
    if field is not None and field.related_model:
        return names.get((field.related_model, value), f"#{value}")
    if isinstance(value, bool) or isinstance(field, BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, DateTimeField):
        return str(formats.localize(timezone.localtime(field.to_python(value))))
    if isinstance(field, DateField):
        return str(formats.localize(field.to_python(value)))
    choices = dict(field.flatchoices) if field is not None else {}
    return str(choices.get(value, formats.localize(value)))


def say_who(change: Change) -> str:
    """Return who made a change, and the way it came."""
    if change.channel == Channel.COMMAND:
        return _("command %(name)s") % {"name": change.actor}
    if change.channel == Channel.API_TOKEN and change.token_name:
        return _("%(user)s (API token “%(token)s”)") % {"user": change.actor, "token": change.token_name}
    if change.actor:
        return f"{change.actor} ({change.get_channel_display()})"
    return _("unknown (%(way)s)") % {"way": change.get_channel_display()}
