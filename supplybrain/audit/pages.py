"""The page in the admin that shows who changed a row."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from supplybrain.audit.changes import ChangeEntry, ChangeFilter, describe_changes, filter_changes

PAGE_SIZE = 50
BEFORE = "before"
LARGEST_ID = 2**63 - 1


def show_object_history(page: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Answer the changes of a row, newest first, for those who may view it.

    Args:
        page: The admin's page of the model.
        request: The request; `?before=` is the number of the change that the page follows.
        object_id: The row's number as it stands in the address.

    Raises:
        Http404: If there is neither such a row nor any change of it.
        PermissionDenied: If the user may not view the row.
    """
    number, before = _read_number(unquote(object_id)), _read_number(request.GET.get(BEFORE))
    if number is None:
        raise Http404
    row = page.get_object(request, str(number))
    if not page.has_view_or_change_permission(request, row):
        raise PermissionDenied
    wanted = ChangeFilter(models=[page.model._meta.label_lower], object_id=number, before_id=before)
    entries = describe_changes(filter_changes(wanted)[: PAGE_SIZE + 1])
    if row is None and not entries:
        raise Http404
    shown = entries[:PAGE_SIZE]
    has_more = len(entries) > PAGE_SIZE
    context = {
        **page.admin_site.each_context(request),
        "title": _("Change history: %s") % (row or _name_gone(shown, number)),
        "changes": shown,
        "older_url": f"?{BEFORE}={shown[-1].change.pk}" if has_more else None,
        "module_name": capfirst(page.opts.verbose_name_plural),
        "object": row,
        "opts": page.opts,
        "preserved_filters": page.get_preserved_filters(request),
    }
    request.current_app = page.admin_site.name
    return TemplateResponse(request, "supplybrain/audit/object_history.html", context)


def _read_number(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdecimal():
        return None
    return min(int(text[:20]), LARGEST_ID)


def _name_gone(entries: list[ChangeEntry], number: int) -> str:
    return entries[0].object_name if entries else f"#{number}"
