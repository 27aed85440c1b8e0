"""Adds the problems that any endpoint can answer to the OpenAPI schema."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class FieldProblemSerializer(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = FieldProblemSerializer(many=True, required=False)
    data = serializers.DictField(required=False)


PROBLEM_MEDIA_TYPE = "application/problem+json"
DESCRIPTIONS = {
    400: "The input is wrong; `errors` names the fields.",
    401: "No or an unknown login.",
    403: "The login lacks the permission.",
    404: "There is nothing here.",
    405: "This method is not offered here.",
    406: "Only JSON is offered.",
    409: "The request collides with what is stored.",
    415: "Only JSON is read.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "A fault on our side; it was logged.",
}
BODY_METHODS = {"POST", "PUT", "PATCH"}


class ProblemAutoSchema(AutoSchema):
    """drf-spectacular's schema of a view plus the problems that it can answer."""

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)  # type: ignore[no-untyped-call]
        for status in self._list_problem_statuses():
            if str(status) not in bodies:
                response = OpenApiResponse(ProblemSerializer, description=DESCRIPTIONS[status])
                bodies[str(status)] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    response, str(status), media_types=[PROBLEM_MEDIA_TYPE]
                )
        return bodies  # type: ignore[no-any-return]

    def _list_problem_statuses(self) -> list[int]:
        statuses = [400, 401, 403, 404, 405, 406, 429, 500]
        if self.method in BODY_METHODS:
            statuses.append(415)
        if self.method in BODY_METHODS or self.method == "DELETE":
            statuses.append(409)
        return sorted(statuses)
