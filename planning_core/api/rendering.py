"""Dataclasses as JSON and as OpenAPI: field names and types are declared once, in the dataclass."""

import dataclasses
import types
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, partial
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.utils.translation import get_language
from rest_framework import serializers

from planning_core.api.messages import MessageSerializer, describe_message
from planning_core.domain.messages import Message, Sentence
from planning_core.wording import render_in

FIELDS: dict[type, Callable[..., serializers.Field[Any, Any, Any, Any]]] = {
    bool: serializers.BooleanField,
    int: serializers.IntegerField,
    float: serializers.FloatField,
    str: serializers.CharField,
    date: serializers.DateField,
    datetime: serializers.DateTimeField,
    Sentence: serializers.CharField,
    Message: MessageSerializer,
}


def to_json(value: Any) -> Any:
    """Return dataclasses as dictionaries, those in lists too, and messages in words; everything else as it is."""
    return _choose_writer(value.__class__)(value, get_language())


@cache
def _choose_writer(kind: type) -> Callable[[Any, str | None], Any]:
    """Return what makes JSON of a value of a type in a language; asked once per type, not per value."""
    if issubclass(kind, list):
        return lambda values, language: [_choose_writer(value.__class__)(value, language) for value in values]
    if issubclass(kind, Message):
        return _write_sentence if kind is Sentence else _write_message
    if dataclasses.is_dataclass(kind):
        return partial(_write_fields, tuple(field.name for field in dataclasses.fields(kind)))
    return lambda value, _language: value


def _write_sentence(sentence: Sentence, language: str | None) -> str:
    return render_in(language, sentence)


def _write_message(message: Message, _language: str | None) -> dict[str, Any]:
    return describe_message(message)


def _write_fields(names: tuple[str, ...], value: Any, language: str | None) -> dict[str, Any]:
    values = ((name, getattr(value, name)) for name in names)
    return {name: _choose_writer(item.__class__)(item, language) for name, item in values}


@cache
def build_serializer(dataclass: type) -> type[serializers.Serializer[Any]]:
    """Return a serializer that documents what `to_json` makes of a dataclass: the same one for the same dataclass."""
    fields = {name: _build_field(hint) for name, hint in get_type_hints(dataclass).items()}
    attributes = {"__doc__": dataclass.__doc__, "__module__": __name__, **fields}
    return type(f"{dataclass.__name__}Serializer", (serializers.Serializer,), attributes)


def build_items_serializer(dataclass: type) -> type[serializers.Serializer[Any]]:
    """Return a serializer that documents `{"items": [...]}` of a dataclass."""
    attributes = {"__module__": __name__, "items": build_serializer(dataclass)(many=True)}
    return type(f"{dataclass.__name__}ListSerializer", (serializers.Serializer,), attributes)


def _build_field(hint: Any, **options: Any) -> serializers.Field[Any, Any, Any, Any]:
    if get_origin(hint) in (Union, types.UnionType):
        inner = next(argument for argument in get_args(hint) if argument is not type(None))
        return _build_field(inner, allow_null=True)
    if get_origin(hint) is list:
        [item] = get_args(hint)
        if item is Message or item not in FIELDS:
            return _choose_field(item)(many=True, **options)
        return serializers.ListField(child=FIELDS[item](), **options)
    return _choose_field(hint)(**options)


def _choose_field(hint: Any) -> Callable[..., serializers.Field[Any, Any, Any, Any]]:
    return FIELDS[hint] if hint in FIELDS else build_serializer(hint)
