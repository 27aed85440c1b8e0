"""The base of the serializers of tables."""

from collections.abc import Iterator
from copy import copy
from math import isfinite
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail


class FiniteFloatField(serializers.FloatField):
    """A number; DRF would let the words nan and infinity through."""

    def to_internal_value(self, data: Any) -> float:
        """Return the number.

        Raises:
            ValidationError: If it is none, or not a finite one.
        """
        value = super().to_internal_value(data)
        if not isfinite(value):
            self.fail("invalid")
        return value


class RowSerializer(serializers.ModelSerializer[Any]):
    """A row of a table: foreign keys by id, constraints of the database checked before it has to refuse.

    A field `article_id` is the foreign key `article`. The table's own unique and check constraints are evaluated once
    for the whole row (DRF's own copy of them knows neither `nulls_distinct=False` nor check constraints).
    """

    serializer_field_mapping: ClassVar[dict[Any, Any]] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.FloatField: FiniteFloatField,
    }

    def get_extra_kwargs(self) -> dict[str, Any]:
        """Return the fields' arguments, every `x_id` pointing at its relation `x`."""
        extra: dict[str, Any] = super().get_extra_kwargs()
        relations = {field.attname: field.name for field in get_model(self)._meta.fields if field.is_relation}
        for name in self.Meta.fields:
            if name in relations:
                extra[name] = {"source": relations[name], **extra.get(name, {})}
        return extra

    def get_uniqueness_extra_kwargs(self, *arguments: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Leave the fields as the model has them: `validate` looks at the constraints."""
        return arguments[-1], {}

    def get_validators(self) -> list[Any]:
        """Leave the constraints to `validate`."""
        return []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the values if the table would take the row.

        Raises:
            ValidationError: If it would not; every field of a broken constraint is named.
        """
        candidate = copy(self.instance) if self.instance is not None else get_model(self)()
        for name, value in attrs.items():
            setattr(candidate, name, value)
        try:
            candidate.validate_constraints()
        except DjangoValidationError as error:
            raise serializers.ValidationError(dict(self._name_fields(error))) from None
        return attrs

    def _name_fields(self, error: DjangoValidationError) -> Iterator[tuple[str, list[ErrorDetail]]]:
        names = {field.source: name for name, field in self.fields.items()}
        for column, problems in error.error_dict.items():
            for problem in problems:
                columns = (problem.params or {}).get("unique_check", [column])
                code = "unique" if problem.code == "unique_together" else problem.code
                for name in columns:
                    yield names.get(name, name), [ErrorDetail(" ".join(problem.messages), code)]


def get_model(serializer: RowSerializer) -> type[models.Model]:
    """Return the table behind a serializer."""
    model: type[models.Model] = serializer.Meta.model
    return model
