"""Searching and ordering that refuse what they do not understand, instead of silently answering something else."""

from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework import filters
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

if TYPE_CHECKING:  # DRF imports this module while it builds its views
    from rest_framework.generics import GenericAPIView
    from rest_framework.views import APIView

NO_NUL = "^[^\\u0000]*$"


class SearchFilter(filters.SearchFilter):
    """`?search=words`: rows that have every word in one of the view's `search_fields`."""

    search_description = "Words that must all occur, each in any of the searched fields."

    def get_search_terms(self, request: Request) -> Any:
        """Return the words.

        Raises:
            ValidationError: If there is a NUL character, which PostgreSQL cannot store; the problem names `search`.
        """
        try:
            return super().get_search_terms(request)
        except ValidationError as error:
            raise ValidationError({self.search_param: error.detail}) from None

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the OpenAPI parameter."""
        if not getattr(view, "search_fields", None):
            return []
        schema = {"type": "string", "pattern": NO_NUL}
        description = str(self.search_description)
        return [{"name": "search", "in": "query", "required": False, "description": description, "schema": schema}]


class OrderingFilter(filters.OrderingFilter):
    """`?ordering=-date,code`: by any readable field of the answer, minus for descending, the id breaking ties."""

    def filter_queryset(self, request: Request, queryset: Any, view: "APIView") -> Any:
        """Return the rows in the wanted order, or as the view orders them.

        Raises:
            ValidationError: If a name is no field of the answer; the problem names the ones that are.
        """
        wanted = request.query_params.get(self.ordering_param, "")
        if not wanted:
            return queryset
        columns = list_orderable(view)  # type: ignore[arg-type]  # only generic views have filters
        terms = [_find_column(term.strip(), columns) for term in wanted.split(",")]
        return queryset.order_by(*terms, "id")

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the OpenAPI parameter."""
        names = "|".join(list_orderable(view))
        schema = {"type": "string", "pattern": f"^-?({names})(,-?({names}))*$"}
        description = "Fields to order by, comma-separated, `-` for descending."
        return [{"name": "ordering", "in": "query", "required": False, "description": description, "schema": schema}]


def list_orderable(view: "GenericAPIView[Model]") -> dict[str, str]:
    """Return the column behind every readable field of a view's answer."""
    fields = view.get_serializer_class()().fields  # type: ignore[attr-defined]  # every serializer here has fields
    return {
        name: getattr(field, "ordering_column", field.source) for name, field in fields.items() if not field.write_only
    }


def _find_column(term: str, columns: dict[str, str]) -> str:
    name = term.removeprefix("-")
    if name not in columns:
        text = _("Unknown field. Order by: %(fields)s.") % {"fields": ", ".join(columns)}
        raise ValidationError({"ordering": text}, code="unknown_field")
    return term[: len(term) - len(name)] + columns[name]
