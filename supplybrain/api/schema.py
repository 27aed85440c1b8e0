"""Adds to the OpenAPI schema what every endpoint has in common: the login by token and the problems."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers

PROBLEM_MEDIA_TYPE = "application/problem+json"
DESCRIPTIONS = {
    400: "The input is wrong; `errors` names the fields.",
    401: "No or an unknown login.",
    403: "The login lacks the permission.",
    404: "There is nothing here.",
    405: "This method is not offered here.",
    406: "Only JSON is offered.",
    409: "The request collides with what is stored.",
    413: "The body is too large.",
    415: "Only JSON is read.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "A fault on our side; it was logged.",
    503: "The database does not answer.",
}
BODY_METHODS = {"POST", "PUT", "PATCH"}

FIELD_PROBLEM = inline_serializer(
    "FieldProblem",
    {
        "field": serializers.CharField(help_text="Path of the field, empty when the whole input is meant."),
        "code": serializers.CharField(),
        "detail": serializers.CharField(),
    },
    many=True,
    required=False,
)
# RFC 9457. Inline, since a class could not declare the members `errors` and `data`: serializers have such attributes.
PROBLEM = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(),
        "code": serializers.CharField(help_text="Stable name of the failure, for programs."),
        "errors": FIELD_PROBLEM,
        "data": serializers.DictField(required=False),
    },
)


class ApiTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its registry has no types
    """Describes `Authorization: Token <token>`."""

    target_class = "supplybrain.api.authentication.TokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:  # noqa: ARG002  (its signature)
        """Return the security scheme."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <token>`, with a token from POST /api/v1/auth/login.",
        }


class ProblemAutoSchema(AutoSchema):
    """drf-spectacular's schema of a view plus the problems that it can answer."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._list_problem_statuses():
            if str(status) not in bodies:
                response = OpenApiResponse(PROBLEM, description=DESCRIPTIONS[status])
                bodies[str(status)] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    response, str(status), [PROBLEM_MEDIA_TYPE]
                )
        return bodies

    def _list_problem_statuses(self) -> list[int]:
        statuses = [400, 401, 403, 404, 405, 406, 429, 500, 503]
        if self.method in BODY_METHODS:
            statuses += [413, 415]
        if self.method in BODY_METHODS or self.method == "DELETE":
            statuses.append(409)
        return sorted(statuses)
