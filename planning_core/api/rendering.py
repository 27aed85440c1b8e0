"""Dataclasses as JSON and as OpenAPI: field names and types are declared once, in the dataclass."""

import dataclasses
import types
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from rest_framework import serializers

FIELDS: dict[type, Callable[..., serializers.Field[Any, Any, Any, Any]]] = {
    bool: serializers.BooleanField,
    int: serializers.IntegerField,
    float: serializers.FloatField,
    str: serializers.CharField,
    date: serializers.DateField,
    datetime: serializers.DateTimeField,
}


def to_json(value: Any) -> Any:
    """Return a dataclass, or a list of them, as dictionaries; everything else as it is."""
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if names := _list_field_names(value.__class__):
        return {name: to_json(getattr(value, name)) for name in names}
    return value


@cache
def _list_field_names(kind: type) -> tuple[str, ...]:
    """Return the names of a dataclass's fields, none for any other type; asked once per type, not per value."""
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


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
        if dataclasses.is_dataclass(item):
            return build_serializer(item)(many=True, **options)  # type: ignore[arg-type]
        return serializers.ListField(child=FIELDS[item](), **options)
    if dataclasses.is_dataclass(hint):
        return build_serializer(hint)(**options)  # type: ignore[arg-type]
    return FIELDS[hint](**options)
