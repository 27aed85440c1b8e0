"""What columns of ours hold that the previous backend did not have."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model


def list_constants(model: type[Model], *, except_columns: Sequence[str]) -> dict[str, object]:
    """Return the default of every column of a model that is not among those given."""
    return {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.concrete_fields
        if field.column is not None and field.column not in except_columns
    }
