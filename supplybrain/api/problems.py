"""One error shape for everything: RFC 9457 `application/problem+json`.

`{type, title, status, detail, code}` and, for bad input, `errors: [{field, code, detail}]`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, IntegrityError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import ForeignKeyViolation, UniqueViolation
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from supplybrain.errors import ConflictError, FieldProblem, SupplyBrainError

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
UNAUTHORIZED = HTTPStatus.UNAUTHORIZED
CHALLENGE = {"WWW-Authenticate": "Token"}

# HTTP's own phrases, to be translated; RFC 9457 lets a title change with the language and with nothing else.
TITLES = {
    HTTPStatus.BAD_REQUEST: gettext_lazy("Bad Request"),
    HTTPStatus.UNAUTHORIZED: gettext_lazy("Unauthorized"),
    HTTPStatus.FORBIDDEN: gettext_lazy("Forbidden"),
    HTTPStatus.NOT_FOUND: gettext_lazy("Not Found"),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_lazy("Method Not Allowed"),
    HTTPStatus.NOT_ACCEPTABLE: gettext_lazy("Not Acceptable"),
    HTTPStatus.CONFLICT: gettext_lazy("Conflict"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext_lazy("Request Entity Too Large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: gettext_lazy("Unsupported Media Type"),
    HTTPStatus.TOO_MANY_REQUESTS: gettext_lazy("Too Many Requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_lazy("Internal Server Error"),
    HTTPStatus.SERVICE_UNAVAILABLE: gettext_lazy("Service Unavailable"),
}


class ProblemRenderer(JSONRenderer):
    """JSON under the media type of problems."""

    media_type = CONTENT_TYPE


def build_problem(
    *,
    status: int,
    code: str,
    detail: str,
    problems: Sequence[FieldProblem] = (),
    data: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Return the body of a problem."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(TITLES.get(HTTPStatus(status), HTTPStatus(status).phrase)),
        "status": status,
        "detail": detail,
        "code": code,
    }
    if problems:
        body["errors"] = [{"field": p.field, "code": p.code, "detail": p.detail} for p in problems]
    if data:
        body["data"] = dict(data)
    return body


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception raised by a view into a problem (DRF's EXCEPTION_HANDLER)."""
    expected = _translate(error)
    if expected is None:
        log.error("unhandled_api_error", path=context["request"].path, exc_info=error)
        expected = InternalError()
    set_rollback()
    if isinstance(expected, SupplyBrainError):
        return _respond(context, _describe(expected), headers=CHALLENGE if expected.status == UNAUTHORIZED else {})
    return _respond(context, _build_body(expected), headers=_build_headers(expected))


class InternalError(SupplyBrainError):
    """A fault of ours. What it was is in the log and nowhere else."""

    code = "internal_error"
    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self) -> None:
        super().__init__(_("Something went wrong on our side. The error was logged."))


class BodyTooLargeError(SupplyBrainError):
    """The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""

    code = "too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self) -> None:
        super().__init__(
            _("The body is larger than %(limit)s bytes.") % {"limit": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
        )


class InUseError(ConflictError):
    """A row that other rows need cannot be deleted."""

    code = "in_use"


class AlreadyExistsError(ConflictError):
    """Somebody stored the same a moment ago: validation still saw the place free, the database does not."""

    code = "already_exists"


class UnavailableError(SupplyBrainError):
    """The database is away, or too busy to answer in time."""

    code = "unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE


# What Django itself raises, the special ones before their base classes.
DJANGO_ERRORS: tuple[tuple[type[Exception], Callable[[], exceptions.APIException | SupplyBrainError]], ...] = (
    (Http404, lambda: exceptions.NotFound(_("There is nothing here."))),
    (PermissionDenied, exceptions.PermissionDenied),
    (RequestDataTooBig, BodyTooLargeError),
    (SuspiciousOperation, lambda: exceptions.ParseError(_("The request could not be read."))),
)


def _translate(error: Exception) -> exceptions.APIException | SupplyBrainError | None:
    """Return the expected failure that an exception means, or None for a fault."""
    if isinstance(error, (exceptions.APIException, SupplyBrainError)):
        return error
    if isinstance(error, DatabaseError):
        return _translate_database_error(error)
    return next((build() for kind, build in DJANGO_ERRORS if isinstance(error, kind)), None)


def _translate_database_error(error: DatabaseError) -> SupplyBrainError | None:
    match error:
        case ProtectedError():  # before its base class IntegrityError
            kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
            return InUseError(_("This is still used by: %(kinds)s. Remove those first.") % {"kinds": ", ".join(kinds)})
        case IntegrityError(__cause__=UniqueViolation()):
            return AlreadyExistsError(_("The same was stored a moment ago. Read it again and decide."))
        case IntegrityError(__cause__=ForeignKeyViolation()):
            return ConflictError(_("What this refers to was removed, or came into use, a moment ago. Read it again."))
        case OperationalError():
            log.error("database_unavailable", error=type(error.__cause__ or error).__name__)
            return UnavailableError(_("The database does not answer. Try again in a minute."))
        case _:
            return None


def _describe(error: SupplyBrainError) -> dict[str, Any]:
    return build_problem(
        status=error.status, code=error.code, detail=error.message, problems=error.problems, data=error.data
    )


def _build_body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        problems = tuple(_flatten(error.get_full_details(), ""))
        detail = "; ".join(f"{p.field}: {p.detail}" if p.field else p.detail for p in problems)
        return build_problem(status=error.status_code, code="invalid_input", detail=detail, problems=problems)
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    return build_problem(status=error.status_code, code=code, detail=str(error.detail))


def _flatten(details: Any, field: str) -> Iterator[FieldProblem]:
    """Yield one problem per message of a validation error, nested fields joined by dots."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield FieldProblem(field, str(details["code"]), str(details["message"]))
    elif isinstance(details, dict):
        for name, inner in details.items():
            own = "" if name == api_settings.NON_FIELD_ERRORS_KEY else str(name)
            yield from _flatten(inner, ".".join(part for part in (field, own) if part))
    else:
        for index, inner in enumerate(details):
            is_nested = isinstance(inner, dict) and set(inner) != {"message", "code"}
            yield from _flatten(inner, f"{field}[{index}]" if is_nested else field)


def _build_headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(ceil(wait))  # rounded down, a client would come back too early
    return headers


def _respond(context: dict[str, Any], body: dict[str, Any], *, headers: Mapping[str, str]) -> Response:
    response = Response(body, status=body["status"], headers=dict(headers), content_type=CONTENT_TYPE)
    request = context["request"]
    request.accepted_renderer = ProblemRenderer()
    request.accepted_media_type = CONTENT_TYPE
    return response


def answer_problem(*, status: int, code: str, detail: str) -> HttpResponse:
    """Return a problem outside DRF: for Django's own 400, 403, 404 and 500 under /api/."""
    return JsonResponse(
        build_problem(status=status, code=code, detail=detail), status=status, content_type=CONTENT_TYPE
    )


def wants_problem(request: HttpRequest) -> bool:
    """Return whether the path belongs to programs rather than to people."""
    return request.path.startswith("/api/") or request.path in {"/healthz", "/readyz", "/metrics"}
