"""Answers for requests that never reached a view, or broke outside DRF: problems under /api/, pages elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import defaults

from supplybrain.api.problems import answer_problem, wants_problem


def answer_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    if wants_problem(request):
        return answer_problem(status=400, code="bad_request", detail=_("The request could not be read."))
    return defaults.bad_request(request, exception)


def answer_forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    if wants_problem(request):
        return answer_problem(status=403, code="permission_denied", detail=_("You may not do this."))
    return defaults.permission_denied(request, exception)


def answer_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    if wants_problem(request):
        return answer_problem(status=404, code="not_found", detail=_("There is nothing here."))
    return defaults.page_not_found(request, exception)


def answer_server_error(request: HttpRequest, *_args: Any) -> HttpResponse:
    """Answer 500."""
    if wants_problem(request):
        return answer_problem(
            status=500, code="internal_error", detail=_("Something went wrong on our side. The error was logged.")
        )
    return defaults.server_error(request)
