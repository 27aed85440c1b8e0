"""Pages of the catalogue endpoints."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import pagination
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

LARGEST_PAGE = 500


class PageNumberPagination(pagination.PageNumberPagination):
    """`?page=2&page_size=100`: 50 rows a page unless asked, 500 at most."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE

    def get_page_size(self, request: Request) -> int | None:
        """Return the wanted number of rows.

        Raises:
            ValidationError: If it is not 1..500; the problem names `page_size`.
        """
        return read_page_size(request, default=self.page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the OpenAPI parameters, with their bounds."""
        return _bound_page_size(super().get_schema_operation_parameters(view))


class CursorPagination(pagination.CursorPagination):
    """`?cursor=...&page_size=100`: for tables of millions of rows, where counting and skipping would read them all."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE
    ordering = "id"

    def get_page_size(self, request: Request) -> int | None:
        """Return the wanted number of rows.

        Raises:
            ValidationError: If it is not 1..500; the problem names `page_size`.
        """
        return read_page_size(request, default=self.page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the OpenAPI parameters, with their bounds."""
        return _bound_page_size(super().get_schema_operation_parameters(view))


def read_page_size(request: Request, *, default: int) -> int:
    """Return `?page_size=`, or the default.

    Raises:
        ValidationError: If it is not 1..500; the problem names `page_size`.
    """
    raw = request.query_params.get("page_size")
    if raw is None:
        return default
    if not raw.isascii() or not raw.isdecimal() or not 1 <= int(raw[:9]) <= LARGEST_PAGE:
        text = _("Must be a whole number from 1 to %(largest)s.") % {"largest": LARGEST_PAGE}
        raise ValidationError({"page_size": text}, code="out_of_range")
    return int(raw)


def _bound_page_size(parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for parameter in parameters:
        if parameter["name"] == "page_size":
            parameter["schema"] |= {"minimum": 1, "maximum": LARGEST_PAGE}
        if parameter["name"] == "page":
            parameter["schema"] |= {"minimum": 1}
    return parameters
