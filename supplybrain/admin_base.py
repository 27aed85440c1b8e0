"""The bases of the admin's pages: tables, tables of millions of rows, and history that nobody edits."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connections
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise, cached_property
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from supplybrain.audit.pages import show_object_history
from supplybrain.audit.registry import AUDITED

Method = TypeVar("Method", bound=Callable[..., Any])

MOST_COUNTED = 10_000


class TableAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """A table that staff edit. Related rows named in `list_select_related` come with every query for its rows."""

    list_per_page = 50
    list_filter_submit = True  # a range is typed and then applied
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows with what their names are made of, for choices and history pages too."""
        rows: QuerySet[Any] = super().get_queryset(request)
        related = self.list_select_related
        return rows.select_related(*related) if isinstance(related, (list, tuple)) and related else rows

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Answer who changed the row, from what to what and when; also once it is gone. Others have Django's log."""
        if self.model._meta.label_lower not in AUDITED:
            return cast("HttpResponse", super().history_view(request, object_id, extra_context))
        return show_object_history(self, request, object_id)


class TableInline(TabularInline):  # type: ignore[misc]  # unfold has no types
    """Rows that belong to the row above, on a tab of its page."""

    extra = 0
    tab = True
    hide_title = True  # the columns say it all


class HistoryAdmin(TableAdmin):
    """Facts that were written once: to be looked at, and edited by nobody, superusers included."""

    warn_unsaved_form = False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Answer the page, without a button to a history that it cannot have."""
        context = {"show_history": False, **(extra_context or {})}
        return cast("HttpResponse", super().changeform_view(request, object_id, form_url, context))

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  (Django's signature)
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002  (as above)
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002  (as above)
        """Refuse."""
        return False


class StoryAdmin(HistoryAdmin):
    """History whose rows have a page of their own, that tells what there is to know and saves nothing.

    A subclass states `story_template` and what is in it.
    """

    story_template: str

    def build_story(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what the template shows, `title` and `original` included."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",  # noqa: ARG002  (Django's signature)
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Answer the page of a row."""
        if object_id is None or request.method not in {"GET", "HEAD"} or not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return cast("HttpResponse", self._get_obj_does_not_exist_redirect(request, self.opts, object_id))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            **self.build_story(request, row),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.story_template, context)


class EstimatingPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Counts up to a bound; beyond it, a whole table is estimated and a filtered one is cut off.

    COUNT(*) over millions of sales takes seconds, and nobody turns to page 30,000.
    """

    @cached_property
    def count(self) -> int:
        """Return the number of rows, exact up to MOST_COUNTED."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]  # the admin pages query sets
        counted = rows.order_by()[: MOST_COUNTED + 1].count()
        if counted <= MOST_COUNTED or rows.query.where:
            return counted
        return max(counted, estimate_rows(rows))


def estimate_rows(rows: QuerySet[Any]) -> int:
    """Return how many rows the table has by PostgreSQL's own statistics, 0 if it was never analysed."""
    with connections[rows.db].cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass", [table_of(rows)])
        estimate: int = cursor.fetchone()[0]
    return estimate


def table_of(rows: QuerySet[Any]) -> str:
    """Return the quoted name of the table behind a query."""
    return connections[rows.db].ops.quote_name(rows.model._meta.db_table)


class LongTableAdmin(TableAdmin):
    """A table of millions of rows: newest stored first, not to be sorted otherwise, its size estimated."""

    paginator = EstimatingPaginator
    show_full_result_count = False  # which would be counted, not estimated
    ordering = ("-id",)
    sortable_by = ()
    list_per_page = 100


def show_label(
    *, description: "str | Promise", colors: Mapping[Any, str], ordering: str | None = None
) -> Callable[[Method], Method]:
    """Return the decorator of a list column that returns (key, text), shown as a label in the key's colour."""

    def decorate(method: Method) -> Method:
        return cast("Method", display(description=description, ordering=ordering, label=dict(colors))(method))

    return decorate


def register(*models: type[Model]) -> Any:
    """Return the decorator that registers a page, in place of the one a library registered."""

    def replace(page: type[ModelAdmin]) -> type[ModelAdmin]:
        for model in models:
            if admin.site.is_registered(model):
                admin.site.unregister(model)
        return admin.register(*models)(page)

    return replace
