"""The base of the endpoints that let a client do with a table what staff can do in the admin."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from supplybrain.api.pagination import CursorPagination

LOCKING_METHODS = {"PUT", "PATCH", "DELETE"}


class TableViewSet(viewsets.ModelViewSet[Any]):
    """List, read, create, change and delete the rows of a table, under the model's own permissions.

    A subclass states a `queryset` in a stable order, a `serializer_class`, and what to filter and search by.
    """

    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows; one that is about to be changed is locked, so that two changes cannot undo each other."""
        rows: QuerySet[Any] = super().get_queryset()
        return rows.select_for_update(of=("self",)) if self.request.method in LOCKING_METHODS else rows

    @transaction.atomic
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create a row."""
        return super().create(request, *args, **kwargs)

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a row."""
        return super().update(request, *args, **kwargs)

    @transaction.atomic
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete a row that nothing needs."""
        return super().destroy(request, *args, **kwargs)


class LongTableViewSet(TableViewSet):
    """A table of millions of rows: in the order they were stored, by cursor, since counting would read them all."""

    pagination_class = CursorPagination
    filter_backends = (DjangoFilterBackend,)
